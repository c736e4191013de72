"""The seller's reads of his own goods: the table with its tabs, one product for the editor. Plain rows, no ORM objects."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.catalog import category
from mall.catalog.desk_schemas import DeskProductPage, DeskProductRow, DeskProductView, ShelfCounts
from mall.catalog.models import ProductState

Tab = Literal["on_sale", "off_shelf", "draft", "recycled"]


class DeskSort(StrEnum):
    """The orders of the seller's table."""

    UPDATED = "updated"
    SOLD = "sold"
    STOCK_ASC = "stock_asc"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    QUALITY_ASC = "quality_asc"


_ORDERS = {
    DeskSort.UPDATED: "p.updated_sim_at DESC",
    DeskSort.SOLD: "p.sold DESC",
    DeskSort.STOCK_ASC: "coalesce(k.on_hand - k.held - k.allocated, 0)",
    DeskSort.PRICE_ASC: "p.price_min_fen NULLS LAST",
    DeskSort.PRICE_DESC: "p.price_min_fen DESC NULLS LAST",
    DeskSort.QUALITY_ASC: "p.quality",
}
_ROW = """
    p.id, p.title, p.category, p.merchant_code, p.picture, p.price_min_fen AS price_fen, p.price_max_fen, p.state,
    p.draft IS NOT NULL AS has_draft, p.quality, p.sold, p.updated_sim_at, coalesce(k.on_hand, 0) AS on_hand,
    coalesce(k.held, 0) AS held, coalesce(k.allocated, 0) AS allocated,
    coalesce(k.on_hand - k.held - k.allocated, 0) AS sellable, coalesce(k.skus, '[]'::jsonb) AS skus
"""
_SKUS = """
    LEFT JOIN LATERAL (
        SELECT sum(l.on_hand)::integer AS on_hand, sum(l.held)::integer AS held, sum(l.allocated)::integer AS allocated,
               jsonb_agg(jsonb_build_object(
                   'id', s.id, 'spec', s.spec, 'spec_text', s.spec_text, 'price_fen', s.price_fen,
                   'market_price_fen', s.market_price_fen, 'cost_fen', s.cost_fen, 'code', s.code,
                   'weight_g', s.weight_g, 'picture', s.picture, 'on_hand', l.on_hand, 'held', l.held,
                   'allocated', l.allocated, 'sellable', l.on_hand - l.held - l.allocated
               ) ORDER BY s.position, s.id) AS skus
          FROM mall_sku s JOIN mall_stock_level l ON l.sku_id = s.id
         WHERE s.product_id = p.id AND s.retired_sim_at IS NULL) k ON true
"""
# A title or a code, whole or in part; the codes of SKUs that are gone are not looked at.
_WORDS = r"""
    AND (CAST(:words AS text) IS NULL OR p.title ILIKE :words ESCAPE '\' OR p.merchant_code ILIKE :words ESCAPE '\'
         OR EXISTS (SELECT 1 FROM mall_sku c WHERE c.product_id = p.id AND c.retired_sim_at IS NULL
                       AND c.code ILIKE :words ESCAPE '\'))
"""
_COUNTS = text(f"""
    SELECT count(*) FILTER (WHERE p.state = 'on_sale') AS on_sale,
           count(*) FILTER (WHERE p.state = 'off_shelf') AS off_shelf,
           count(*) FILTER (WHERE p.state = 'draft') AS draft,
           count(*) FILTER (WHERE p.state = 'recycled') AS recycled
      FROM mall_product p WHERE p.shop_id = :shop_id {_WORDS}
""")
_ONE = text(f"""
    SELECT {_ROW}, p.attributes, p.pictures, p.detail, p.freight_template_id, p.specs, p.draft, p.draft_saved_sim_at
      FROM mall_product p JOIN mall_shop o ON o.id = p.shop_id {_SKUS}
     WHERE p.id = :product_id AND o.seat_id = :seat_id AND o.state = 'open'
""")
_LOCK = """
    SELECT p.id, p.title, p.category, p.attributes, p.detail, p.specs, p.state, p.pictures
      FROM mall_product p JOIN mall_shop o ON o.id = p.shop_id
     WHERE p.id = ANY(:product_ids) AND o.seat_id = :seat_id AND o.state = 'open' ORDER BY p.id FOR UPDATE OF p
"""
_OF_SKU = text("""
    SELECT k.product_id FROM mall_sku k
      JOIN mall_product p ON p.id = k.product_id
      JOIN mall_shop o ON o.id = p.shop_id
     WHERE k.id = :sku_id AND k.retired_sim_at IS NULL AND o.seat_id = :seat_id AND o.state = 'open'
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the seller looks for among his goods; no tab is everything but the recycle bin."""

    tab: Tab | None
    words: str | None
    sort: DeskSort
    page: int
    size: int


async def page_of_desk(uow: UnitOfWork, shop_id: UUID, wanted: Wanted) -> DeskProductPage:
    """Returns one page of a store's goods, with how many each tab holds of what is looked for."""
    words = None if not wanted.words else f"%{escaped(wanted.words)}%"
    params = {"shop_id": shop_id, "words": words}
    statement = text(f"""
        SELECT {_ROW} FROM mall_product p {_SKUS}
         WHERE p.shop_id = :shop_id AND CASE WHEN CAST(:tab AS text) IS NULL THEN p.state <> 'recycled' ELSE p.state = :tab END
               {_WORDS}
         ORDER BY {_ORDERS[wanted.sort]}, p.id DESC LIMIT :size OFFSET :offset
    """)
    offset = (wanted.page - 1) * wanted.size
    found = await uow.execute(statement, {**params, "tab": wanted.tab, "size": wanted.size, "offset": offset})
    rows = [DeskProductRow(**_named(row)) for row in found]
    counts = ShelfCounts(**(await uow.execute(_COUNTS, params)).one()._mapping)
    live = counts.on_sale + counts.off_shelf + counts.draft
    total = live if wanted.tab is None else counts.model_dump()[wanted.tab]
    return DeskProductPage(rows=rows, total=total, page=wanted.page, size=wanted.size, counts=counts)


async def access_own_product(uow: UnitOfWork, product_id: UUID) -> DeskProductView:
    """Returns a product of the acting learner's store in any state, with its draft.

    Raises:
        NotFound: absent, or another store's.

    """
    params = {"product_id": product_id, "seat_id": uow.actor.seat}
    row = (await uow.execute(_ONE, params)).one_or_none()
    if row is None:
        raise NotFound("mall.product.not_found")
    return DeskProductView(**_named(row))


async def lock_own_products(uow: UnitOfWork, product_ids: list[UUID]) -> list[Any]:
    """Returns products of the acting learner's store, by id, and keeps others from changing them until the commit.

    Raises:
        NotFound: one of them is absent, or another store's.

    """
    params = {"product_ids": product_ids, "seat_id": uow.actor.seat}
    rows = list(await uow.execute(text(_LOCK), params))
    if len(rows) != len(set(product_ids)):
        raise NotFound("mall.product.not_found")
    return rows


async def lock_own_product(uow: UnitOfWork, product_id: UUID) -> Any:
    """Returns one product as `lock_own_products` does.

    Raises:
        NotFound: absent, or another store's.

    """
    [row] = await lock_own_products(uow, [product_id])
    return row


async def access_product_of(uow: UnitOfWork, sku_id: UUID) -> UUID:
    """Returns the product of a live SKU of the acting learner's store.

    Raises:
        NotFound: absent, retired, or another store's.

    """
    row = (await uow.execute(_OF_SKU, {"sku_id": sku_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.sku.not_found")
    return UUID(str(row.product_id))


def escaped(words: str) -> str:
    """Returns words so that ILIKE takes every character for itself."""
    return words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _named(row: Any) -> dict[str, Any]:
    leaf = category.find_leaf(row.category)
    return {**row._mapping, "category_name": "" if leaf is None else leaf.name}


def was_complete(row: Any) -> bool:
    """Whether a locked product was ever published: only then it may go to the shelf."""
    return bool(row.pictures) and row.state != ProductState.DRAFT
