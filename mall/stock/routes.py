"""HTTP of the seller's stock."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.stock import queries, service
from mall.stock.schemas import StockAdjust, StockLedger, StockView

router = APIRouter(prefix="/desk/skus", tags=["stock"])


@router.get("/{sku_id}/stock-ledger", operation_id="mall_stock_ledger")
async def read_ledger(sku_id: UUID, uow: Annotated[UnitOfWork, reader(Capability.SELL)]) -> StockLedger:
    """Returns why a SKU's stock is what it is."""
    return await queries.view_ledger(uow, sku_id, seat_id=uow.actor.seat)


@router.post("/{sku_id}/stock-adjustments", operation_id="mall_stock_adjust")
async def adjust(sku_id: UUID, body: StockAdjust, uow: Annotated[UnitOfWork, writer(Capability.SELL)]) -> StockView:
    """Adds or removes units by hand."""
    await queries.access_level(uow, sku_id, seat_id=uow.actor.seat)
    await service.adjust(uow, sku_id, delta=body.delta, reason=body.reason)
    return await queries.access_level(uow, sku_id, seat_id=uow.actor.seat)
