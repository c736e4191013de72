"""Says to a seller why one of his products stands where it stands in a search, part by part, beside the first of the page."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.search import queries, rules
from mall.search.rules import Part, Search
from mall.search.schemas import RankedProduct, RankPart, RankView

_OWN = text("""
    SELECT p.id, p.title, p.picture, p.state, x.product_id IS NOT NULL AS has_entry
      FROM mall_product p JOIN mall_shop s ON s.id = p.shop_id
      LEFT JOIN mall_product_search x ON x.product_id = p.id
     WHERE p.id = :product_id AND s.seat_id = :seat_id AND s.state = 'open'
""")
_HELD = text("""
    SELECT q.word FROM unnest(CAST(:words AS text[]), CAST(:asked AS text[])) WITH ORDINALITY AS q (word, asked, n)
      JOIN mall_product_search x ON x.product_id = :product_id
     WHERE x.words @@ CAST(q.asked AS tsquery) ORDER BY q.n
""")


async def explain(uow: UnitOfWork, product_id: UUID, said: str) -> RankView:
    """Returns the place of the acting learner's product among what a search finds, and what made it; without words, none.

    Raises:
        NotFound: absent, or another store's.

    """
    own = (await uow.execute(_OWN, {"product_id": product_id, "seat_id": uow.actor.seat})).one_or_none()
    if own is None:
        raise NotFound("mall.product.not_found")
    search = rules.search_for(said)
    ranked = [] if search is None else await _ranked(uow, own.id, search)
    by_id = {row.product_id: row for row in ranked}
    first = next((row for row in ranked if row.place == 1), None)
    held = await _words_held(uow, own.id, search) if own.has_entry and search is not None else []
    words = [] if search is None else list(search.words)
    return RankView(
        words=words,
        missing=[word for word in words if word not in held],
        on_sale=bool(own.has_entry),
        found=ranked[0].total if ranked else 0,
        own=None if own.id not in by_id else _product(by_id[own.id]),
        first=None if first is None or first.product_id == own.id else _product(first),
        label=rules.ranks().label,
        version=rules.ranks().version,
    )


async def _ranked(uow: UnitOfWork, product_id: UUID, search: Search) -> list[Any]:
    """Returns the product and the first of what the search finds; neither, when it finds nothing."""
    params = {
        "asked": search.full,
        "in_title": list(search.in_title),
        "described": list(search.described),
        "today": uow.now.sim_at.date(),
        "day_number": uow.now.sim_at.date().toordinal(),
        "product_id": product_id,
    }
    return list(await uow.execute(_statement(), params))


async def _words_held(uow: UnitOfWork, product_id: UUID, search: Search) -> list[str]:
    params = {"words": list(search.words), "asked": list(search.each), "product_id": product_id}
    return list((await uow.execute(_HELD, params)).scalars())


@cache
def _statement() -> TextClause:
    parts = ", ".join(f"{sql} AS {part}" for part, sql in queries.parts_in_sql().items())
    return text(f"""
        WITH found AS (SELECT x.product_id, {queries.score_in_sql()} AS rank, {parts}
                         FROM mall_product_search x {queries.points_in_sql()}
                        WHERE x.words @@ CAST(CAST(:asked AS text) AS tsquery)),
             placed AS (SELECT f.*, row_number() OVER (ORDER BY f.rank, f.product_id) AS place,
                               count(*) OVER () AS total FROM found f)
        SELECT f.*, p.title, p.picture, s.name AS shop_name
          FROM placed f JOIN mall_product p ON p.id = f.product_id JOIN mall_shop s ON s.id = p.shop_id
         WHERE f.place = 1 OR f.product_id = :product_id ORDER BY f.place
    """)


def _product(row: Any) -> RankedProduct:
    values = {part: int(getattr(row, part)) for part in Part}
    weights = rules.ranks().weights
    return RankedProduct(
        title=row.title,
        picture=row.picture,
        shop_name=row.shop_name,
        place=row.place,
        score=-int(row.rank),
        parts=[
            RankPart(
                part=part,
                weight=weights[part],
                value=value,
                points=rules.score({part: value}),
                to_gain=0 if part is Part.PENALTY else weights[part] * (rules.PART_AT_MOST - value),
            )
            for part, value in values.items()
        ],
    )
