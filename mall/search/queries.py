"""Reads of search: a page of goods, what entries are made from, suggestions, hot words. Plain rows, bounded, in total orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text

from kernel.unit_of_work import UnitOfWork
from mall.catalog import category
from mall.search import cursors, rules
from mall.search.cursors import Place
from mall.search.rules import Part, Search, Sort
from mall.search.schemas import Match

SAID_AT_MOST = 40
SUGGESTIONS = 10
HOT_WORDS = 10
HOT_FOR = timedelta(days=7)
"""Searches of these simulated days make a word hot."""

# Every order is total (the id breaks ties) and walks a keyset. Without words “recommended” mixes the stores by a hash that
# changes with the simulated day: each store gets the same chance, and nobody owns the first row. With words it is the score
# of `rules`, written in SQL: a test compares it with the sum of the parts that a seller is shown.
_TURN = "((uuid_hash_extended(x.product_id, :day_number) & 1023) * 100 / 1023)"
_ORDERS: dict[Sort, str] = {
    Sort.RECOMMENDED: "uuid_hash_extended(x.product_id, :day_number)",
    Sort.PRICE_ASC: "x.price_min_fen",
    Sort.PRICE_DESC: "-x.price_min_fen",
    Sort.SOLD: "-x.sold::bigint",
    Sort.NEWEST: "-(extract(epoch FROM x.listed_sim_at) * 1000)::bigint",
}
_IN_STOCK = """
    EXISTS (SELECT 1 FROM mall_sku k JOIN mall_stock_level l ON l.sku_id = k.id
             WHERE k.product_id = x.product_id AND l.on_hand - l.held - l.allocated > 0)
"""
_CONDITIONS = {
    "leaves": "x.category = ANY(:leaves)",
    "from_fen": "x.price_min_fen >= :from_fen",
    "to_fen": "x.price_min_fen <= :to_fen",
    "in_stock": _IN_STOCK,
    "asked": "x.words @@ CAST(CAST(:asked AS text) AS tsquery)",
}
_PAGE = """
    WITH found AS (SELECT x.product_id, x.shop_id, {rank} AS rank
                     FROM mall_product_search x {points} {where}),
         page AS (SELECT f.*{total} FROM found f {after} ORDER BY f.rank, f.product_id LIMIT :limit)
    SELECT p.id, p.title, CAST(p.picture AS text), p.price_min_fen, p.price_max_fen, p.market_price_fen, p.sold, p.shop_id,
           s.name, f.rank, {total_of} AS total
      FROM page f JOIN mall_product p ON p.id = f.product_id JOIN mall_shop s ON s.id = f.shop_id
     WHERE p.state = 'on_sale' AND s.state = 'open'
     ORDER BY f.rank, f.product_id
"""
_GOODS = text("""
    SELECT p.id AS product_id, p.shop_id, p.title, p.category, p.attributes, p.specs, p.quality, p.price_min_fen, p.sold,
           p.listed_sim_at, s.name AS shop_name
      FROM mall_product p JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.id = ANY(:ids) AND p.state = 'on_sale' AND s.state = 'open'
     ORDER BY p.id
""")
_OF_SHOP = text("SELECT id FROM mall_product WHERE shop_id = :shop_id")
_UNFILLED = text("""
    SELECT p.id FROM mall_product p JOIN mall_shop s ON s.id = p.shop_id
      LEFT JOIN mall_product_search x ON x.product_id = p.id
     WHERE p.state = 'on_sale' AND s.state = 'open' AND x.cut_by IS DISTINCT FROM :cut_by
""")
_OF_TRADE = text("SELECT DISTINCT product_id FROM mall_trade_line WHERE trade_id = :trade_id")
_SHIPPED_LATE = text("SELECT shipped_late FROM mall_trade WHERE id = :trade_id")
_ANYTHING = text("""
    SELECT 1 FROM mall_product_search x WHERE x.words @@ CAST(CAST(:asked AS text) AS tsquery) LIMIT 1
""")
# In the C locale a prefix is a range, which both indexes serve.
_SUGGEST = text("""
    SELECT said AS word, 0 AS kind, sum(searches) AS weight FROM mall_search_count
     WHERE sim_day > :since AND starts_with(said, :typed) AND said <> :typed GROUP BY said
    UNION ALL
    SELECT word, 1, count(*) FROM mall_search_term
     WHERE (word >= :typed AND word < :beyond OR initials >= :typed AND initials < :beyond) AND word <> :typed GROUP BY word
     ORDER BY kind, weight DESC, word LIMIT 30
""")
_HOT = text("""
    SELECT said FROM mall_search_count WHERE sim_day > :since GROUP BY said ORDER BY sum(searches) DESC, said LIMIT :limit
""")
_NEW_SHOPS = text("""
    SELECT s.id, s.name, s.intro, s.opened_sim_at, g.on_sale, g.pictures
      FROM mall_shop s
      JOIN LATERAL (SELECT count(*) AS on_sale,
                           to_jsonb((array_agg(p.picture ORDER BY p.sold DESC, p.id))[1:3]) AS pictures
                      FROM mall_product p WHERE p.shop_id = s.id AND p.state = 'on_sale') g ON g.on_sale > 0
     WHERE s.state = 'open' ORDER BY s.opened_sim_at DESC, s.id DESC LIMIT 8
""")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a buyer looks for."""

    category: str | None = None
    words: str | None = None
    from_fen: int | None = None
    to_fen: int | None = None
    in_stock: bool = False
    sort: Sort = Sort.RECOMMENDED
    size: int = 20
    cursor: str | None = None


async def list_products(uow: UnitOfWork, filters: Filters) -> dict[str, Any]:
    """Returns one page of goods on sale as JSON of a `ProductPage`, without checking it against the model again.

    Goods that hold every word sought; when there are none, those that hold any of them, and the page says so.

    Raises:
        Invalid: the cursor was not made by this list.

    """
    search = rules.search_for(filters.words) if filters.words else None
    if filters.words and search is None:
        return _page(filters, [], Match.NONE, None)
    place = cursors.read(filters.cursor, filters.sort) if filters.cursor is not None else None
    start = place or cursors.start(uow.now.sim_at)
    rows = await _find(uow, filters, search, start)
    if place is None and search is not None and not rows:
        start = cursors.partly(start)
        rows = await _find(uow, filters, search, start)
    match = None if search is None else (Match.NONE if not rows else Match.PART if start.partly else Match.FULL)
    return _page(filters, rows, match, start)


async def _find(uow: UnitOfWork, filters: Filters, search: Search | None, place: Place) -> list[Any]:
    params: dict[str, Any] = {
        "leaves": None if filters.category is None else category.codes_under(filters.category),
        "from_fen": filters.from_fen,
        "to_fen": filters.to_fen,
        "in_stock": filters.in_stock or None,
        "asked": None if search is None else (search.partly if place.partly else search.full),
    }
    conditions = tuple(name for name, value in params.items() if value is not None)
    params = {name: params[name] for name in conditions if name != "in_stock"}
    params |= {"limit": filters.size + 1}
    scored = search is not None and filters.sort is Sort.RECOMMENDED
    if filters.sort is Sort.RECOMMENDED:
        params["day_number"] = place.day.toordinal()
    if scored and search is not None:
        params |= {"today": place.day, "in_title": list(search.in_title), "described": list(search.described)}
    if place.after is not None:
        params |= {"after_rank": place.after[0], "after_id": place.after[1]}
    counted = place.after is None and bool(conditions)
    statement = _statement(filters.sort, conditions, scored=scored, first=place.after is None, counted=counted)
    return list(await uow.execute(statement, params))


@cache
def _statement(sort: Sort, conditions: tuple[str, ...], *, scored: bool, first: bool, counted: bool) -> TextClause:
    """Returns the statement of one shape of search; there are a few dozen, and each is compiled once."""
    rank = score_in_sql() if scored else _ORDERS[sort]
    where = " AND ".join(_CONDITIONS[name] for name in conditions)
    return text(
        _PAGE.format(
            rank=rank,
            points=_POINTS if scored else "",
            where=f"WHERE {where}" if where else "",
            after="" if first else "WHERE (f.rank, f.product_id) > (:after_rank, :after_id)",
            total=", count(*) OVER () AS total" if counted else "",
            total_of="f.total" if counted else "NULL",
        )
    )


# What the words sought are worth in one entry: each is counted where it weighs most.
_POINTS = f"""
    CROSS JOIN LATERAL (
        SELECT sum(CASE WHEN x.words @@ CAST(q.in_title AS tsquery) THEN {rules.ranks().title}
                        WHEN x.words @@ CAST(q.described AS tsquery) THEN {rules.ranks().described}
                        ELSE {rules.ranks().inside} END) AS points,
               count(*) AS sought
          FROM unnest(CAST(:in_title AS text[]), CAST(:described AS text[])) AS q (in_title, described)) t
"""


def parts_in_sql() -> dict[Part, str]:
    """Returns each part of the score as an expression over an entry `x` and its points `t`."""
    ranks = rules.ranks()
    return {
        Part.TEXT: f"(100 * t.points / ({ranks.title} * t.sought))",
        Part.QUALITY: "x.quality",
        Part.SALES: "x.sales",
        Part.FRESHNESS: (
            f"GREATEST(0, 100 - {ranks.fades_per_sim_day} * "
            "GREATEST(0, CAST(:today AS date) - CAST(x.listed_sim_at AS date)))"
        ),
        Part.TURN: _TURN,
        Part.PENALTY: "(CASE WHEN x.penalty_until_sim_at > CAST(:today AS date) THEN 100 ELSE 0 END)",
    }


@cache
def score_in_sql() -> str:
    """Returns the score, highest first, as an expression that ascends over an entry `x` and its points `t`."""
    weights = rules.ranks().weights
    return "-(" + " + ".join(f"{_sign(part)}{weights[part]} * {sql}" for part, sql in parts_in_sql().items()) + ")"


def _sign(part: Part) -> str:
    return "-" if part is Part.PENALTY else ""


def points_in_sql() -> str:
    """Returns what adds `t.points` and `t.sought` to an entry `x`."""
    return _POINTS


def _page(filters: Filters, rows: list[Any], match: Match | None, start: Place | None) -> dict[str, Any]:
    more = len(rows) > filters.size
    shown = rows[: filters.size]
    return {
        "rows": [
            # The picture is JSON already: it is neither read nor written again.
            {
                "id": product_id,
                "title": title,
                "picture": orjson.Fragment(picture),
                "price_fen": price_min_fen,
                "price_max_fen": price_max_fen,
                "market_price_fen": market_price_fen,
                "sold": sold,
                "shop_id": shop_id,
                "shop_name": shop_name,
            }
            for product_id, title, picture, price_min_fen, price_max_fen, market_price_fen, sold, shop_id, shop_name, *_ in shown
        ],
        "next_cursor": cursors.write(filters.sort, start, shown[-1]) if more and start is not None else None,
        "match": match,
        "total": (rows[0].total if rows else 0) if start is None or start.after is None else None,
    }


async def list_goods(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Any]:
    """Returns what entries are made from: those of these products that are on sale in an open store."""
    return list(await uow.execute(_GOODS, {"ids": list(ids)}))


async def list_ids_of_shop(uow: UnitOfWork, shop_id: UUID) -> list[UUID]:
    """Returns the ids of all goods of a store."""
    return list((await uow.execute(_OF_SHOP, {"shop_id": shop_id})).scalars())


async def list_ids_of_trade(uow: UnitOfWork, trade_id: UUID) -> list[UUID]:
    """Returns the ids of the goods of a trade."""
    return list((await uow.execute(_OF_TRADE, {"trade_id": trade_id})).scalars())


async def list_unfilled(uow: UnitOfWork, cut_by: int) -> list[UUID]:
    """Returns the ids of goods on sale whose entry is missing or was cut by another version."""
    return list((await uow.execute(_UNFILLED, {"cut_by": cut_by})).scalars())


async def was_shipped_late(uow: UnitOfWork, trade_id: UUID) -> bool:
    """Tells whether a trade's deadline to ship had passed."""
    return bool((await uow.execute(_SHIPPED_LATE, {"trade_id": trade_id})).scalar_one_or_none())


async def finds_anything(uow: UnitOfWork, search: Search) -> bool:
    """Tells whether anything on sale holds every word."""
    return (await uow.execute(_ANYTHING, {"asked": search.full})).one_or_none() is not None


async def list_suggested(uow: UnitOfWork, typed: str) -> list[str]:
    """Returns words that begin with what was typed, or whose first letters do: what the class searched for, then goods."""
    params = {"typed": typed, "beyond": typed + "\U0010ffff", "since": _since(uow.now.sim_at)}
    rows = await uow.execute(_SUGGEST, params)
    return list(dict.fromkeys(row.word for row in rows))[:SUGGESTIONS]


async def list_hot(uow: UnitOfWork) -> list[str]:
    """Returns what the class searched for most in the last simulated days."""
    return list((await uow.execute(_HOT, {"since": _since(uow.now.sim_at), "limit": HOT_WORDS})).scalars())


async def list_new_shops(uow: UnitOfWork) -> list[dict[str, Any]]:
    """Returns the stores opened last that have goods on sale, with three of their pictures each."""
    return [dict(row._mapping) for row in await uow.execute(_NEW_SHOPS)]


def _since(now: datetime) -> Any:
    return (now - HOT_FOR).date()
