"""Tables of goods: product (SPU) and sku."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class ProductState(StrEnum):
    ON_SALE = "on_sale"
    OFF_SHELF = "off_shelf"


class Product(SQLModel, table=True):
    """What a store offers (商品). `picture` is a drawing's key or a stored file's id with its addresses."""

    __tablename__ = "mall_product"
    __table_args__ = (
        CheckConstraint("sold >= 0", name="mall_product_sold_not_negative"),
        Index("mall_product_shelf", "sandbox_id", "listed_sim_at", "id", postgresql_where="state = 'on_sale'"),
        Index(
            "mall_product_by_category", "sandbox_id", "category", "listed_sim_at", postgresql_where="state = 'on_sale'"
        ),
        Index("mall_product_of_shop", "sandbox_id", "shop_id", "state"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=False))
    freight_template_id: UUID | None = Field(
        default=None, sa_column=Column(Uuid, ForeignKey("mall_freight_template.id"), nullable=True, index=True)
    )
    title: str = columns.text_column(30)
    category: str = columns.text_column(24)
    description: str = columns.text_column(500)
    picture: dict[str, Any] = columns.json_column()
    state: ProductState = columns.enum_column("mall_product", "state", ProductState)
    sold: int = columns.count_column(0)
    listed_sim_at: datetime = columns.sim_at_column()
    updated_sim_at: datetime = columns.sim_at_column()


class Sku(SQLModel, table=True):
    """What is bought and stocked (规格): price in fen, cost for the seller's margin."""

    __tablename__ = "mall_sku"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="mall_sku_price_positive"),
        CheckConstraint(
            "market_price_fen IS NULL OR market_price_fen >= price_fen", name="mall_sku_market_price_above"
        ),
        CheckConstraint("cost_fen IS NULL OR cost_fen >= 0", name="mall_sku_cost_not_negative"),
        Index("mall_sku_of_product", "product_id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    product_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_product.id"), nullable=False))
    price_fen: int = columns.fen_column()
    market_price_fen: int | None = columns.fen_column(nullable=True)
    cost_fen: int | None = columns.fen_column(nullable=True)
