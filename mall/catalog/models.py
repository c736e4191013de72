"""Tables of goods: product (SPU) and sku."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns

TITLE_LENGTH = 60
"""Characters a title may have: 60 bytes of GBK are at most 60 characters."""

SPEC_TEXT_LENGTH = 60


class ProductState(StrEnum):
    """A draft was never complete; what was once complete is on sale, off the shelf, or in the recycle bin."""

    DRAFT = "draft"
    ON_SALE = "on_sale"
    OFF_SHELF = "off_shelf"
    RECYCLED = "recycled"


class Product(SQLModel, table=True):
    """What a store offers (商品).

    Pictures are drawings' keys or stored files' ids with their addresses; `picture` is the first, for lists. Prices are the
    lowest and highest of the live SKUs, `market_price_fen` that of the cheapest; they change with the SKUs, in the same
    statement. `draft` is what the editor has saved and nobody else sees; publishing it makes it the content.
    """

    __tablename__ = "mall_product"
    __table_args__ = (
        CheckConstraint("sold >= 0", name="mall_product_sold_not_negative"),
        CheckConstraint("quality BETWEEN 0 AND 100", name="mall_product_quality_range"),
        CheckConstraint(
            "state IN ('draft', 'recycled') OR (picture IS NOT NULL AND price_min_fen IS NOT NULL AND category <> '')",
            name="mall_product_shown_is_complete",
        ),
        CheckConstraint("state <> 'draft' OR draft IS NOT NULL", name="mall_product_draft_has_content"),
        CheckConstraint(
            "(price_min_fen IS NULL) = (price_max_fen IS NULL) AND coalesce(price_min_fen <= price_max_fen, true)",
            name="mall_product_price_range",
        ),
        Index("mall_product_shelf", "sandbox_id", "listed_sim_at", "id", postgresql_where="state = 'on_sale'"),
        Index(
            "mall_product_by_category", "sandbox_id", "category", "listed_sim_at", postgresql_where="state = 'on_sale'"
        ),
        Index("mall_product_of_shop", "sandbox_id", "shop_id", "state"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=False))
    title: str = columns.text_column(TITLE_LENGTH)
    category: str = columns.text_column(24)
    attributes: dict[str, Any] = columns.json_column()
    specs: list[dict[str, Any]] = columns.json_column()
    picture: dict[str, Any] | None = columns.json_column(nullable=True)
    pictures: list[dict[str, Any]] = columns.json_column()
    detail: list[dict[str, Any]] = columns.json_column()
    merchant_code: str = columns.text_column(32)
    freight_template_id: UUID | None = Field(
        default=None, sa_column=Column(Uuid, ForeignKey("mall_freight_template.id"), nullable=True, index=True)
    )
    price_min_fen: int | None = columns.fen_column(nullable=True)
    price_max_fen: int | None = columns.fen_column(nullable=True)
    market_price_fen: int | None = columns.fen_column(nullable=True)
    quality: int = columns.count_column()
    state: ProductState = columns.enum_column("mall_product", "state", ProductState)
    draft: dict[str, Any] | None = columns.json_column(nullable=True)
    draft_saved_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    sold: int = columns.count_column(0)
    listed_sim_at: datetime = columns.sim_at_column()
    updated_sim_at: datetime = columns.sim_at_column()


class Sku(SQLModel, table=True):
    """What is bought and stocked (规格): price in fen, cost for the seller's margin.

    A product has one SKU per combination of values for ever: one that is taken out of the matrix is retired, open trades
    keep it, and putting the combination back revives it. A product without specs has one SKU whose `spec` is empty.
    """

    __tablename__ = "mall_sku"
    __table_args__ = (
        CheckConstraint("price_fen > 0", name="mall_sku_price_positive"),
        CheckConstraint(
            "market_price_fen IS NULL OR market_price_fen >= price_fen", name="mall_sku_market_price_above"
        ),
        CheckConstraint("cost_fen IS NULL OR cost_fen >= 0", name="mall_sku_cost_not_negative"),
        CheckConstraint("weight_g >= 0", name="mall_sku_weight_not_negative"),
        UniqueConstraint("product_id", "spec", name="mall_sku_spec_once"),
        Index("mall_sku_of_product", "product_id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    product_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_product.id"), nullable=False))
    spec: list[str] = columns.json_column()
    spec_text: str = columns.text_column(SPEC_TEXT_LENGTH)
    code: str = columns.text_column(32)
    weight_g: int = columns.count_column()
    picture: dict[str, Any] | None = columns.json_column(nullable=True)
    position: int = columns.count_column()
    price_fen: int = columns.fen_column()
    market_price_fen: int | None = columns.fen_column(nullable=True)
    cost_fen: int | None = columns.fen_column(nullable=True)
    retired_sim_at: datetime | None = columns.sim_at_column(nullable=True)
