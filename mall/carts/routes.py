"""HTTP of the cart; every change answers with the whole cart."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.carts import queries, service
from mall.carts.schemas import CartAdd, CartChange, CartRemove, CartSelect, CartSwap, CartView

router = APIRouter(prefix="/cart", tags=["cart"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]


@router.get("", operation_id="mall_cart_read")
async def read_cart(uow: Buyer) -> CartView:
    """Returns the cart."""
    return await queries.view_cart(uow)


@router.post("/items", operation_id="mall_cart_add", response_model=CartView)
async def add(body: CartAdd, uow: BuyerWriting, once: Command) -> Response:
    """Adds units of a SKU."""

    async def act() -> CartView:
        await service.add(uow, body.sku_id, quantity=body.quantity)
        return await queries.view_cart(uow)

    return await once.run(uow, body, act, status=200)


@router.patch("/items/{sku_id}", operation_id="mall_cart_change")
async def change(sku_id: UUID, body: CartChange, uow: BuyerWriting) -> CartView:
    """Sets quantity or selection of a line."""
    await service.change(uow, sku_id, body)
    return await queries.view_cart(uow)


@router.post("/swap", operation_id="mall_cart_swap")
async def swap(body: CartSwap, uow: BuyerWriting) -> CartView:
    """Puts another specification in a line's place."""
    await service.swap(uow, body)
    return await queries.view_cart(uow)


@router.post("/select", operation_id="mall_cart_select")
async def select(body: CartSelect, uow: BuyerWriting) -> CartView:
    """Chooses lines or leaves them out."""
    await service.select(uow, body)
    return await queries.view_cart(uow)


@router.post("/remove", operation_id="mall_cart_remove_many")
async def remove_many(body: CartRemove, uow: BuyerWriting) -> CartView:
    """Takes SKUs out."""
    await service.remove(uow, body.sku_ids)
    return await queries.view_cart(uow)


@router.delete("/items/{sku_id}", operation_id="mall_cart_remove")
async def remove(sku_id: UUID, uow: BuyerWriting) -> CartView:
    """Takes a SKU out."""
    await service.remove(uow, [sku_id])
    return await queries.view_cart(uow)
