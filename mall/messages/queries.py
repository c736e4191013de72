"""Reads of messages."""

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork
from mall.messages import rules
from mall.messages.schemas import MessageList, MessageView

_LIST = text("""
    SELECT id, kind, trade_id, params, sim_at, is_read FROM mall_message
     WHERE seat_id = :seat_id ORDER BY seq DESC LIMIT :limit
""")


async def list_messages(uow: UnitOfWork) -> MessageList:
    """Returns the acting buyer's messages, newest first, and how many of them are unread."""
    rows = await uow.execute(_LIST, {"seat_id": uow.actor.seat, "limit": rules.KEPT})
    views = [MessageView(**row._mapping) for row in rows]
    return MessageList(rows=views, unread=sum(not view.is_read for view in views))
