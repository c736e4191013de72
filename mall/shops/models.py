"""Table of stores."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from kernel.database import columns


class ShopState(StrEnum):
    OPEN = "open"


class Shop(SQLModel, table=True):
    """A learner's store (店铺): one a seat, its name unique in the class."""

    __tablename__ = "mall_shop"
    __table_args__ = (
        UniqueConstraint("sandbox_id", "seat_id", name="mall_shop_one_a_seat"),
        UniqueConstraint("sandbox_id", "name", name="mall_shop_name_once"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    name: str = columns.text_column(20)
    intro: str = columns.text_column(60)
    state: ShopState = columns.enum_column("mall_shop", "state", ShopState)
    opened_sim_at: datetime = columns.sim_at_column()
