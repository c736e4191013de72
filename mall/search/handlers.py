"""Keeps ranks up with trade: what was sold, and what left its store late."""

from kernel.module import Reaction
from kernel.unit_of_work import UnitOfWork
from mall.events import TradeFinished, TradeShipped
from mall.search import queries, service


async def _sold(uow: UnitOfWork, event: TradeFinished) -> None:
    # Trades among classmates never count for rank (DESIGN §4, 13), so their goods have not changed.
    if not event.classmate:
        await service.refresh(uow, await queries.list_ids_of_trade(uow, event.trade_id))


async def _shipped(uow: UnitOfWork, event: TradeShipped) -> None:
    if await queries.was_shipped_late(uow, event.trade_id):
        await service.penalise(uow, event.shop_id)


RANK_AFTER_SALE = Reaction(name="mall.search.rank_after_sale", events=(TradeFinished,), handle=_sold)
RANK_AFTER_SHIPPING = Reaction(name="mall.search.rank_after_shipping", events=(TradeShipped,), handle=_shipped)
