"""Reads for a reset: the store with what hangs on it, and what its learner is told."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import Conflict, NotFound
from kernel.unit_of_work import UnitOfWork
from mall.resets.schemas import LastReset, ResetNote

_SEAT = text("SELECT id, number, display_name FROM kernel_seat WHERE id = :seat_id AND cohort_id = :cohort_id")
_SHOP = "SELECT id, name FROM mall_shop WHERE seat_id = :seat_id AND state = 'open'"
_FIND = text(_SHOP)
# An order holds its stores for key share until it commits (checkout's `_KEEP_OPEN`): this waits for those under way and
# lets no other begin, so that the list of open trades cannot grow behind our back.
_LOCK = text(f"{_SHOP} FOR UPDATE")
_OPEN_TRADES = text("""
    SELECT id, number, state, pay_order_id, shop_id, buyer_seat_id, seller_seat_id, classmate, total_fen, refunded_fen,
           CASE WHEN state = 'part_shipped'
                 AND EXISTS (SELECT 1 FROM mall_trade_line l WHERE l.trade_id = t.id AND l.shipped > 0)
                THEN (SELECT sum(CASE WHEN l.shipped = 0 THEN l.paid_share_fen
                                      ELSE l.paid_share_fen * (l.quantity - l.shipped) / l.quantity END - l.refunded_fen)
                        FROM mall_trade_line l WHERE l.trade_id = t.id AND l.shipped + l.refunded < l.quantity)
                ELSE total_fen - refunded_fen END::bigint AS unshipped_fen
      FROM mall_trade t WHERE shop_id = :shop_id AND state IN ('wait_pay', 'wait_ship', 'part_shipped') ORDER BY id
""")
_LOCK_PAIRS = text("""
    SELECT buyer_seat_id FROM mall_classmate_pair WHERE shop_id = :shop_id ORDER BY buyer_seat_id FOR UPDATE
""")
_COUNTS = text("""
    SELECT (SELECT count(*) FROM mall_product WHERE shop_id = :shop_id) AS products,
           running.trades AS running_trades, running.fen AS running_fen,
           (SELECT count(*) FROM mall_cart_item WHERE seat_id = :seat_id) AS cart_lines,
           (SELECT count(*) FROM mall_cart_item c JOIN mall_sku k ON k.id = c.sku_id
              JOIN mall_product p ON p.id = k.product_id WHERE p.shop_id = :shop_id) AS lines_of_others,
           (SELECT balance_fen FROM mall_money_account WHERE kind = 'buyer' AND owner_id = :seat_id) AS buyer_fen,
           (SELECT balance_fen FROM mall_money_account WHERE kind = 'seller' AND owner_id = :seat_id) AS seller_fen
      FROM (SELECT count(*) AS trades, coalesce(sum(total_fen - refunded_fen), 0)::bigint AS fen
              FROM mall_trade WHERE shop_id = :shop_id AND state = 'shipped') running
""")
_NOTE = text("""
    SELECT name AS shop_name, retired_reason AS reason, retired_sim_at AS sim_at FROM mall_shop
     WHERE seat_id = :seat_id AND state = 'retired'
       AND NOT EXISTS (SELECT 1 FROM mall_shop o WHERE o.seat_id = :seat_id AND o.state = 'open')
     ORDER BY retired_sim_at DESC, id DESC LIMIT 1
""")


async def access_shop(uow: UnitOfWork, seat_id: UUID, *, lock: bool = False) -> Any:
    """Returns (id, name) of the open store of a seat of this class; with `lock` no order reaches it until commit.

    Raises:
        NotFound: the class has no such seat.
        Conflict: the learner has no store that could be reset.

    """
    params = {"seat_id": seat_id, "cohort_id": uow.actor.cohort_id}
    if (await uow.execute(_SEAT, params)).one_or_none() is None:
        raise NotFound("kernel.classroom.seat_not_found")
    shop = (await uow.execute(_LOCK if lock else _FIND, {"seat_id": seat_id})).one_or_none()
    if shop is None:
        raise Conflict("mall.reset.no_shop")
    return shop


async def list_open_trades(uow: UnitOfWork, shop_id: UUID) -> list[Any]:
    """Returns the trades of a store that are unpaid, or paid and not wholly shipped, by id; with what would go back."""
    return list(await uow.execute(_OPEN_TRADES, {"shop_id": shop_id}))


async def lock_pairs(uow: UnitOfWork, shop_id: UUID) -> None:
    """Keeps the counts of who bought here from changing until the commit."""
    await uow.execute(_LOCK_PAIRS, {"shop_id": shop_id})


async def count(uow: UnitOfWork, *, shop_id: UUID, seat_id: UUID) -> Any:
    """Returns how much of everything hangs on a store and its learner."""
    return (await uow.execute(_COUNTS, {"shop_id": shop_id, "seat_id": seat_id})).one()


async def view_last(uow: UnitOfWork) -> LastReset:
    """Returns why the acting learner has no store any more; nothing once he has opened another."""
    row = (await uow.execute(_NOTE, {"seat_id": uow.actor.seat})).one_or_none()
    return LastReset(note=None if row is None else ResetNote(**row._mapping))
