"""Writes messages to buyers and marks them read."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import NotFound
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.events import MessagesChanged
from mall.messages import rules
from mall.messages.models import Message, MessageKind

MESSAGE = table_of(Message)

_FORGET_OLD = text("""
    DELETE FROM mall_message WHERE seat_id = :seat_id AND seq <= (
        SELECT seq FROM mall_message WHERE seat_id = :seat_id ORDER BY seq DESC OFFSET :limit LIMIT 1)
""")
_FIND = text("SELECT 1 FROM mall_message WHERE id = :id AND seat_id = :seat_id")
_READ = text("UPDATE mall_message SET is_read = true WHERE id = :id AND seat_id = :seat_id AND NOT is_read")
_READ_ALL = text("UPDATE mall_message SET is_read = true WHERE seat_id = :seat_id AND NOT is_read")


async def tell(uow: UnitOfWork, seat_id: UUID, kind: MessageKind, *, trade_id: UUID, params: dict[str, Any]) -> None:
    """Writes one message; the oldest beyond the limit go.

    Emits: `MessagesChanged`.

    """
    values = {
        "id": new_id(),
        "sandbox_id": uow.sandbox.id,
        "seat_id": seat_id,
        "kind": kind,
        "trade_id": trade_id,
        "params": params,
        "sim_at": uow.now.sim_at,
        "is_read": False,
    }
    await uow.execute(insert(MESSAGE), values)
    await uow.execute(_FORGET_OLD, {"seat_id": seat_id, "limit": rules.KEPT})
    uow.publish(MessagesChanged(seat_id=seat_id))


async def mark_read(uow: UnitOfWork, message_id: UUID) -> None:
    """Marks one message of the acting buyer read. Twice is harmless.

    Raises:
        NotFound: absent, or another's.
    Emits: `MessagesChanged`, if it was unread.

    """
    params = {"id": message_id, "seat_id": uow.actor.seat}
    if (await uow.execute(_FIND, params)).one_or_none() is None:
        raise NotFound("mall.message.not_found")
    if (await uow.execute(_READ, params)).rowcount:
        uow.publish(MessagesChanged(seat_id=uow.actor.seat))


async def mark_all_read(uow: UnitOfWork) -> None:
    """Marks all messages of the acting buyer read.

    Emits: `MessagesChanged`, if any was unread.

    """
    if (await uow.execute(_READ_ALL, {"seat_id": uow.actor.seat})).rowcount:
        uow.publish(MessagesChanged(seat_id=uow.actor.seat))
