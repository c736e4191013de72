"""Pay orders: opened by checkout, paid or closed once; and the attempts to pay them, each settled once."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall.payments.models import Payment, PaymentState, PayOrder, PayOrderState
from mall.payments.rules import PAYMENT, Channel, Outcome, Side

PAY_ORDER = table_of(PayOrder)

_LOCK = text("""
    SELECT id, number, total_fen, state, pay_by_class_ms, buyer_seat_id FROM mall_pay_order
     WHERE id = :id AND buyer_seat_id = :seat_id FOR UPDATE
""")
_LOCK_ANY = text("""
    SELECT id, number, total_fen, state, pay_by_class_ms, buyer_seat_id FROM mall_pay_order WHERE id = :id FOR UPDATE
""")
_LOCK_ALL = text("SELECT id FROM mall_pay_order WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_PAID = text("""
    UPDATE mall_pay_order SET state = 'paid', paid_sim_at = :sim_at
     WHERE id = :id AND state = 'created' AND total_fen = :total_fen
""")
_CLOSED = text("UPDATE mall_pay_order SET state = 'closed' WHERE id = :id AND state = 'created'")
# The trade's price is read under the pay order's lock, which whoever changes a price holds as well.
_LOWER = text("""
    UPDATE mall_pay_order o SET total_fen = o.total_fen - t.total_fen
      FROM mall_trade t WHERE t.id = :trade_id AND o.id = :id AND o.state = 'created' AND o.total_fen > t.total_fen
""")
_CHANGE = text("""
    UPDATE mall_pay_order SET total_fen = total_fen + :change
     WHERE id = :id AND state = 'created' AND total_fen + :change > 0
""")
_ATTEMPT = text("""
    INSERT INTO mall_payment (id, sandbox_id, pay_order_id, attempt, channel, outcome, amount_fen, notify_id, state,
                              created_sim_at)
    SELECT :id, :sandbox_id, :pay_order_id, 1 + count(*), :channel, :outcome, :amount_fen,
           :number || '-' || 1 + count(*), 'created', :sim_at
      FROM mall_payment WHERE pay_order_id = :pay_order_id
    RETURNING id, pay_order_id, attempt, channel, amount_fen, notify_id, state
""")
_PAYMENT = text("""
    SELECT p.id, p.pay_order_id, p.channel, p.amount_fen, p.notify_id, p.state, o.buyer_seat_id, o.number
      FROM mall_payment p JOIN mall_pay_order o ON o.id = p.pay_order_id WHERE p.notify_id = :notify_id
""")
ATTEMPT_LIMIT = 20
"""Attempts per pay order: more is no practice."""


async def open_pay_order(uow: UnitOfWork, *, number: str, total_fen: int, pay_by_class_ms: int) -> UUID:
    """Opens a pay order of the acting buyer."""
    pay_order_id = new_id()
    await uow.execute(
        insert(PAY_ORDER),
        {
            "id": pay_order_id,
            "sandbox_id": uow.sandbox.id,
            "number": number,
            "buyer_seat_id": uow.actor.seat,
            "total_fen": total_fen,
            "state": PayOrderState.CREATED,
            "pay_by_class_ms": pay_by_class_ms,
            "created_sim_at": uow.now.sim_at,
        },
    )
    return pay_order_id


async def lock_own(uow: UnitOfWork, pay_order_id: UUID) -> Any:
    """Returns a pay order of the acting buyer, locked until commit: what it says stays true.

    Raises:
        NotFound: absent, or another's.

    """
    row = (await uow.execute(_LOCK, {"id": pay_order_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.pay_order.not_found")
    return row


async def lock_all(uow: UnitOfWork, pay_order_ids: list[UUID]) -> None:
    """Locks pay orders in the order of their ids until commit: what waits to be paid goes on waiting."""
    await uow.execute(_LOCK_ALL, {"ids": pay_order_ids})


async def lock_any(uow: UnitOfWork, pay_order_id: UUID) -> Any:
    """Returns a pay order of this sandbox, locked until commit: for the seller of one of its trades, and for the bank."""
    return (await uow.execute(_LOCK_ANY, {"id": pay_order_id})).one()


async def change_total(uow: UnitOfWork, pay_order_id: UUID, change_fen: int) -> None:
    """Lets an open pay order follow a changed price.

    Raises:
        Conflict: it was paid or closed in the meantime.

    """
    if (await uow.execute(_CHANGE, {"id": pay_order_id, "change": change_fen})).rowcount != 1:
        raise Conflict("mall.payment.changed")


async def attempt(uow: UnitOfWork, pay_order: Any, *, channel: Channel, outcome: Outcome) -> Any:
    """Begins an attempt to pay a locked pay order and returns it.

    Raises:
        Conflict: there were `ATTEMPT_LIMIT` already.

    """
    row = (
        await uow.execute(
            _ATTEMPT,
            {
                "id": new_id(),
                "sandbox_id": uow.sandbox.id,
                "pay_order_id": pay_order.id,
                "channel": channel.value,
                "outcome": outcome.value,
                "amount_fen": pay_order.total_fen,
                "number": pay_order.number,
                "sim_at": uow.now.sim_at,
            },
        )
    ).one()
    if row.attempt > ATTEMPT_LIMIT:
        raise Conflict("mall.payment.too_many", limit=ATTEMPT_LIMIT)
    return row


async def access_payment(uow: UnitOfWork, notify_id: str) -> Any:
    """Returns the attempt that a notification speaks of.

    Raises:
        NotFound: the bank speaks of something unknown.

    """
    row = (await uow.execute(_PAYMENT, {"notify_id": notify_id})).one_or_none()
    if row is None:
        raise NotFound("mall.payment.not_found")
    return row


async def settle(uow: UnitOfWork, payment: Any, *, event: str, reason: str) -> None:
    """Ends an attempt that waits: it succeeds, fails, or comes too late and goes back."""
    await transition(
        uow,
        PAYMENT,
        Payment,
        payment.id,
        state=PaymentState.CREATED,
        event=event,
        party=Side.BANK,
        values={"settled_sim_at": uow.now.sim_at},
        params={"reason": reason},
    )


async def note_repeated(uow: UnitOfWork, payment: Any) -> None:
    """Writes down that a notification came again; that is all it does."""
    state = payment.state
    await log(uow, PAYMENT, payment.id, from_state=state, event="notify_again", to_state=state, party=Side.BANK)


async def mark_paid(uow: UnitOfWork, pay_order: Any) -> None:
    """Marks a pay order paid.

    Raises:
        Conflict: it was paid, closed or changed in the meantime.

    """
    params = {"id": pay_order.id, "sim_at": uow.now.sim_at, "total_fen": pay_order.total_fen}
    if (await uow.execute(_PAID, params)).rowcount != 1:
        raise Conflict("mall.payment.changed")


async def mark_closed(uow: UnitOfWork, pay_order_id: UUID) -> bool:
    """Closes an open pay order; returns whether it was still open."""
    return bool((await uow.execute(_CLOSED, {"id": pay_order_id})).rowcount == 1)


async def take_out(uow: UnitOfWork, pay_order_id: UUID, trade_id: UUID) -> None:
    """Takes one closed trade out of an open pay order, for what it costs now; closes the order when nothing is left.

    Raises:
        Conflict: it was paid or closed in the meantime.

    """
    await lock_any(uow, pay_order_id)
    lowered = await uow.execute(_LOWER, {"id": pay_order_id, "trade_id": trade_id})
    if lowered.rowcount != 1 and not await mark_closed(uow, pay_order_id):
        raise Conflict("mall.payment.changed")
