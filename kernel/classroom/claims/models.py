"""The table of requests that wait for a lecturer: to join late, to get a new password."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from kernel.database import columns


class RequestKind(StrEnum):
    JOIN = "join"
    PASSWORD = "password"  # noqa: S105  a kind of request


class RequestState(StrEnum):
    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


class ClassRequest(SQLModel, table=True):
    """A learner asks, the lecturer grants or refuses (待审批)."""

    __tablename__ = "kernel_class_request"
    __table_args__ = (
        Index("kernel_class_request_open", "cohort_id", "id", postgresql_where="state = 'open'"),
        Index("kernel_class_request_browser_once", "secret_hash", unique=True, postgresql_where="state = 'open'"),
        Index(
            "kernel_class_request_password_once",
            "seat_id",
            unique=True,
            postgresql_where="state = 'open' AND kind = 'password'",
        ),
        Index("kernel_class_request_telling", "seat_id", postgresql_where="pin_until IS NOT NULL"),
        CheckConstraint(
            "pin_until IS NULL OR (kind = 'join' AND state = 'granted' AND seat_id IS NOT NULL)",
            name="kernel_class_request_tells_when_granted",
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="kernel_class_request_decided"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    seat_id: UUID | None = columns.ref_column(nullable=True)
    kind: RequestKind = columns.enum_column("kernel_class_request", "kind", RequestKind)
    state: RequestState = columns.enum_column("kernel_class_request", "state", RequestState)
    name: str = columns.text_column(20)
    note: str = columns.text_column(100)
    secret_hash: bytes | None = columns.bytes_column(nullable=True)
    """SHA-256 of what the asking browser keeps, so that it alone learns the answer."""
    browser_key: bytes | None = columns.bytes_column(nullable=True)
    """SHA-256 of the cookie by which the asking browser is recognised, so that it does not ask again and again."""
    browser: str = columns.text_column(80)
    asked_at: datetime = columns.at_column()
    decided_at: datetime | None = columns.at_column(nullable=True)
    decided_by: UUID | None = columns.ref_column(nullable=True)
    reason: str = columns.text_column(100)
    pin_until: datetime | None = columns.at_column(nullable=True)
    """Until when the asking browser is told the PIN it was let in with; null once that PIN means nothing any more."""
