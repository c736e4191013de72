"""Moves a paid trade on: paid, shipped, confirmed, sealed, or called off. Placing and closing an unpaid one is checkout's.

Lock order: timer → wallet → stock → trade (STYLE 17). A timer's row is locked before its handler runs, so a person who
races a deadline takes its timer first as well, and reads the trade only then: the second of two finds what the first did.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel import money
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from mall.events import TradeFinished, TradePaid, TradeRefunded, TradeShipped
from mall.fulfilment import service as fulfilment
from mall.stock import service as stock
from mall.trades import queries
from mall.trades.models import CloseReason, Trade, TradeState
from mall.trades.receivers import origin_of
from mall.trades.rules import TRADE, Party

SHIP_DEADLINE = "mall.trade.ship_deadline"
AUTO_CONFIRM = "mall.trade.auto_confirm"
SEAL = "mall.trade.seal"

_LATE = text("""
    UPDATE mall_trade SET shipped_late = true WHERE id = :id AND state = 'wait_ship' AND NOT shipped_late RETURNING id
""")
_UNPAIR = text("""
    UPDATE mall_classmate_pair SET trades = trades - 1 WHERE buyer_seat_id = :buyer_seat_id AND shop_id = :shop_id
""")
_SOLD = text("""
    UPDATE mall_product p SET sold = sold + l.quantity
      FROM (SELECT product_id, sum(quantity) AS quantity FROM mall_trade_line WHERE trade_id = :trade_id
             GROUP BY product_id) l
     WHERE p.id = l.product_id
""")


def facts(trade: Any) -> dict[str, Any]:
    """Returns what every event of a trade says about it."""
    return {
        "trade_id": trade.id,
        "number": trade.number,
        "shop_id": trade.shop_id,
        "buyer_seat_id": trade.buyer_seat_id,
        "seller_seat_id": trade.seller_seat_id,
        "classmate": trade.classmate,
    }


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
    uow.publish(TradePaid(**facts(trade)))


async def ship(uow: UnitOfWork, trade_id: UUID, *, carrier_code: str) -> None:
    """Ships a whole trade of the acting seller.

    Raises:
        NotFound: not a trade of his store.
        Conflict: it is not waiting to be shipped.
        Invalid: there is no such courier.
    Emits: `TradeShipped`.

    """
    await timers.cancel(uow, SHIP_DEADLINE, trade_id)
    trade = await queries.access_sold(uow, trade_id)
    TRADE.step(trade.state, "ship", Party.SELLER)
    confirm_by = uow.now.sim_at + policy.load(uow.sandbox.policy).confirm_after
    await stock.ship(uow, trade_id)
    await transition(
        uow,
        TRADE,
        Trade,
        trade_id,
        state=TradeState.WAIT_SHIP,
        event="ship",
        party=Party.SELLER,
        values={"shipped_sim_at": uow.now.sim_at, "confirm_by_sim_at": confirm_by},
    )
    await fulfilment.send(
        uow,
        trade_id,
        seller_seat_id=trade.seller_seat_id,
        carrier_code=carrier_code,
        origin=origin_of(uow.sandbox.seed, trade.seller_seat_number),
        places=[trade.receiver["province"], trade.receiver["city"]],
    )
    await timers.schedule_sim(uow, AUTO_CONFIRM, trade_id, due_sim_at=confirm_by)
    uow.publish(TradeShipped(**facts(trade)))


async def confirm(uow: UnitOfWork, trade_id: UUID) -> None:
    """Confirms receipt for the acting buyer and settles the money.

    Raises:
        NotFound: not a trade of his.
        Conflict: it is not on its way.
    Emits: `TradeFinished`.

    """
    await timers.cancel(uow, AUTO_CONFIRM, trade_id)
    trade = await queries.access_bought(uow, trade_id)
    TRADE.step(trade.state, "confirm", Party.BUYER)
    await _finish(uow, trade, event="confirm", party=Party.BUYER)


async def auto_confirm(uow: UnitOfWork, timer: DueTimer) -> None:
    """Confirms receipt for a buyer who has let the time pass."""
    trade = await queries.access_any(uow, timer.subject_id)
    if trade.state == TradeState.SHIPPED:
        await _finish(uow, trade, event="auto_confirm", party=Party.SYSTEM)


async def _finish(uow: UnitOfWork, trade: Any, *, event: str, party: Party) -> None:
    """Releases escrow: the commission to the platform, the rest to the seller. Commission rounds half a fen up."""
    commission_fen = money.share_bp(trade.goods_fen, trade.commission_bp)
    net_fen = trade.total_fen - commission_fen
    escrow = (AccountKind.ESCROW, uow.sandbox.id)
    await accounts.move(
        uow,
        net_fen,
        debit=escrow,
        credit=(AccountKind.SELLER, trade.seller_seat_id),
        cause=TransferCause.SETTLEMENT,
        cause_id=trade.id,
        number=trade.number,
    )
    await accounts.move(
        uow,
        commission_fen,
        debit=escrow,
        credit=(AccountKind.COMMISSION, uow.sandbox.id),
        cause=TransferCause.COMMISSION,
        cause_id=trade.id,
        number=trade.number,
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
    uow.publish(TradeFinished(**facts(trade)))


async def refund(uow: UnitOfWork, trade: Any, *, reason: CloseReason) -> None:
    """Calls off a paid trade that has not left the house: money back to the buyer, units back, ship deadline gone.

    Raises:
        Conflict: it has been shipped in the meantime.
    Emits: `TradeRefunded`.

    """
    await timers.cancel(uow, SHIP_DEADLINE, trade.id)
    await accounts.move(
        uow,
        trade.total_fen,
        debit=(AccountKind.ESCROW, uow.sandbox.id),
        credit=(AccountKind.BUYER, trade.buyer_seat_id),
        cause=TransferCause.REFUND,
        cause_id=trade.id,
        number=trade.number,
    )
    await unpair(uow, trade)
    await stock.give_back(uow, trade.id, paid=True)
    await transition(
        uow,
        TRADE,
        Trade,
        trade.id,
        state=TradeState.WAIT_SHIP,
        event="reset",
        party=Party.LECTURER,
        values={"close_reason": reason},
        params={"reason": reason.value, "refund_fen": trade.total_fen},
    )
    uow.publish(TradeRefunded(**facts(trade), reason=reason.value, refund_fen=trade.total_fen))


async def note_late_shipping(uow: UnitOfWork, timer: DueTimer) -> None:
    """Marks a trade that was not shipped in time; a jump of the clock marks nobody."""
    if uow.jumping:
        return
    row = (await uow.execute(_LATE, {"id": timer.subject_id})).one_or_none()
    if row is not None:
        state = TradeState.WAIT_SHIP
        await log(uow, TRADE, timer.subject_id, from_state=state, event="ship_late", to_state=state, party=Party.SYSTEM)


async def seal(uow: UnitOfWork, timer: DueTimer) -> None:
    """Ends the after-sale window of a finished trade."""
    await transition(uow, TRADE, Trade, timer.subject_id, state=TradeState.FINISHED, event="seal", party=Party.SYSTEM)
