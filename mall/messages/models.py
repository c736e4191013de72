"""Table of messages."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index
from sqlmodel import Field, SQLModel

from kernel.database import columns


class MessageKind(StrEnum):
    """What a message tells."""

    SHIPPED = "shipped"
    SIGNED = "signed"
    CLOSED = "closed"
    REFUNDED = "refunded"


class Message(SQLModel, table=True):
    """One fact about a trade, told to its buyer (消息). `params` are what the front end needs to say it in words."""

    __tablename__ = "mall_message"
    __table_args__ = (
        Index("mall_message_of_seat", "sandbox_id", "seat_id", "seq"),
        Index("mall_message_unread", "seat_id", postgresql_where="NOT is_read"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    kind: MessageKind = columns.enum_column("mall_message", "kind", MessageKind)
    trade_id: UUID = columns.ref_column()
    params: dict[str, Any] = columns.json_column()
    sim_at: datetime = columns.sim_at_column()
    is_read: bool = columns.flag_column()
