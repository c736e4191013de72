"""Reads for the wall. A constant number of statements, however many seats and trades: an open wall asks every few seconds."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom.console import queries as console
from kernel.errors import NotFound
from kernel.sandbox.snapshots import queries as snapshots
from kernel.unit_of_work import UnitOfWork
from mall.registrations import queries as registrations
from mall.wall import rules
from mall.wall.schemas import LearnerAction, ReturningShops, SeatGoods, SeatPage, SeatShop, Wall, WallRow

_FIGURES = text("""
    SELECT s.seat_id, s.id AS shop_id, s.name AS shop_name, p.products, p.on_sale,
           coalesce(t.paid_trades, 0) AS paid_trades, coalesce(t.to_ship, 0) AS to_ship,
           coalesce(t.due_soon, 0) AS due_soon, coalesce(t.late, 0) AS late, coalesce(t.finished, 0) AS finished,
           coalesce(t.paid_fen, 0)::bigint AS paid_fen,
           greatest(s.opened_sim_at, t.last_sim_at, p.last_sim_at) AS last_sim_at
      FROM mall_shop s
      LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state IN ('on_sale', 'off_shelf')) AS products, count(*) FILTER (WHERE state = 'on_sale') AS on_sale,
               max(updated_sim_at) AS last_sim_at
          FROM mall_product WHERE shop_id = s.id) p ON true
      LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE paid_sim_at IS NOT NULL) AS paid_trades,
               count(*) FILTER (WHERE state IN ('wait_ship', 'part_shipped')) AS to_ship,
               count(*) FILTER (WHERE state IN ('wait_ship', 'part_shipped') AND ship_by_sim_at < :soon) AS due_soon,
               count(*) FILTER (WHERE state IN ('wait_ship', 'part_shipped') AND shipped_late) AS late,
               count(*) FILTER (WHERE state IN ('finished', 'sealed')) AS finished,
               sum(total_fen) FILTER (WHERE paid_sim_at IS NOT NULL) AS paid_fen,
               max(greatest(placed_sim_at, shipped_sim_at)) AS last_sim_at
          FROM mall_trade WHERE shop_id = s.id) t ON true
     WHERE s.state = 'open'
""")
_SPARKS = text("""
    SELECT shop_id, floor(extract(epoch FROM paid_sim_at - CAST(:start AS timestamp)) / :step)::int AS bucket,
           count(*) AS n
      FROM mall_trade WHERE paid_sim_at >= :start GROUP BY 1, 2
""")
# Commands that create leave their answer, every change of state its line in the log: the newer of the two is when
# somebody last did something. Both by index, one row a seat.
_LAST = text("""
    SELECT s.id AS seat_id, greatest(
               (SELECT l.at FROM kernel_state_log l WHERE l.actor_id = s.id ORDER BY l.seq DESC LIMIT 1),
               (SELECT max(a.at) FROM kernel_idempotent_answer a WHERE a.realm_id = :realm_id AND a.actor_id = s.id)
           ) AS last_at
      FROM kernel_seat s WHERE s.cohort_id = :cohort_id AND s.withdrawn_at IS NULL
""")
# What a lecturer forgets: a store that was reset or closed since is in the snapshot as it was.
_RETURNING = text("""
    SELECT kept ->> 'name' AS name
      FROM kernel_snapshot_chunk c CROSS JOIN LATERAL jsonb_array_elements(c.rows) kept
     WHERE c.snapshot_id = :snapshot_id AND c.table_name = 'mall_shop' AND kept ->> 'state' = 'open'
       AND NOT EXISTS (SELECT 1 FROM mall_shop s WHERE s.id = CAST(kept ->> 'id' AS uuid) AND s.state = 'open')
     ORDER BY kept ->> 'id'
""")
_SHOPS = text("""
    SELECT id, name, state, opened_sim_at, retired_sim_at FROM mall_shop WHERE seat_id = :seat_id ORDER BY id DESC LIMIT 20
""")
_GOODS = text("""
    SELECT p.id, p.title, p.state, p.price_min_fen AS price_fen, k.sellable
      FROM mall_product p
      JOIN mall_shop s ON s.id = p.shop_id
     CROSS JOIN LATERAL (
        SELECT sum(l.on_hand - l.held - l.allocated)::integer AS sellable
          FROM mall_sku v JOIN mall_stock_level l ON l.sku_id = v.id
         WHERE v.product_id = p.id AND v.retired_sim_at IS NULL) k
     WHERE s.seat_id = :seat_id AND s.state = 'open' AND p.state IN ('on_sale', 'off_shelf') ORDER BY p.updated_sim_at DESC, p.id DESC LIMIT 50
""")
_MONEY = text("""
    SELECT coalesce(sum(balance_fen) FILTER (WHERE kind = 'buyer'), 0)::bigint AS buyer_fen,
           coalesce(sum(balance_fen) FILTER (WHERE kind = 'seller'), 0)::bigint AS seller_fen,
           (SELECT coalesce(sum(total_fen - refunded_fen), 0) FROM mall_trade
             WHERE seller_seat_id = :seat_id AND state IN ('wait_ship', 'part_shipped', 'shipped'))::bigint AS in_escrow_fen,
           (SELECT count(*) FROM mall_trade WHERE buyer_seat_id = :seat_id) AS bought_trades
      FROM mall_money_account WHERE owner_id = :seat_id
""")
# A parcel is sent by the shipping of its trade, a form ends in its store's opening: those are in the list already.
_ACTIONS = text("""
    (SELECT l.machine || '.' || l.event AS code, coalesce(t.number, s.name, '') AS subject, l.params, l.sim_at, l.at
       FROM kernel_state_log l
       LEFT JOIN mall_trade t ON t.id = l.entity_id
       LEFT JOIN mall_shop s ON s.id = l.entity_id
      WHERE l.actor_id = :seat_id AND l.machine NOT IN ('mall.parcel', 'mall.registration', 'mall.member') ORDER BY l.seq DESC LIMIT 40)
    UNION ALL
    (SELECT 'mall.stock.' || m.cause, p.title, jsonb_build_object('delta', m.on_hand_delta, 'note', m.note), m.sim_at, m.at
       FROM mall_stock_move m
       JOIN mall_sku k ON k.id = m.sku_id
       JOIN mall_product p ON p.id = k.product_id
       JOIN mall_shop s ON s.id = p.shop_id
      WHERE s.seat_id = :seat_id AND m.cause IN ('listed', 'adjusted') ORDER BY m.seq DESC LIMIT 40)
     ORDER BY at DESC LIMIT 40
""")


async def view_wall(uow: UnitOfWork) -> Wall:
    """Returns every seat of the acting lecturer's class with its store's figures; before the opening without stores."""
    standings = await console.list_standings(uow)
    figures, sparks, last, waiting = {}, {}, {}, 0
    if uow.scope is not None:
        figures = {row.seat_id: row for row in await uow.execute(_FIGURES, {"soon": uow.now.sim_at + rules.SHIP_SOON})}
        sparks = await _sparks(uow)
        params = {"realm_id": uow.sandbox.id, "cohort_id": uow.actor.cohort_id}
        last = {row.seat_id: row.last_at for row in await uow.execute(_LAST, params)}
        waiting = await registrations.count_waiting(uow)
    return Wall(
        rows=[_row(seat, figures.get(seat.seat_id), sparks, last.get(seat.seat_id)) for seat in standings],
        open_requests=standings[0].class_requests if standings else 0,
        open_registrations=waiting,
    )


async def view_seat(uow: UnitOfWork, seat_id: UUID) -> SeatPage:
    """Returns one learner of the class.

    Raises:
        NotFound: the class has no such seat.

    """
    row = next((row for row in (await view_wall(uow)).rows if row.seat_id == seat_id), None)
    if row is None:
        raise NotFound("kernel.classroom.seat_not_found")
    own = {"seat_id": seat_id}
    money = (await uow.execute(_MONEY, own)).one()
    return SeatPage(
        row=row,
        **money._mapping,
        shops=[SeatShop(**shop._mapping) for shop in await uow.execute(_SHOPS, own)],
        goods=[SeatGoods(**goods._mapping) for goods in await uow.execute(_GOODS, own)],
        actions=[LearnerAction(**action._mapping) for action in await uow.execute(_ACTIONS, own)],
    )


async def _sparks(uow: UnitOfWork) -> dict[UUID, dict[int, int]]:
    counts: dict[UUID, dict[int, int]] = defaultdict(dict)
    start = rules.spark_start(uow.now.sim_at)
    for row in await uow.execute(_SPARKS, {"start": start, "step": int(rules.SPARK_STEP.total_seconds())}):
        counts[row.shop_id][row.bucket] = row.n
    return counts


_NOTHING = dict.fromkeys(
    ("products", "on_sale", "paid_trades", "to_ship", "due_soon", "late", "finished", "paid_fen"), 0
)


def _row(seat: Any, shop: Any, sparks: dict[UUID, dict[int, int]], last_at: Any) -> WallRow:
    known: dict[str, Any] = {"shop_id": None, "shop_name": None, "last_sim_at": None, **_NOTHING}
    if shop is not None:
        known = {name: value for name, value in shop._mapping.items() if name != "seat_id"}
    return WallRow(
        **{name: value for name, value in seat._mapping.items() if name != "class_requests"},
        **known,
        spark=rules.spark_of(sparks.get(known["shop_id"], {})),
        last_at=last_at,
    )


async def view_returning(uow: UnitOfWork, snapshot_id: UUID) -> ReturningShops:
    """Returns the stores that are closed now and would be open again after going back.

    Raises:
        NotFound: the class has no such snapshot.

    """
    await snapshots.access_snapshot(uow, snapshot_id)
    rows = await uow.execute(_RETURNING, {"snapshot_id": snapshot_id})
    return ReturningShops(names=[row.name for row in rows])
