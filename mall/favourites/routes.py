"""HTTP of favourites, followed stores, footprints, and the numbers of a buyer's own page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.favourites import queries, service
from mall.favourites.schemas import (
    BuyerCounts,
    FollowedShops,
    FootprintMake,
    KeptProducts,
    ProductStanding,
    ShopStanding,
)

router = APIRouter(tags=["favourites"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]


@router.get("/buyer-counts", operation_id="mall_buyer_counts_read")
async def read_counts(uow: Buyer) -> BuyerCounts:
    """Returns how much of everything the buyer keeps."""
    return await queries.view_counts(uow)


@router.get("/favourites", operation_id="mall_favourites_list")
async def list_favourites(uow: Buyer) -> KeptProducts:
    """Returns the favourites."""
    return await queries.list_favourites(uow)


@router.get("/products/{product_id}/standing", operation_id="mall_products_standing")
async def read_product_standing(product_id: UUID, uow: Buyer) -> ProductStanding:
    """Returns what a product is to the buyer."""
    return await queries.view_product_standing(uow, product_id)


@router.put("/favourites/{product_id}", operation_id="mall_favourites_mark")
async def mark(product_id: UUID, uow: BuyerWriting) -> ProductStanding:
    """Adds a product to the favourites."""
    await service.mark(uow, product_id)
    return await queries.view_product_standing(uow, product_id)


@router.delete("/favourites/{product_id}", operation_id="mall_favourites_unmark")
async def unmark(product_id: UUID, uow: BuyerWriting) -> KeptProducts:
    """Takes a product out of the favourites; one that is gone from the mall as well."""
    await service.unmark(uow, product_id)
    return await queries.list_favourites(uow)


@router.get("/followed-shops", operation_id="mall_followed_shops_list")
async def list_followed(uow: Buyer) -> FollowedShops:
    """Returns the stores the buyer follows."""
    return await queries.list_followed(uow)


@router.get("/shops/{shop_id}/standing", operation_id="mall_shops_standing")
async def read_shop_standing(shop_id: UUID, uow: Buyer) -> ShopStanding:
    """Returns what a store is to the buyer."""
    return await queries.view_shop_standing(uow, shop_id)


@router.put("/followed-shops/{shop_id}", operation_id="mall_followed_shops_follow")
async def follow(shop_id: UUID, uow: BuyerWriting) -> ShopStanding:
    """Follows a store."""
    await service.follow(uow, shop_id)
    return await queries.view_shop_standing(uow, shop_id)


@router.delete("/followed-shops/{shop_id}", operation_id="mall_followed_shops_unfollow")
async def unfollow(shop_id: UUID, uow: BuyerWriting) -> FollowedShops:
    """Follows a store no more, be it there or gone."""
    await service.unfollow(uow, shop_id)
    return await queries.list_followed(uow)


@router.get("/footprints", operation_id="mall_footprints_list")
async def list_footprints(uow: Buyer) -> KeptProducts:
    """Returns what the buyer has looked at."""
    return await queries.list_footprints(uow)


@router.put("/footprints", operation_id="mall_footprints_make", status_code=204)
async def see(body: FootprintMake, uow: BuyerWriting) -> None:
    """Notes that the buyer has looked at a product."""
    await service.see(uow, body.product_id)


@router.delete("/footprints", operation_id="mall_footprints_forget", status_code=204)
async def forget(uow: BuyerWriting) -> None:
    """Forgets all of them."""
    await service.forget(uow)
