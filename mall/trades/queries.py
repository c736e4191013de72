"""Reads of trades: guards, lists, counts, badges. The page of one trade is `timeline`'s."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.trades.models import TradeState
from mall.trades.rules import TRADE, Party
from mall.trades.schemas import (
    Badges,
    BuyerBadges,
    Deadline,
    SellerBadges,
    TradeCounts,
    TradePage,
    TradeRow,
    TradeRowLine,
)

_COLUMNS = """
    t.id, t.number, t.state, t.total_fen, t.goods_fen, t.freight_fen, t.shop_id, s.name AS shop_name,
    s.state = 'open' AS shop_open, t.buyer_name,
    t.buyer_seat_id, t.seller_seat_id, t.placed_sim_at, t.pay_order_id, t.pay_by_class_ms, t.paid_sim_at,
    t.ship_by_sim_at, t.shipped_sim_at, t.confirm_by_sim_at, t.finished_sim_at, t.seal_at_sim_at, t.classmate,
    t.shipped_late, t.commission_bp, t.receiver, t.remark, t.close_reason, seat.number AS seller_seat_number,
    t.placed_fen, t.refunded_fen, t.memo, t.flag, t.receiver_asked, t.buyer_extended, t.granted_days,
    (SELECT count(*) FROM mall_parcel p WHERE p.trade_id = t.id AND p.state = 'lost') AS lost_parcels,
    (SELECT count(*) FROM mall_parcel p
      WHERE p.trade_id = t.id AND p.state = 'created' AND p.untracked_sim_at IS NOT NULL) AS untracked_parcels
"""
_FROM = "FROM mall_trade t JOIN mall_shop s ON s.id = t.shop_id JOIN kernel_seat seat ON seat.id = t.seller_seat_id"
_ONE = text(f"SELECT {_COLUMNS} {_FROM} WHERE t.id = :id")
_SIDES = {Party.BUYER: "t.buyer_seat_id = :seat_id", Party.SELLER: "t.seller_seat_id = :seat_id"}
_PAGES = {
    side: text(f"""
        SELECT {_COLUMNS}, count(*) OVER () AS matching
          {_FROM} WHERE {where} AND (CAST(:state AS text) IS NULL OR t.state = ANY(:states))
           AND (CAST(:like AS text) IS NULL OR t.number ILIKE :like OR t.buyer_name ILIKE :like OR s.name ILIKE :like
                OR EXISTS (SELECT 1 FROM mall_trade_line l WHERE l.trade_id = t.id AND l.title ILIKE :like))
           AND (CAST(:flag AS text) IS NULL OR t.flag = :flag)
           AND (CAST(:since AS timestamp) IS NULL OR t.placed_sim_at >= :since)
           AND (CAST(:until AS timestamp) IS NULL OR t.placed_sim_at < :until)
         ORDER BY t.id DESC LIMIT :size OFFSET :offset
    """)
    for side, where in _SIDES.items()
}
_LINES = text("""
    SELECT id, trade_id, sku_id, product_id, title, spec_text, picture, price_fen, quantity, amount_fen,
           paid_share_fen, cost_fen, weight_g, shipped, refunded, refunded_fen
      FROM mall_trade_line WHERE trade_id = ANY(:ids) ORDER BY trade_id, id
""")
_COUNTS = {
    side: text(f"""
        SELECT count(*) FILTER (WHERE state = 'wait_pay') AS wait_pay,
               count(*) FILTER (WHERE state = 'wait_ship') AS wait_ship,
               count(*) FILTER (WHERE state = 'part_shipped') AS part_shipped,
               count(*) FILTER (WHERE state = 'shipped') AS shipped,
               count(*) FILTER (WHERE state IN ('finished', 'sealed')) AS finished,
               count(*) FILTER (WHERE state = 'closed') AS closed
          FROM mall_trade t WHERE {where}
    """)
    for side, where in _SIDES.items()
}
_CART_COUNT = text("""
    SELECT (SELECT coalesce(sum(quantity), 0) FROM mall_cart_item WHERE seat_id = :seat_id) AS n,
           (SELECT count(*) FROM mall_message WHERE seat_id = :seat_id AND NOT is_read) AS messages
""")
_HAS_SHOP = text("""
    SELECT 1 FROM mall_shop_member m JOIN mall_shop s ON s.id = m.shop_id
     WHERE m.seat_id = :seat_id AND m.state = 'active' AND s.state = 'open' LIMIT 1
""")
_SUMS = text("""
    SELECT sum(quantity)::int AS quantity, sum(shipped)::int AS shipped, sum(refunded)::int AS refunded,
           sum(refunded_fen)::bigint AS refunded_fen
      FROM mall_trade_line WHERE trade_id = :trade_id
""")
# What a person calls “finished” includes what is sealed afterwards.
_FOLDED = {"finished": [TradeState.FINISHED.value, TradeState.SEALED.value]}


@dataclass(frozen=True, slots=True)
class TradeFilter:
    """Which trades of a side are wanted: by tab, by a word in number, buyer, store or title, by flag, by when they were placed."""

    state: str | None = None
    word: str | None = None
    flag: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def like(self) -> str | None:
        """Returns the pattern of the word, its own wildcards disarmed."""
        if not self.word:
            return None
        return "%" + re.sub(r"([\\%_])", r"\\\1", self.word) + "%"


def facts(trade: Any) -> dict[str, Any]:
    """Returns what every event of a trade says about it."""
    return {
        "trade_id": trade.id,
        "number": trade.number,
        "shop_id": trade.shop_id,
        "buyer_seat_id": trade.buyer_seat_id,
        "seller_seat_id": trade.seller_seat_id,
        "classmate": trade.classmate,
    }


async def access_any(uow: UnitOfWork, trade_id: UUID) -> Any:
    """Returns a trade of this sandbox, for the system's own work.

    Raises:
        NotFound: there is none.

    """
    row = (await uow.execute(_ONE, {"id": trade_id})).one_or_none()
    if row is None:
        raise NotFound("mall.trade.not_found")
    return row


async def access_bought(uow: UnitOfWork, trade_id: UUID) -> Any:
    """Returns a trade the acting learner has placed.

    Raises:
        NotFound: absent, or not his purchase.

    """
    row = await access_any(uow, trade_id)
    if row.buyer_seat_id != uow.actor.seat_id:
        raise NotFound("mall.trade.not_found")
    return row


async def access_sold(uow: UnitOfWork, trade_id: UUID, *, hidden: str = "mall.trade.not_found") -> Any:
    """Returns a trade of the acting learner's store; sellers see trades from placing on. `hidden` is what is not found.

    Raises:
        NotFound: absent, or another store's.

    """
    row = await access_any(uow, trade_id)
    if row.seller_seat_id != uow.actor.seat_id:
        raise NotFound(hidden)
    return row


async def load_lines(uow: UnitOfWork, trade_ids: list[UUID]) -> dict[UUID, list[Any]]:
    """Returns the lines of trades, by trade."""
    lines: dict[UUID, list[Any]] = {trade_id: [] for trade_id in trade_ids}
    for row in await uow.execute(_LINES, {"ids": trade_ids}):
        lines[row.trade_id].append(row)
    return lines


async def sum_lines(uow: UnitOfWork, trade_id: UUID) -> Any:
    """Returns the units of a trade in all, shipped and refunded, and what its lines have given back in fen."""
    return (await uow.execute(_SUMS, {"trade_id": trade_id})).one()


async def page(uow: UnitOfWork, side: Party, *, wanted: TradeFilter, number: int, size: int) -> TradePage:
    """Returns one page of the acting learner's purchases or sales, newest first, with the count per tab."""
    rows = await find_page(uow, side, wanted=wanted, number=number, size=size)
    lines = await load_lines(uow, [row.id for row in rows]) if rows else {}
    counts = TradeCounts(**(await uow.execute(_COUNTS[side], {"seat_id": uow.actor.seat})).one()._mapping)
    return TradePage(
        rows=[row_view(uow, row, lines[row.id], side) for row in rows],
        total=rows[0].matching if rows else 0,
        page=number,
        size=size,
        counts=counts,
    )


async def find_page(uow: UnitOfWork, side: Party, *, wanted: TradeFilter, number: int, size: int) -> list[Any]:
    """Returns the rows of one page; each says how many match in all."""
    params = {name: value for name, value in asdict(wanted).items() if name != "word"}
    states = _FOLDED.get(wanted.state, [wanted.state]) if wanted.state is not None else []
    where = {"seat_id": uow.actor.seat, "states": states, "like": wanted.like}
    return list(await uow.execute(_PAGES[side], {**params, **where, "size": size, "offset": (number - 1) * size}))


def row_view(uow: UnitOfWork, row: Any, lines: list[Any], side: Party) -> TradeRow:
    """Returns a trade as a row of a list, with what this side may do now."""
    return TradeRow(
        id=row.id,
        number=row.number,
        state=row.state,
        total_fen=row.total_fen,
        shop_id=row.shop_id,
        shop_name=row.shop_name,
        shop_open=row.shop_open,
        buyer_name=row.buyer_name,
        lines=[
            TradeRowLine(
                id=line.id,
                title=line.title,
                spec_text=line.spec_text,
                picture=line.picture,
                price_fen=line.price_fen,
                quantity=line.quantity,
                left=line.quantity - line.shipped - line.refunded,
            )
            for line in lines
        ],
        placed_sim_at=row.placed_sim_at,
        pay_order_id=row.pay_order_id,
        deadline=deadline_of(uow, row),
        actions=_actions(row, side),
        classmate=row.classmate,
        shipped_late=row.shipped_late,
        remark=row.remark,
        memo=row.memo if side is Party.SELLER else None,
        flag=row.flag if side is Party.SELLER else None,
        placed_fen=row.placed_fen,
        refunded_fen=row.refunded_fen,
        address_asked=row.receiver_asked is not None,
        lost_parcels=row.lost_parcels,
        untracked_parcels=row.untracked_parcels if side is Party.SELLER else 0,
    )


def _actions(row: Any, side: Party) -> list[str]:
    """Returns what this side may do with the trade now; what is done to a parcel stands on the parcel."""
    barred = {"recall", "recall_all", "refund_all"}
    if row.lost_parcels:
        barred.add("confirm")
    if row.buyer_extended or row.confirm_by_sim_at is None:
        barred.add("extend")
    if row.confirm_by_sim_at is None:
        barred.add("grant")
    return [event for event in TRADE.offers(row.state, side) if event not in barred]


def deadline_of(uow: UnitOfWork, row: Any) -> Deadline | None:
    """Returns the deadline the trade stands under, by its state."""
    kind = TRADE.states[row.state].deadline
    if kind is None:
        return None
    if kind == "pay":
        left = max(0, row.pay_by_class_ms - uow.now.class_ms) // 1000
        return Deadline(kind=kind, axis="class", due_sim_at=None, class_seconds_left=left)
    if kind == "auto_confirm" and row.confirm_by_sim_at is None:
        return None  # the trade waits for its parcels
    due = {"ship": row.ship_by_sim_at, "auto_confirm": row.confirm_by_sim_at, "after_sale": row.seal_at_sim_at}[kind]
    return Deadline(kind=kind, axis="sim", due_sim_at=due, class_seconds_left=None)


async def view_badges(uow: UnitOfWork, seat_id: UUID) -> Badges:
    """Returns the numbers beside the menu entries of one seat."""
    bought = (await uow.execute(_COUNTS[Party.BUYER], {"seat_id": seat_id})).one()
    sold = (await uow.execute(_COUNTS[Party.SELLER], {"seat_id": seat_id})).one()
    cart = (await uow.execute(_CART_COUNT, {"seat_id": seat_id})).one()
    has_shop = (await uow.execute(_HAS_SHOP, {"seat_id": seat_id})).one_or_none() is not None
    return Badges(
        buyer=BuyerBadges(
            wait_pay=bought.wait_pay, wait_ship=bought.wait_ship, shipped=bought.part_shipped + bought.shipped
        ),
        cart=int(cart.n),
        messages=cart.messages,
        seller=SellerBadges(wait_ship=sold.wait_ship + sold.part_shipped) if has_shop else None,
    )
