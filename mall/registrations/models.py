"""Tables of registration: the form, the deposit, and who approves in this class."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class RegistrationState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ABANDONED = "abandoned"


class DepositState(StrEnum):
    HELD = "held"
    BACK = "back"


class Approval(StrEnum):
    """Who lets a store open: the rules at once, or the lecturer."""

    AUTO = "auto"
    LECTURER = "lecturer"


class Registration(SQLModel, table=True):
    """One learner's way to a store (入驻申请), saved step by step. `subject` and `papers` hold generated mock papers."""

    __tablename__ = "mall_registration"
    __table_args__ = (
        Index(
            "mall_registration_one_a_seat",
            "sandbox_id",
            "seat_id",
            unique=True,
            postgresql_where="state IN ('draft', 'submitted', 'returned')",
        ),
        Index("mall_registration_name_once", "sandbox_id", "name", unique=True, postgresql_where="state = 'submitted'"),
        Index("mall_registration_waiting", "sandbox_id", "submitted_at", "id", postgresql_where="state = 'submitted'"),
        Index("mall_registration_of_shop", "shop_id"),
        CheckConstraint("(state = 'approved') = (shop_id IS NOT NULL)", name="mall_registration_approved_opens"),
        CheckConstraint(
            "(submitted_sim_at IS NULL) = (submitted_at IS NULL)"
            " AND (state NOT IN ('submitted', 'returned') OR submitted_at IS NOT NULL)",
            name="mall_registration_submitted_when",
        ),
        CheckConstraint("draws >= 0", name="mall_registration_draws_counted"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    state: RegistrationState = columns.enum_column("mall_registration", "state", RegistrationState)
    subject: dict[str, Any] | None = columns.json_column(nullable=True)
    name: str = columns.text_column(20)
    intro: str = columns.text_column(60)
    logo: dict[str, Any] | None = columns.json_column(nullable=True)
    categories: list[str] = columns.json_column()
    papers: list[dict[str, Any]] = columns.json_column()
    agreement: str | None = columns.text_column(24, nullable=True)
    """Version of the agreement that was read and agreed to."""
    draws: int = columns.count_column(0)
    """How often mock papers were made, so that the next ones differ."""
    remarks: dict[str, str] = columns.json_column()
    """What the lecturer objected to, by field; kept until the form is handed in again."""
    submitted_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    submitted_at: datetime | None = columns.at_column(nullable=True)
    shop_id: UUID | None = Field(default=None, sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=True))


class Deposit(SQLModel, table=True):
    """A mock deposit (保证金) held for a store, and given back once. Its id is the cause of both transfers."""

    __tablename__ = "mall_deposit"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="mall_deposit_positive"),
        CheckConstraint("(state = 'back') = (back_sim_at IS NOT NULL)", name="mall_deposit_back_when"),
        Index("mall_deposit_one_held", "registration_id", unique=True, postgresql_where="state = 'held'"),
        Index("mall_deposit_of_seat", "sandbox_id", "seat_id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    registration_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_registration.id"), nullable=False))
    seat_id: UUID = columns.ref_column()
    amount_fen: int = columns.fen_column()
    state: DepositState = columns.enum_column("mall_deposit", "state", DepositState)
    held_sim_at: datetime = columns.sim_at_column()
    back_sim_at: datetime | None = columns.sim_at_column(nullable=True)


class RegistrationSetting(SQLModel, table=True):
    """How a class lets stores open, once its lecturer has chosen; until then the rules of entry say."""

    __tablename__ = "mall_registration_setting"

    sandbox_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    approval: Approval = columns.enum_column("mall_registration_setting", "approval", Approval)
