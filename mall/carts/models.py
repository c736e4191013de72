"""Table of carts."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class CartItem(SQLModel, table=True):
    """One SKU in one buyer's cart. `seq` keeps the order in which things were put in, `added_price_fen` what it cost then."""

    __tablename__ = "mall_cart_item"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 999", name="mall_cart_item_quantity_range"),
        CheckConstraint("added_price_fen > 0", name="mall_cart_item_added_price_positive"),
    )

    seat_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    sku_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    quantity: int = columns.count_column()
    selected: bool = columns.flag_column(default=True)
    added_price_fen: int = columns.fen_column()
