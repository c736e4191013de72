"""Tables of favourites, followed stores and footprints."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


def _seat_key() -> Any:
    return Field(sa_column=Column(Uuid, primary_key=True))


def _seq() -> Any:
    return Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))


class Favourite(SQLModel, table=True):
    """A product a buyer has marked (收藏), with what it cost from then on."""

    __tablename__ = "mall_favourite"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="mall_favourite_price_positive"),
        Index("mall_favourite_of_seat", "sandbox_id", "seat_id", "seq"),
    )

    seat_id: UUID = _seat_key()
    product_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_product.id"), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = _seq()
    price_fen: int = columns.fen_column()
    added_sim_at: datetime = columns.sim_at_column()


class FollowedShop(SQLModel, table=True):
    """A store a buyer follows (关注)."""

    __tablename__ = "mall_followed_shop"
    __table_args__ = (
        Index("mall_followed_shop_of_seat", "sandbox_id", "seat_id", "seq"),
        Index("mall_followed_shop_followers", "shop_id"),
    )

    seat_id: UUID = _seat_key()
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = _seq()
    followed_sim_at: datetime = columns.sim_at_column()


class Footprint(SQLModel, table=True):
    """A product a buyer has looked at (足迹), once each; `seq` rises when he looks again. Only the newest are kept."""

    __tablename__ = "mall_footprint"
    __table_args__ = (Index("mall_footprint_of_seat", "sandbox_id", "seat_id", "seq"),)

    seat_id: UUID = _seat_key()
    product_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_product.id"), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = _seq()
    seen_sim_at: datetime = columns.sim_at_column()
