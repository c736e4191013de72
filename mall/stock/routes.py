"""HTTP of the seller's stock."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.stock import queries, service
from mall.stock.schemas import StockAdjust, StockLedger, StockView

router = APIRouter(prefix="/desk/skus", tags=["stock"])


@router.get("/{sku_id}/stock-ledger", operation_id="mall_stock_ledger")
async def read_ledger(sku_id: UUID, uow: Annotated[UnitOfWork, reader(Capability.SELL)]) -> StockLedger:
    """Returns why a SKU's stock is what it is."""
    return await queries.view_ledger(uow, sku_id, seat_id=uow.actor.seat)


@router.post("/{sku_id}/stock-adjustments", operation_id="mall_stock_adjust", response_model=StockView)
async def adjust(
    sku_id: UUID, body: StockAdjust, uow: Annotated[UnitOfWork, writer(Capability.SELL)], once: Command
) -> Response:
    """Adds or removes units by hand."""

    async def act() -> StockView:
        await queries.access_level(uow, sku_id, seat_id=uow.actor.seat)
        await service.adjust(uow, sku_id, delta=body.delta, reason=body.reason)
        return await queries.access_level(uow, sku_id, seat_id=uow.actor.seat)

    return await once.run(uow, body, act, status=200)
