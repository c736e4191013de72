"""Receipt (收货): the wait for the parcels, its extension, confirmation by the buyer or by time, and the settling of the money.

A trade confirms itself only when each of its parcels has come to an end: signed for, called back, or its loss made up for. If
the time is over and one is still on its way, the trade waits for the last of them and then a little longer.
Lock order: timer → wallet → trade.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel import money
from kernel.errors import Conflict, Invalid
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from mall.events import TradeAmended, TradeFinished
from mall.fulfilment import queries as parcels
from mall.fulfilment import service as fulfilment
from mall.trades import queries
from mall.trades.models import Trade, TradeState
from mall.trades.rules import TRADE, Party

AUTO_CONFIRM = "mall.trade.auto_confirm"
SEAL = "mall.trade.seal"

_CONFIRM_BY = text("UPDATE mall_trade SET confirm_by_sim_at = :due WHERE id = :id")
_WAITS = text("""
    SELECT 1 FROM mall_trade WHERE id = :id AND state = 'shipped' AND confirm_by_sim_at IS NULL FOR UPDATE
""")
_SOLD = text("""
    UPDATE mall_product p SET sold = sold + l.quantity
      FROM (SELECT product_id, sum(quantity - refunded) AS quantity FROM mall_trade_line WHERE trade_id = :trade_id
             GROUP BY product_id) l
     WHERE p.id = l.product_id
""")


async def begin(uow: UnitOfWork, trade_id: UUID) -> dict[str, datetime]:
    """Starts the time in which the buyer should confirm, and returns what the trade, shipped to the end just now, must say of it.

    The caller writes that with the change of state: a row updated twice in one transaction has its foreign keys checked anew,
    which would wait for whoever holds the store.
    """
    due = uow.now.sim_at + policy.load(uow.sandbox.policy).confirm_after
    await timers.reschedule_sim(uow, AUTO_CONFIRM, trade_id, due_sim_at=due)
    return {"shipped_sim_at": uow.now.sim_at, "confirm_by_sim_at": due}


async def stop(uow: UnitOfWork, trade_id: UUID) -> None:
    """Stops that time: a parcel was called back, or there is nothing left to receive."""
    await timers.cancel(uow, AUTO_CONFIRM, trade_id)


async def move_parcel(uow: UnitOfWork, timer: DueTimer) -> None:
    """Lets the courier take one step; the last one may be what the trade waited for. Emits: `ParcelMoved`."""
    moved = await fulfilment.step(uow, timer)
    if moved.state == "signed":
        await resume(uow, moved.trade_id)
    uow.publish(moved)


async def resume(uow: UnitOfWork, trade_id: UUID) -> None:
    """Starts the buyer's time again if the trade waited for its parcels and none is left on its way."""
    if (await uow.execute(_WAITS, {"id": trade_id})).one_or_none() is None:
        return
    if await parcels.count_open(uow, trade_id) == 0:
        due = uow.now.sim_at + policy.load(uow.sandbox.policy).confirm_after_handled
        await uow.execute(_CONFIRM_BY, {"id": trade_id, "due": due})
        await timers.reschedule_sim(uow, AUTO_CONFIRM, trade_id, due_sim_at=due)


async def confirm(uow: UnitOfWork, trade_id: UUID) -> None:
    """Confirms receipt for the acting buyer and settles the money.

    Raises:
        NotFound: not a trade of his.
        Conflict: it is not on its way, or a lost parcel has not been made up for.
    Emits: `TradeFinished`.

    """
    await timers.cancel(uow, AUTO_CONFIRM, trade_id)
    trade = await queries.access_bought(uow, trade_id)
    TRADE.step(trade.state, "confirm", Party.BUYER)
    if trade.lost_parcels:
        raise Conflict("mall.trade.parcel_lost")
    await _finish(uow, trade, event="confirm", party=Party.BUYER)


async def auto_confirm(uow: UnitOfWork, timer: DueTimer) -> None:
    """Confirms receipt for a buyer who has let the time pass, or lets the trade wait for its parcels."""
    trade = await queries.access_any(uow, timer.subject_id)
    if trade.state != TradeState.SHIPPED:
        return
    if await parcels.count_open(uow, trade.id) == 0:
        await _finish(uow, trade, event="auto_confirm", party=Party.SYSTEM)
        return
    await uow.execute(_CONFIRM_BY, {"id": trade.id, "due": None})
    state = TradeState.SHIPPED
    await log(uow, TRADE, trade.id, from_state=state, event="wait_parcels", to_state=state, party=Party.SYSTEM)


async def extend(uow: UnitOfWork, trade_id: UUID) -> None:
    """Gives the acting buyer a few days more, once.

    Raises:
        NotFound: not a trade of his.
        Conflict: it is not on its way, or he has extended it before.
    Emits: `TradeAmended`.

    """
    await timers.lock_pending(uow, AUTO_CONFIRM, [trade_id])
    trade = await queries.access_bought(uow, trade_id)
    TRADE.step(trade.state, "extend", Party.BUYER)
    if trade.buyer_extended:
        raise Conflict("mall.trade.extended_before")
    longer = policy.load(uow.sandbox.policy).buyer_extension
    await _lengthen(uow, trade, longer, event="extend", party=Party.BUYER, values={"buyer_extended": True})


async def grant(uow: UnitOfWork, trade_id: UUID, days: int) -> None:
    """Lets the acting seller give the buyer more time.

    Raises:
        NotFound: not a trade of his store.
        Conflict: it is not on its way, or he has given as much as he may.
        Invalid: not one of the numbers of days to choose from.
    Emits: `TradeAmended`.

    """
    await timers.lock_pending(uow, AUTO_CONFIRM, [trade_id])
    trade = await queries.access_sold(uow, trade_id)
    TRADE.step(trade.state, "grant", Party.SELLER)
    rules = policy.load(uow.sandbox.policy)
    if days not in rules.seller_extensions:
        raise Invalid.field("/days", "mall.trade.unknown_extension")
    given = trade.granted_days + days
    if timedelta(days=given) > rules.seller_extension_limit:
        raise Conflict("mall.trade.granted_enough", limit=rules.seller_extension_limit.days)
    longer = timedelta(days=days)
    await _lengthen(uow, trade, longer, event="grant", party=Party.SELLER, values={"granted_days": given})


async def _lengthen(
    uow: UnitOfWork, trade: Any, longer: timedelta, *, event: str, party: Party, values: dict[str, Any]
) -> None:
    if trade.confirm_by_sim_at is None:
        raise Conflict("mall.trade.waits_for_parcels")
    due = trade.confirm_by_sim_at + longer
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=TradeState.SHIPPED,
        event=event,
        party=party,
        values={**values, "confirm_by_sim_at": due},
        params={"days": longer.days},
    )
    await timers.reschedule_sim(uow, AUTO_CONFIRM, trade.id, due_sim_at=due)
    change = {"extend": "extended", "grant": "granted"}[event]
    uow.publish(TradeAmended(**queries.facts(trade), change=change))


async def _finish(uow: UnitOfWork, trade: Any, *, event: str, party: Party) -> None:
    """Releases what is in escrow: the commission to the platform, the rest to the seller. Commission rounds half a fen up.

    A refund of the trade locks the seller's wallet as well, so that what is read after this lock stays true.
    """
    await accounts.lock_wallets(uow, buyers=[], sellers=[trade.seller_seat_id])
    trade = await queries.access_any(uow, trade.id)
    TRADE.step(trade.state, event, party)
    lines = await queries.sum_lines(uow, trade.id)
    commission_fen = money.share_bp(trade.goods_fen - lines.refunded_fen, trade.commission_bp)
    net_fen = trade.total_fen - trade.refunded_fen - commission_fen
    escrow = (AccountKind.ESCROW, uow.sandbox.id)
    for amount_fen, credit, cause in (
        (net_fen, (AccountKind.SELLER, trade.seller_seat_id), TransferCause.SETTLEMENT),
        (commission_fen, (AccountKind.COMMISSION, uow.sandbox.id), TransferCause.COMMISSION),
    ):
        await accounts.move(
            uow, amount_fen, debit=escrow, credit=credit, cause=cause, cause_id=trade.id, number=trade.number
        )
    seal_at = uow.now.sim_at + policy.load(uow.sandbox.policy).after_sale_for
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=TradeState.SHIPPED,
        event=event,
        party=party,
        values={"finished_sim_at": uow.now.sim_at, "seal_at_sim_at": seal_at},
        params={"net_fen": net_fen, "commission_fen": commission_fen},
    )
    if not trade.classmate:
        await uow.execute(_SOLD, {"trade_id": trade.id})
    await timers.schedule_sim(uow, SEAL, trade.id, due_sim_at=seal_at)
    uow.publish(TradeFinished(**queries.facts(trade)))
