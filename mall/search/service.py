"""Keeps the entries of goods equal to the goods, and counts what a class searches for.

Whoever changes what buyers see of a product calls `refresh` in the same transaction. Deleting and inserting anew would be
shorter, but two changes of one product at once would then meet at its key; each statement here may race itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork
from mall.search import categories, initials, queries, rules, words
from mall.search.rules import Written

_AT_ONCE = 200
"""Products whose entries are made by one statement."""

_UPSERT = text("""
    INSERT INTO mall_product_search
           (product_id, sandbox_id, shop_id, category, words, price_min_fen, sold, sales, quality,
            listed_sim_at, penalty_until_sim_at, cut_by)
    VALUES (:product_id, :sandbox_id, :shop_id, :category, CAST(CAST(:words AS text) AS tsvector), :price_min_fen, :sold, :sales, :quality, :listed_sim_at,
            (SELECT max(o.penalty_until_sim_at) FROM mall_product_search o WHERE o.shop_id = :shop_id), :cut_by)
        ON CONFLICT (product_id) DO UPDATE SET
           (category, words, price_min_fen, sold, sales, quality, listed_sim_at, cut_by)
           = (excluded.category, excluded.words, excluded.price_min_fen, excluded.sold,
              excluded.sales, excluded.quality, excluded.listed_sim_at, excluded.cut_by)
""")
_FORGET = text("DELETE FROM mall_product_search WHERE product_id = ANY(:ids)")
_FORGET_SHOP = text("DELETE FROM mall_product_search WHERE shop_id = :shop_id")
_FORGET_TERMS = text("DELETE FROM mall_search_term WHERE product_id = ANY(:ids)")
_TERMS = text("""
    INSERT INTO mall_search_term (product_id, word, sandbox_id, initials)
    SELECT t.product_id, t.word, :sandbox_id, t.initials
      FROM unnest(CAST(:product_ids AS uuid[]), CAST(:words AS text[]), CAST(:initials AS text[]))
           AS t (product_id, word, initials)
        ON CONFLICT (product_id, word) DO NOTHING
""")
_PENALISE = text("UPDATE mall_product_search SET penalty_until_sim_at = :until WHERE shop_id = :shop_id")
_COUNT = text("""
    INSERT INTO mall_search_count (sandbox_id, sim_day, said, searches) VALUES (:sandbox_id, :sim_day, :said, 1)
        ON CONFLICT (sandbox_id, sim_day, said) DO UPDATE SET searches = mall_search_count.searches + 1
""")


async def refresh(uow: UnitOfWork, product_ids: Iterable[UUID]) -> None:
    """Makes the entries of these products anew; what is not on sale in an open store loses its own."""
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), _AT_ONCE):
        await _refresh(uow, ids[start : start + _AT_ONCE])


async def refresh_shop(uow: UnitOfWork, shop_id: UUID) -> None:
    """Makes the entries of a store's goods anew: its name or its state has changed."""
    await refresh(uow, await queries.list_ids_of_shop(uow, shop_id))


async def forget_shop(uow: UnitOfWork, shop_id: UUID) -> None:
    """Removes a store's goods from every search."""
    await uow.execute(_FORGET_SHOP, {"shop_id": shop_id})


async def fill(uow: UnitOfWork) -> int:
    """Makes the entries that are missing or were cut by an older version; returns how many."""
    ids = await queries.list_unfilled(uow, words.version())
    await refresh(uow, ids)
    return len(ids)


async def penalise(uow: UnitOfWork, shop_id: UUID) -> None:
    """Lets a parcel shipped late count against all goods of its store for some simulated days."""
    await uow.execute(_PENALISE, {"shop_id": shop_id, "until": rules.penalty_until(uow.now.sim_at)})


async def count(uow: UnitOfWork, said: str) -> None:
    """Counts one search of the class, if it finds anything: a hot word is then always one of somebody's goods."""
    search = rules.search_for(said)
    if search is None or not await queries.finds_anything(uow, search):
        return
    shown = " ".join(search.words)[: queries.SAID_AT_MOST]
    await uow.execute(_COUNT, {"sandbox_id": uow.sandbox.id, "sim_day": uow.now.sim_at.date(), "said": shown})


async def _refresh(uow: UnitOfWork, ids: Sequence[UUID]) -> None:
    goods = await queries.list_goods(uow, ids)
    gone = sorted(set(ids) - {row.product_id for row in goods})
    if gone:
        await uow.execute(_FORGET, {"ids": gone})
    if not goods:
        return
    await uow.execute(_UPSERT, [_entry(uow, row) for row in goods])
    suggested = [(row.product_id, word) for row in goods for word in words.known_words((row.title,))]
    await uow.execute(_FORGET_TERMS, {"ids": [row.product_id for row in goods]})
    await uow.execute(
        _TERMS,
        {
            "sandbox_id": uow.sandbox.id,
            "product_ids": [product_id for product_id, _ in suggested],
            "words": [word for _, word in suggested],
            "initials": [initials.of(word) for _, word in suggested],
        },
    )


def _said(row: Any) -> list[str]:
    """Returns what a product's attributes and specs say in words."""
    values = [value if isinstance(value, list) else [value] for value in row.attributes.values()]
    values += [spec["values"] for spec in row.specs]
    return [value for group in values for value in group if isinstance(value, str)]


def _entry(uow: UnitOfWork, row: Any) -> dict[str, Any]:
    """Returns the columns of one product's entry."""
    shelf = categories.shelf_of(row.category)
    written = Written(
        title=row.title,
        described=(*shelf.names, row.shop_name, *_said(row)),
        related=shelf.words,
    )
    return {
        "product_id": row.product_id,
        "sandbox_id": uow.sandbox.id,
        "shop_id": row.shop_id,
        "category": row.category,
        "words": rules.entry_of(written),
        "price_min_fen": row.price_min_fen,
        "sold": row.sold,
        "sales": rules.sales_part(row.sold),
        "quality": row.quality,
        "listed_sim_at": row.listed_sim_at,
        "cut_by": words.version(),
    }
