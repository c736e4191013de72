"""Tables of the event machinery: `kernel_outbox` (what happened) and `kernel_inbox` (who has handled it)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, String, Text, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class InboxState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"


class Outbox(SQLModel, table=True):
    """One fact. `seq` orders the facts of one aggregate; `fanned_at` is set once every handler has its inbox row."""

    __tablename__ = "kernel_outbox"
    __table_args__ = (
        Index("kernel_outbox_unfanned", "seq", postgresql_where="fanned_at IS NULL"),
        Index("kernel_outbox_aggregate", "sandbox_id", "aggregate_id", "seq"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), unique=True, nullable=False))
    aggregate_kind: str = columns.text_column(48)
    aggregate_id: UUID = columns.ref_column()
    type: str = columns.text_column(96)
    payload: dict[str, Any] = columns.json_column()
    sim_at: datetime = columns.sim_at_column()
    at: datetime = columns.at_column()
    fanned_at: datetime | None = columns.at_column(nullable=True)


class Inbox(SQLModel, table=True):
    """One fact for one handler. It becomes DONE in the handler's own transaction, hence once; PARKED after ten failures."""

    __tablename__ = "kernel_inbox"
    __table_args__ = (
        Index("kernel_inbox_pending", "next_try_at", "seq", postgresql_where="state = 'pending'"),
        Index("kernel_inbox_order", "handler", "aggregate_id", "seq", postgresql_where="state = 'pending'"),
        Index("kernel_inbox_parked", "sandbox_id", postgresql_where="state = 'parked'"),
    )

    event_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("kernel_outbox.id", ondelete="CASCADE"), primary_key=True))
    handler: str = Field(sa_column=Column(String(96), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    aggregate_id: UUID = columns.ref_column()
    seq: int = columns.big_column()
    state: InboxState = columns.enum_column("kernel_inbox", "state", InboxState)
    attempts: int = columns.count_column(0)
    next_try_at: datetime = columns.at_column()
    error: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    handled_at: datetime | None = columns.at_column(nullable=True)
