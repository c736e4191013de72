"""Moves a trade on where nobody ships or receives: paid, late, sealed, or called off.

Shipping is `shipping`'s, receipt `receipt`'s, changes of price and address `changes`'; placing and closing an unpaid trade is
checkout's.

Lock order: timer → wallet → stock → trade (STYLE 17). A timer's row is locked before its handler runs, so a person who
races a deadline takes its timer first as well, and reads the trade only then: the second of two finds what the first did.
"""

from typing import Any

from sqlalchemy import text

from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.events import TradePaid, TradeRefunded
from mall.payments import refunds
from mall.payments.models import RefundReason
from mall.stock import service as stock
from mall.trades import queries, receipt
from mall.trades.models import CloseReason, Trade, TradeState
from mall.trades.rules import TRADE, Party

SHIP_DEADLINE = "mall.trade.ship_deadline"

_LATE = text("""
    UPDATE mall_trade SET shipped_late = true
     WHERE id = :id AND state IN ('wait_ship', 'part_shipped') AND NOT shipped_late RETURNING state
""")
_UNPAIR = text("""
    UPDATE mall_classmate_pair SET trades = trades - 1 WHERE buyer_seat_id = :buyer_seat_id AND shop_id = :shop_id
""")
_UNSHIPPED = text("""
    UPDATE mall_trade_line l
       SET refunded = l.quantity - l.shipped,
           refunded_fen = CASE WHEN l.shipped = 0 THEN l.paid_share_fen
                               ELSE l.paid_share_fen * (l.quantity - l.shipped) / l.quantity END
      FROM mall_trade_line before
     WHERE l.trade_id = :trade_id AND l.shipped + l.refunded < l.quantity AND before.id = l.id
    RETURNING l.refunded_fen - before.refunded_fen AS fen
""")


async def unpair(uow: UnitOfWork, trade: Any) -> None:
    """Lets a closed trade no longer count against how often two classmates may trade."""
    if trade.classmate:
        await uow.execute(_UNPAIR, {"buyer_seat_id": trade.buyer_seat_id, "shop_id": trade.shop_id})


async def mark_paid(uow: UnitOfWork, trade: Any) -> None:
    """Takes note of a payment that is already in escrow: hold becomes allocation, the ship deadline starts.

    Raises:
        Conflict: the trade is not waiting for payment any more.
    Emits: `TradePaid`.

    """
    ship_by = uow.now.sim_at + policy.load(uow.sandbox.policy).ship_within
    await stock.allocate(uow, trade.id)
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=TradeState.WAIT_PAY,
        event="pay",
        party=Party.BUYER,
        values={"paid_sim_at": uow.now.sim_at, "ship_by_sim_at": ship_by},
        params={"total_fen": trade.total_fen},
    )
    await timers.schedule_sim(uow, SHIP_DEADLINE, trade.id, due_sim_at=ship_by)
    uow.publish(TradePaid(**queries.facts(trade)))


async def call_off(uow: UnitOfWork, trade: Any) -> None:
    """Calls off what a reset store has not shipped of a paid trade: its money back, its units back, ship deadline gone.

    Nothing shipped: the trade closes and the freight goes back as well. A part shipped: that part runs to its end.

    Raises:
        Conflict: it has been shipped in the meantime.
    Emits: `TradeRefunded`.

    """
    await timers.cancel(uow, SHIP_DEADLINE, trade.id)
    goods_fen = sum(row.fen for row in await uow.execute(_UNSHIPPED, {"trade_id": trade.id}))
    rest = await queries.sum_lines(uow, trade.id)
    whole = rest.shipped == 0
    refund_fen = trade.total_fen - trade.refunded_fen if whole else goods_fen
    if whole:
        await unpair(uow, trade)
    await stock.give_back(uow, trade.id, paid=True)
    if refund_fen > 0:
        await refunds.of_trade(uow, trade, refund_fen, reason=RefundReason.SHOP_RESET)
    reason = CloseReason.SHOP_RESET.value
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=trade.state,
        event="reset" if whole else "reset_rest",
        party=Party.LECTURER,
        values={"close_reason": reason} if whole else await receipt.begin(uow, trade.id),
        params={"reason": reason, "refund_fen": refund_fen},
    )
    uow.publish(TradeRefunded(**queries.facts(trade), reason=reason, refund_fen=refund_fen))


async def note_late_shipping(uow: UnitOfWork, timer: DueTimer) -> None:
    """Marks a trade that was not shipped in time; a jump of the clock marks nobody."""
    if uow.jumping:
        return
    row = (await uow.execute(_LATE, {"id": timer.subject_id})).one_or_none()
    if row is not None:
        state = row.state
        await log(uow, TRADE, timer.subject_id, from_state=state, event="ship_late", to_state=state, party=Party.SYSTEM)


async def seal(uow: UnitOfWork, timer: DueTimer) -> None:
    """Ends the after-sale window of a finished trade."""
    await transition(uow, TRADE, Trade, timer.subject_id, state=TradeState.FINISHED, event="seal", party=Party.SYSTEM)
