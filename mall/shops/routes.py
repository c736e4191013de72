"""HTTP of the seller's own store, and of what every store must show."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import ReadUow, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.registrations import queries as registrations
from mall.shops import closing, queries, service
from mall.shops.schemas import OwnShopView, ReturnAddressWrite, ShopLicence, ShopUpdate

router = APIRouter(tags=["shop"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]


@router.get("/desk/shop", operation_id="mall_desk_shop_read")
async def read_own(uow: Seller) -> OwnShopView:
    """Returns the store the acting learner works in."""
    return await queries.view_own(uow)


@router.patch("/desk/shop", operation_id="mall_desk_shop_update")
async def update_shop(body: ShopUpdate, uow: SellerWriting) -> OwnShopView:
    """Changes the store's profile."""
    return await service.update_shop(uow, body)


@router.put("/desk/shop/return-address", operation_id="mall_desk_shop_return_address")
async def set_return_address(body: ReturnAddressWrite, uow: SellerWriting) -> OwnShopView:
    """Makes up a return address in a region."""
    return await service.set_return_address(uow, body)


@router.post("/desk/shop/close", operation_id="mall_desk_shop_close", status_code=204)
async def close(uow: SellerWriting) -> None:
    """Closes the store for good and gives its deposit back."""
    await closing.close(uow)


@router.get("/shops/{shop_id}/licence", operation_id="mall_shops_licence")
async def read_licence(shop_id: UUID, uow: ReadUow) -> ShopLicence:
    """Returns what a store must show its buyers."""
    return await registrations.view_licence(uow, await queries.view_shop(uow, shop_id))
