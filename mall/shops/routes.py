"""HTTP of the seller's own store."""

from typing import Annotated

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.shops import queries, service
from mall.shops.schemas import ShopOpen, ShopUpdate, ShopView

router = APIRouter(prefix="/desk/shop", tags=["shop"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]


@router.get("", operation_id="mall_desk_shop_read")
async def read_own(uow: Seller) -> ShopView:
    """Returns the acting learner's store."""
    return await queries.view_own(uow)


@router.post("", operation_id="mall_desk_shop_open", response_model=ShopView, status_code=201)
async def open_shop(body: ShopOpen, uow: SellerWriting, once: Command) -> Response:
    """Opens the acting learner's store."""
    return await once.run(uow, body, lambda: service.open_shop(uow, body))


@router.patch("", operation_id="mall_desk_shop_update")
async def update_shop(body: ShopUpdate, uow: SellerWriting) -> ShopView:
    """Changes the store's profile."""
    return await service.update_shop(uow, body)
