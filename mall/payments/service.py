"""Pay orders: opened by checkout, paid or closed once."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.payments.models import PayOrder, PayOrderState

PAY_ORDER = table_of(PayOrder)

_LOCK = text("""
    SELECT id, number, total_fen, state, pay_by_class_ms FROM mall_pay_order
     WHERE id = :id AND buyer_seat_id = :seat_id FOR UPDATE
""")
_LOCK_ALL = text("SELECT id FROM mall_pay_order WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_PAID = text("""
    UPDATE mall_pay_order SET state = 'paid', paid_sim_at = :sim_at
     WHERE id = :id AND state = 'created' AND total_fen = :total_fen
""")
_CLOSED = text("UPDATE mall_pay_order SET state = 'closed' WHERE id = :id AND state = 'created'")
_LOWER = text("""
    UPDATE mall_pay_order SET total_fen = total_fen - :amount
     WHERE id = :id AND state = 'created' AND total_fen > :amount
""")


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


async def take_out(uow: UnitOfWork, pay_order_id: UUID, *, amount_fen: int) -> None:
    """Takes one cancelled trade out of an open pay order; closes it when nothing is left.

    Raises:
        Conflict: it was paid or closed in the meantime.

    """
    lowered = await uow.execute(_LOWER, {"id": pay_order_id, "amount": amount_fen})
    if lowered.rowcount != 1 and not await mark_closed(uow, pay_order_id):
        raise Conflict("mall.payment.changed")
