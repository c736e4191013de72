"""Reads of stock, and the reconciliation of counters with ledger and holds."""

from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.stock.schemas import StockDifference, StockLedger, StockMoveRow, StockView

_LEVEL = text("""
    SELECT l.on_hand, l.held, l.allocated, l.on_hand - l.held - l.allocated AS sellable
      FROM mall_stock_level l
      JOIN mall_sku k ON k.id = l.sku_id
      JOIN mall_product p ON p.id = k.product_id
      JOIN mall_shop s ON s.id = p.shop_id
     WHERE l.sku_id = :sku_id AND s.seat_id = :seat_id AND s.state = 'open'
""")
_MOVES = text("""
    SELECT m.id, m.sim_at, m.cause AS cause_kind, t.number AS cause_number, m.note,
           m.on_hand_delta, m.held_delta, m.allocated_delta, m.on_hand_after, m.held_after, m.allocated_after
      FROM mall_stock_move m
      LEFT JOIN mall_parcel p ON p.id = m.cause_id
      LEFT JOIN mall_trade t ON t.id = coalesce(p.trade_id, m.cause_id)
     WHERE m.sku_id = :sku_id ORDER BY m.seq DESC LIMIT 200
""")
_DIFFERENCES = text("""
    WITH ledger AS (
        SELECT sku_id, sum(on_hand_delta) AS on_hand, sum(held_delta) AS held, sum(allocated_delta) AS allocated
          FROM mall_stock_move GROUP BY sku_id),
    holds AS (
        SELECT sku_id, coalesce(sum(quantity) FILTER (WHERE state = 'open'), 0) AS held,
               coalesce(sum(quantity - shipped - released) FILTER (WHERE state = 'allocated'), 0) AS allocated
          FROM mall_stock_hold GROUP BY sku_id)
    SELECT l.sku_id, p.title, b.bucket, b.counter, b.ledger, b.holds
      FROM mall_stock_level l
      JOIN mall_sku k ON k.id = l.sku_id
      JOIN mall_product p ON p.id = k.product_id
      LEFT JOIN ledger g ON g.sku_id = l.sku_id
      LEFT JOIN holds h ON h.sku_id = l.sku_id
     CROSS JOIN LATERAL (VALUES
        ('on_hand', l.on_hand::bigint, coalesce(g.on_hand, 0)::bigint, NULL::bigint),
        ('held', l.held, coalesce(g.held, 0), coalesce(h.held, 0)),
        ('allocated', l.allocated, coalesce(g.allocated, 0), coalesce(h.allocated, 0))
     ) AS b(bucket, counter, ledger, holds)
     WHERE b.counter <> b.ledger OR b.counter <> coalesce(b.holds, b.counter)
     ORDER BY p.title, b.bucket LIMIT 200
""")


async def access_level(uow: UnitOfWork, sku_id: UUID, *, seat_id: UUID) -> StockView:
    """Returns the counters of a SKU that belongs to the seat's store.

    Raises:
        NotFound: absent, or another store's.

    """
    row = (await uow.execute(_LEVEL, {"sku_id": sku_id, "seat_id": seat_id})).one_or_none()
    if row is None:
        raise NotFound("mall.sku.not_found")
    return StockView(**row._mapping)


async def view_ledger(uow: UnitOfWork, sku_id: UUID, *, seat_id: UUID) -> StockLedger:
    """Returns why a SKU's counters are what they are: the newest 200 moves.

    Raises:
        NotFound: absent, or another store's.

    """
    level = await access_level(uow, sku_id, seat_id=seat_id)
    rows = [StockMoveRow(**row._mapping) for row in await uow.execute(_MOVES, {"sku_id": sku_id})]
    return StockLedger(level=level, rows=rows)


async def list_differences(uow: UnitOfWork) -> list[StockDifference]:
    """Returns every counter that disagrees with its ledger or with the open trades; none is the rule."""
    return [StockDifference(**row._mapping) for row in await uow.execute(_DIFFERENCES)]
