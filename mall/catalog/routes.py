"""HTTP of goods: what buyers see, and the seller's table."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.http.deps import Command, ReadUow, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.catalog import pictures, queries, service
from mall.catalog.models import ProductState
from mall.catalog.schemas import (
    CategoryView,
    DeskProductPage,
    DeskProductView,
    ProductCreate,
    ProductUpdate,
    ProductView,
    ShopFront,
)
from mall.shops import queries as shops

router = APIRouter(tags=["goods"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]


@router.get("/categories", operation_id="mall_categories_list")
async def list_categories(_uow: ReadUow) -> list[CategoryView]:
    """Returns the mall's categories."""
    return [CategoryView(**category) for category in pictures.categories()]


@router.get("/products/{product_id}", operation_id="mall_products_read")
async def read_product(product_id: UUID, uow: ReadUow) -> ProductView:
    """Returns one product."""
    return await queries.view_product(uow, product_id)


@router.get("/shops/{shop_id}", operation_id="mall_shops_read")
async def read_shop(shop_id: UUID, uow: ReadUow) -> ShopFront:
    """Returns a store with its goods."""
    shop = await shops.view_shop(uow, shop_id)
    return ShopFront(shop=shop, rows=await queries.list_of_shop(uow, shop_id))


@router.get("/desk/products", operation_id="mall_desk_products_list")
async def list_own(
    uow: Seller,
    state: Literal["on_sale", "off_shelf"] | None = None,
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
    size: Annotated[int, Query(ge=1, le=100)] = 20,
) -> DeskProductPage:
    """Returns the seller's goods."""
    shop = await shops.access_own(uow)
    return await queries.page_of_desk(uow, shop.id, state=state, page=page, size=size)


@router.post(
    "/desk/products", operation_id="mall_desk_products_create", response_model=DeskProductView, status_code=201
)
async def create(body: ProductCreate, uow: SellerWriting, once: Command) -> Response:
    """Adds a product."""
    return await once.run(uow, body, lambda: service.create(uow, body))


@router.get("/desk/products/{product_id}", operation_id="mall_desk_products_read")
async def read_own(product_id: UUID, uow: Seller) -> DeskProductView:
    """Returns one of the seller's goods."""
    return await queries.access_own_product(uow, product_id)


@router.put("/desk/products/{product_id}", operation_id="mall_desk_products_change")
async def change(product_id: UUID, body: ProductUpdate, uow: SellerWriting) -> DeskProductView:
    """Changes one of the seller's goods."""
    return await service.change(uow, product_id, body)


@router.post("/desk/products/{product_id}/put-on-shelf", operation_id="mall_desk_products_put_on_shelf")
async def put_on_shelf(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Offers a product for sale."""
    return await service.shelve(uow, product_id, ProductState.ON_SALE)


@router.post("/desk/products/{product_id}/take-off-shelf", operation_id="mall_desk_products_take_off_shelf")
async def take_off_shelf(product_id: UUID, uow: SellerWriting) -> DeskProductView:
    """Takes a product off the shelf."""
    return await service.shelve(uow, product_id, ProductState.OFF_SHELF)
