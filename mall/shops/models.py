"""Table of stores."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from kernel.database import columns


class ShopState(StrEnum):
    OPEN = "open"
    RETIRED = "retired"


class Shop(SQLModel, table=True):
    """A learner's store (店铺): one open a seat, its name unique among the open ones. A retired one stays as evidence."""

    __tablename__ = "mall_shop"
    __table_args__ = (
        Index("mall_shop_one_a_seat", "sandbox_id", "seat_id", unique=True, postgresql_where="state = 'open'"),
        Index("mall_shop_name_once", "sandbox_id", "name", unique=True, postgresql_where="state = 'open'"),
        Index("mall_shop_of_seat", "sandbox_id", "seat_id"),
        CheckConstraint(
            "(state = 'retired') = (retired_sim_at IS NOT NULL) AND (state = 'retired') = (retired_reason IS NOT NULL)",
            name="mall_shop_retired_says_why",
        ),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    name: str = columns.text_column(20)
    intro: str = columns.text_column(60)
    state: ShopState = columns.enum_column("mall_shop", "state", ShopState)
    opened_sim_at: datetime = columns.sim_at_column()
    retired_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    retired_reason: str | None = columns.text_column(200, nullable=True)
