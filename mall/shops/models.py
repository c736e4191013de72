"""Tables of stores: the store with its profile, and the names it has had."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, SmallInteger, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class ShopState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    RETIRED = "retired"


class Shop(SQLModel, table=True):
    """A learner's store (店铺): one open a seat, its name unique among the open ones. Closed and retired stay as evidence."""

    __tablename__ = "mall_shop"
    __table_args__ = (
        Index("mall_shop_one_a_seat", "sandbox_id", "seat_id", unique=True, postgresql_where="state = 'open'"),
        Index("mall_shop_name_once", "sandbox_id", "name", unique=True, postgresql_where="state = 'open'"),
        Index("mall_shop_of_seat", "sandbox_id", "seat_id"),
        CheckConstraint(
            "(state = 'retired') = (retired_sim_at IS NOT NULL) AND (state = 'retired') = (retired_reason IS NOT NULL)",
            name="mall_shop_retired_says_why",
        ),
        CheckConstraint("(state = 'closed') = (closed_sim_at IS NOT NULL)", name="mall_shop_closed_when"),
        CheckConstraint(
            "duty_from_minute >= 0 AND duty_from_minute < duty_to_minute AND duty_to_minute <= 1440",
            name="mall_shop_duty_hours",
        ),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    name: str = columns.text_column(20)
    intro: str = columns.text_column(60)
    logo: dict[str, Any] | None = columns.json_column(nullable=True)
    notice: str = columns.text_column(100)
    categories: list[str] = columns.json_column()
    """Codes of the main categories it registered for."""
    return_address: dict[str, Any] | None = columns.json_column(nullable=True)
    duty_from_minute: int = Field(sa_column=Column(SmallInteger, nullable=False))
    duty_to_minute: int = Field(sa_column=Column(SmallInteger, nullable=False))
    """Opening hours (客服在线时间) as minutes of the simulated day."""
    state: ShopState = columns.enum_column("mall_shop", "state", ShopState)
    opened_sim_at: datetime = columns.sim_at_column()
    closed_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    retired_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    retired_reason: str | None = columns.text_column(200, nullable=True)


class ShopName(SQLModel, table=True):
    """One append-only change of a store's name (改名记录)."""

    __tablename__ = "mall_shop_name"
    __table_args__ = (Index("mall_shop_name_of_shop", "shop_id", "sim_at"),)

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=False))
    before: str = columns.text_column(20)
    after: str = columns.text_column(20)
    sim_at: datetime = columns.sim_at_column()
