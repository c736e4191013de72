"""Tables of snapshots: what was kept when, and the rows themselves in chunks of JSON. Written by the database's functions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class SnapshotCause(StrEnum):
    """Why a snapshot was made: somebody asked, or a rollback was about to begin."""

    MANUAL = "manual"
    BEFORE_ROLLBACK = "before_rollback"


class Snapshot(SQLModel, table=True):
    """A class's market as it was at one moment. `shape` names the columns it was taken with, `counts` the rows by table."""

    __tablename__ = "kernel_snapshot"
    __table_args__ = (
        CheckConstraint("class_ms >= 0 AND size_bytes >= 0", name="kernel_snapshot_not_negative"),
        Index("kernel_snapshot_newest", "sandbox_id", "at", "id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    name: str = columns.text_column(40)
    cause: SnapshotCause = columns.enum_column("kernel_snapshot", "cause", SnapshotCause)
    account_id: UUID | None = columns.ref_column(nullable=True)
    at: datetime = columns.at_column()
    sim_at: datetime = columns.sim_at_column()
    class_ms: int = columns.big_column()
    shape: str = columns.text_column(32)
    counts: dict[str, Any] = columns.json_column()
    size_bytes: int = columns.big_column()


class SnapshotChunk(SQLModel, table=True):
    """At most five hundred rows of one table of one snapshot."""

    __tablename__ = "kernel_snapshot_chunk"
    __table_args__ = (CheckConstraint("row_count >= 1", name="kernel_snapshot_chunk_not_empty"),)

    snapshot_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("kernel_snapshot.id", ondelete="CASCADE"), primary_key=True)
    )
    table_name: str = Field(sa_column=Column(String(63), primary_key=True))
    ordinal: int = Field(sa_column=Column(Integer, primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    row_count: int = columns.count_column()
    rows: list[dict[str, Any]] = columns.json_column()
