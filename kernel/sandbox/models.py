"""Tables of a running class: the sandbox and its clock, its lease, its timers, its log of state changes."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, Text, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.clock import SPEED_LIMIT, ClockState
from kernel.database import columns


class TimerState(StrEnum):
    PENDING = "pending"
    FIRED = "fired"
    CANCELLED = "cancelled"
    PARKED = "parked"


class Sandbox(SQLModel, table=True):
    """One class's market with its clock (see `kernel.clock.SandboxClock` for what the anchors mean)."""

    __tablename__ = "kernel_sandbox"
    __table_args__ = (
        CheckConstraint(f"speed BETWEEN 1 AND {SPEED_LIMIT}", name="kernel_sandbox_speed_range"),
        CheckConstraint(
            "(clock_state = 'jumping') = (jump_target_sim_at IS NOT NULL)", name="kernel_sandbox_jump_has_target"
        ),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column(unique=True)
    name: str = columns.text_column(60)
    seed: int = columns.big_column()
    policy: str = columns.text_column(24)
    starts_sim_at: datetime = columns.sim_at_column()
    clock_state: ClockState = columns.enum_column("kernel_sandbox", "clock_state", ClockState)
    clock_version: int = columns.count_column(0)
    speed: int = columns.count_column()
    sim_anchor_at: datetime = columns.sim_at_column()
    class_anchor_ms: int = columns.big_column()
    real_anchor_at: datetime = columns.at_column()
    beat_at: datetime = columns.at_column()
    jump_target_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    resume_after_jump: bool = columns.flag_column()


class Lease(SQLModel, table=True):
    """Who runs a sandbox. Each new holder raises `token`; a transaction that carries an older one is refused."""

    __tablename__ = "kernel_lease"

    sandbox_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("kernel_sandbox.id", ondelete="CASCADE"), primary_key=True)
    )
    token: int = columns.big_column()
    holder: str = columns.text_column(80)
    expires_at: datetime = columns.at_column()


class Timer(SQLModel, table=True):
    """A future action, due on exactly one axis. `seq` breaks ties in the order of scheduling."""

    __tablename__ = "kernel_timer"
    __table_args__ = (
        CheckConstraint("(due_sim_at IS NULL) <> (due_class_ms IS NULL)", name="kernel_timer_one_axis"),
        UniqueConstraint("sandbox_id", "kind", "subject_id", "ordinal", name="kernel_timer_once"),
        Index("kernel_timer_due_sim", "sandbox_id", "due_sim_at", "seq", postgresql_where="state = 'pending'"),
        Index("kernel_timer_due_class", "sandbox_id", "due_class_ms", "seq", postgresql_where="state = 'pending'"),
        Index("kernel_timer_parked", "sandbox_id", postgresql_where="state = 'parked'"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    kind: str = columns.text_column(64)
    subject_id: UUID = columns.ref_column()
    ordinal: int = columns.count_column(0)
    due_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    due_class_ms: int | None = columns.big_column(nullable=True)
    payload: dict[str, Any] = columns.json_column()
    state: TimerState = columns.enum_column("kernel_timer", "state", TimerState)
    attempts: int = columns.count_column(0)
    error: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    fired_at: datetime | None = columns.at_column(nullable=True)
    fired_order: int | None = columns.big_column(nullable=True)


class StateLog(SQLModel, table=True):
    """One change of state of one thing: who, from what, to what, on which event, when. Append-only."""

    __tablename__ = "kernel_state_log"
    __table_args__ = (
        Index("kernel_state_log_entity", "sandbox_id", "entity_id", "seq"),
        Index("kernel_state_log_actor", "sandbox_id", "actor_id", "seq"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    machine: str = columns.text_column(48)
    entity_id: UUID = columns.ref_column()
    from_state: str | None = columns.text_column(24, nullable=True)
    event: str = columns.text_column(48)
    to_state: str = columns.text_column(24)
    actor_kind: str = columns.text_column(16)
    actor_id: UUID | None = columns.ref_column(nullable=True)
    params: dict[str, Any] = columns.json_column()
    sim_at: datetime = columns.sim_at_column()
    at: datetime = columns.at_column()
