"""Refunds: money that leaves a trade, or came too late, on its way back to the buyer; each way it may go is a row.

The guard against paying back more than was paid is one UPDATE of the trade. Between its beginning and its end the money lies
on the platform's *refunding* account, so that the books agree at every moment. Lock order: wallet → sequence of refunds → trade.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from mall.payments import rules
from mall.payments.models import Refund, RefundReason, RefundState
from mall.payments.rules import REFUND, Channel, Side

REFUND_TABLE = table_of(Refund)
SETTLE = "mall.refund.settle"

_TAKE_OUT = text("""
    UPDATE mall_trade SET refunded_fen = refunded_fen + :amount
     WHERE id = :trade_id AND paid_sim_at IS NOT NULL AND refunded_fen + :amount <= total_fen
""")
_CHANNEL = text("""
    SELECT p.channel FROM mall_payment p JOIN mall_trade t ON t.pay_order_id = p.pay_order_id
     WHERE t.id = :trade_id AND p.state = 'success'
""")
# One refund after the other, so that the n-th is always the same one for the bank's dice.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:sandbox_id, 9))")
_NEXT = text("SELECT 1 + count(*) AS ordinal, nextval('mall_number') AS n FROM mall_refund")
_FIND = text("""
    SELECT id, ordinal, number, buyer_seat_id, channel, amount_fen, state, tries FROM mall_refund WHERE id = :id
""")


async def of_trade(uow: UnitOfWork, trade: Any, amount_fen: int, *, reason: RefundReason) -> None:
    """Begins to pay a part of a paid trade back to its buyer, out of escrow.

    Raises:
        Conflict: all refunds together would be more than was paid.

    """
    await accounts.lock_wallets(uow, buyers=[trade.buyer_seat_id], sellers=[])
    paid = (await uow.execute(_CHANNEL, {"trade_id": trade.id})).one_or_none()
    values = await _begin(
        uow, trade.buyer_seat_id, amount_fen, reason, Channel.WALLET if paid is None else paid.channel
    )
    if (await uow.execute(_TAKE_OUT, {"trade_id": trade.id, "amount": amount_fen})).rowcount != 1:
        raise Conflict("mall.refund.more_than_paid", number=trade.number)
    await accounts.move(
        uow,
        amount_fen,
        debit=(AccountKind.ESCROW, uow.sandbox.id),
        credit=(AccountKind.REFUNDING, uow.sandbox.id),
        cause=TransferCause.REFUND_OPENED,
        cause_id=values["id"],
        number=trade.number,
    )
    await _send(uow, {**values, "trade_id": trade.id, "payment_id": None})


async def of_payment(uow: UnitOfWork, payment: Any) -> None:
    """Sends back a payment that came to a pay order which no longer waits for it."""
    await accounts.move(
        uow,
        payment.amount_fen,
        debit=(AccountKind.BUYER, payment.buyer_seat_id),
        credit=(AccountKind.REFUNDING, uow.sandbox.id),
        cause=TransferCause.LATE_PAYMENT,
        cause_id=payment.id,
        number=payment.number,
    )
    values = await _begin(
        uow, payment.buyer_seat_id, payment.amount_fen, RefundReason.LATE_PAYMENT, Channel(payment.channel)
    )
    await _send(uow, {**values, "trade_id": None, "payment_id": payment.id})


async def _begin(
    uow: UnitOfWork, buyer_seat_id: UUID, amount_fen: int, reason: RefundReason, channel: str
) -> dict[str, Any]:
    await uow.execute(_LOCK, {"sandbox_id": str(uow.sandbox.id)})
    following = (await uow.execute(_NEXT)).one()
    return {
        "id": new_id(),
        "sandbox_id": uow.sandbox.id,
        "ordinal": following.ordinal,
        "number": f"R{uow.now.sim_at:%m%d}{following.n:06d}",
        "buyer_seat_id": buyer_seat_id,
        "channel": channel,
        "reason": reason,
        "amount_fen": amount_fen,
        "state": RefundState.CREATED,
        "tries": 0,
        "created_sim_at": uow.now.sim_at,
    }


async def _send(uow: UnitOfWork, values: dict[str, Any]) -> None:
    await uow.execute(insert(REFUND_TABLE), values)
    refund_id = values["id"]
    await log(uow, REFUND, refund_id, from_state=None, event="open", to_state=RefundState.CREATED, party=Side.SYSTEM)
    await _step(uow, refund_id, RefundState.CREATED, "send", Side.SYSTEM)
    if values["channel"] == Channel.WALLET:
        await _pay_out(uow, await _access(uow, refund_id), "succeed", Side.BANK)
    else:
        await _schedule(uow, refund_id, 0)


async def _schedule(uow: UnitOfWork, refund_id: UUID, tries: int) -> None:
    due = uow.now.sim_at + policy.load(uow.sandbox.policy).refund_after
    await timers.schedule_sim(uow, SETTLE, refund_id, due_sim_at=due, ordinal=tries)


async def settle(uow: UnitOfWork, timer: DueTimer) -> None:
    """Hears from the bank of a refund to a card: paid out, to be tried again, or for a person to look at."""
    refund = await _access(uow, timer.subject_id)
    if refund.state != RefundState.PROCESSING:
        return
    rates = policy.load(uow.sandbox.policy)
    tries = refund.tries + 1
    if rules.refund_succeeds(
        uow.sandbox.seed, ordinal=refund.ordinal, attempt=tries, failure_bp=rates.refund_failure_bp
    ):
        await _pay_out(uow, refund, "succeed", Side.BANK)
        return
    await _step(uow, refund.id, RefundState.PROCESSING, "fail", Side.BANK, {"tries": tries})
    if tries >= rates.refund_tries:
        await _step(uow, refund.id, RefundState.FAILED, "give_up", Side.SYSTEM)
        return
    await _step(uow, refund.id, RefundState.FAILED, "retry", Side.SYSTEM)
    await _schedule(uow, refund.id, tries)


async def pay_out_by_hand(uow: UnitOfWork, refund_id: UUID) -> None:
    """Pays out a refund that the bank has refused too often, by the lecturer's hand, to the buyer's wallet.

    Raises:
        NotFound: there is none.
        Conflict: it does not wait for a person.

    """
    refund = await _access(uow, refund_id)
    REFUND.step(refund.state, "pay_out", Side.LECTURER)
    await _pay_out(uow, refund, "pay_out", Side.LECTURER)


async def _pay_out(uow: UnitOfWork, refund: Any, event: str, side: Side) -> None:
    await accounts.move(
        uow,
        refund.amount_fen,
        debit=(AccountKind.REFUNDING, uow.sandbox.id),
        credit=(AccountKind.BUYER, refund.buyer_seat_id),
        cause=TransferCause.REFUND,
        cause_id=refund.id,
        number=refund.number,
    )
    await _step(uow, refund.id, refund.state, event, side, {"done_sim_at": uow.now.sim_at})


async def _step(
    uow: UnitOfWork, refund_id: UUID, state: str, event: str, side: Side, values: dict[str, Any] | None = None
) -> None:
    await transition(uow, REFUND, Refund, refund_id, state=state, event=event, party=side, values=values)


async def _access(uow: UnitOfWork, refund_id: UUID) -> Any:
    row = (await uow.execute(_FIND, {"id": refund_id})).one_or_none()
    if row is None:
        raise NotFound("mall.refund.not_found")
    return row
