"""Tables of search: the entry of each product on sale, the words to suggest, how often a class searched for what."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

from kernel.database import columns


class SearchEntry(SQLModel, table=True):
    """By what a product on sale is found, filtered and ordered. What is off the shelf has none. Made by `service.refresh`.

    `words` are lexemes weighted A to D (`rules.entry_of`), `sales` and `quality` parts of the rank from 0 to 100,
    `cut_by` is the version of cutting and lists that made it. No GIN index on `words`: `@@` is not leakproof, so PostgreSQL
    must not use it before the wall has been checked. A search reads its class's entries, 0.2 ms for a thousand.
    """

    __tablename__ = "mall_product_search"
    __table_args__ = (
        CheckConstraint("sales BETWEEN 0 AND 100", name="mall_product_search_sales_is_a_part"),
        CheckConstraint("quality BETWEEN 0 AND 100", name="mall_product_search_quality_is_a_part"),
        CheckConstraint("price_min_fen > 0", name="mall_product_search_price_positive"),
        CheckConstraint("sold >= 0", name="mall_product_search_sold_not_negative"),
        Index("mall_product_search_by_category", "sandbox_id", "category"),
        Index("mall_product_search_of_shop", "sandbox_id", "shop_id"),
    )

    product_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("mall_product.id", ondelete="CASCADE"), primary_key=True)
    )
    sandbox_id: UUID = columns.sandbox_column()
    shop_id: UUID = columns.ref_column()
    category: str = columns.text_column(24)
    words: Any = Field(sa_column=Column(TSVECTOR, nullable=False))
    price_min_fen: int = columns.fen_column()
    sold: int = columns.count_column()
    sales: int = columns.count_column()
    quality: int = columns.count_column()
    listed_sim_at: datetime = columns.sim_at_column()
    penalty_until_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    cut_by: int = columns.count_column()


class SearchTerm(SQLModel, table=True):
    """A word of a product on sale that may be suggested while somebody types, with its first letters in pinyin."""

    __tablename__ = "mall_search_term"
    __table_args__ = (
        Index("mall_search_term_by_word", "sandbox_id", "word"),
        Index("mall_search_term_by_initials", "sandbox_id", "initials"),
    )

    product_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("mall_product_search.product_id", ondelete="CASCADE"), primary_key=True)
    )
    word: str = Field(sa_column=Column(String(24), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    initials: str = columns.text_column(24)


class SearchCount(SQLModel, table=True):
    """How often a class searched for some words on a simulated day. Who searched is kept nowhere."""

    __tablename__ = "mall_search_count"
    __table_args__ = (CheckConstraint("searches > 0", name="mall_search_count_positive"),)

    sandbox_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    sim_day: date = Field(sa_column=Column(Date, primary_key=True))
    said: str = Field(sa_column=Column(String(40), primary_key=True))
    searches: int = columns.count_column()
