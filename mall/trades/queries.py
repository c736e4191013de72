"""Reads of trades: guards, lists, counts, badges. The page of one trade is `timeline`'s."""

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
    t.shipped_late, t.commission_bp, t.receiver, t.remark, t.close_reason, seat.number AS seller_seat_number
"""
_FROM = "FROM mall_trade t JOIN mall_shop s ON s.id = t.shop_id JOIN kernel_seat seat ON seat.id = t.seller_seat_id"
_ONE = text(f"SELECT {_COLUMNS} {_FROM} WHERE t.id = :id")
_SIDES = {Party.BUYER: "t.buyer_seat_id = :seat_id", Party.SELLER: "t.seller_seat_id = :seat_id"}
_PAGES = {
    side: text(f"""
        SELECT {_COLUMNS} {_FROM} WHERE {where} AND (CAST(:state AS text) IS NULL OR t.state = ANY(:states))
         ORDER BY t.id DESC LIMIT :size OFFSET :offset
    """)
    for side, where in _SIDES.items()
}
_LINES = text("""
    SELECT trade_id, sku_id, product_id, title, spec_text, picture, price_fen, quantity, amount_fen, paid_share_fen, cost_fen
      FROM mall_trade_line WHERE trade_id = ANY(:ids) ORDER BY trade_id, id
""")
_COUNTS = {
    side: text(f"""
        SELECT count(*) FILTER (WHERE state = 'wait_pay') AS wait_pay,
               count(*) FILTER (WHERE state = 'wait_ship') AS wait_ship,
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
# What a person calls “finished” includes what is sealed afterwards.
_FOLDED = {"finished": [TradeState.FINISHED.value, TradeState.SEALED.value]}


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


async def access_sold(uow: UnitOfWork, trade_id: UUID) -> Any:
    """Returns a trade of the acting learner's store; sellers see trades from placing on.

    Raises:
        NotFound: absent, or another store's.

    """
    row = await access_any(uow, trade_id)
    if row.seller_seat_id != uow.actor.seat_id:
        raise NotFound("mall.trade.not_found")
    return row


async def load_lines(uow: UnitOfWork, trade_ids: list[UUID]) -> dict[UUID, list[Any]]:
    """Returns the lines of trades, by trade."""
    lines: dict[UUID, list[Any]] = {trade_id: [] for trade_id in trade_ids}
    for row in await uow.execute(_LINES, {"ids": trade_ids}):
        lines[row.trade_id].append(row)
    return lines


async def page(uow: UnitOfWork, side: Party, *, state: str | None, number: int, size: int) -> TradePage:
    """Returns one page of the acting learner's purchases or sales, newest first, with the count per tab."""
    seat_id = uow.actor.seat
    states = _FOLDED.get(state, [state]) if state is not None else []
    params = {"seat_id": seat_id, "state": state, "states": states, "size": size, "offset": (number - 1) * size}
    rows = list(await uow.execute(_PAGES[side], params))
    lines = await load_lines(uow, [row.id for row in rows]) if rows else {}
    counts = TradeCounts(**(await uow.execute(_COUNTS[side], {"seat_id": seat_id})).one()._mapping)
    total = sum(counts.model_dump().values()) if state is None else counts.model_dump()[state]
    return TradePage(
        rows=[row_view(uow, row, lines[row.id], side) for row in rows],
        total=total,
        page=number,
        size=size,
        counts=counts,
    )


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
                title=line.title,
                spec_text=line.spec_text,
                picture=line.picture,
                price_fen=line.price_fen,
                quantity=line.quantity,
            )
            for line in lines
        ],
        placed_sim_at=row.placed_sim_at,
        pay_order_id=row.pay_order_id,
        deadline=deadline_of(uow, row),
        actions=TRADE.offers(row.state, side),
        classmate=row.classmate,
        shipped_late=row.shipped_late,
    )


def deadline_of(uow: UnitOfWork, row: Any) -> Deadline | None:
    """Returns the deadline the trade stands under, by its state."""
    kind = TRADE.states[row.state].deadline
    if kind is None:
        return None
    if kind == "pay":
        left = max(0, row.pay_by_class_ms - uow.now.class_ms) // 1000
        return Deadline(kind=kind, axis="class", due_sim_at=None, class_seconds_left=left)
    due = {"ship": row.ship_by_sim_at, "auto_confirm": row.confirm_by_sim_at, "after_sale": row.seal_at_sim_at}[kind]
    return Deadline(kind=kind, axis="sim", due_sim_at=due, class_seconds_left=None)


async def view_badges(uow: UnitOfWork, seat_id: UUID) -> Badges:
    """Returns the numbers beside the menu entries of one seat."""
    bought = (await uow.execute(_COUNTS[Party.BUYER], {"seat_id": seat_id})).one()
    sold = (await uow.execute(_COUNTS[Party.SELLER], {"seat_id": seat_id})).one()
    cart = (await uow.execute(_CART_COUNT, {"seat_id": seat_id})).one()
    has_shop = (await uow.execute(_HAS_SHOP, {"seat_id": seat_id})).one_or_none() is not None
    return Badges(
        buyer=BuyerBadges(wait_pay=bought.wait_pay, wait_ship=bought.wait_ship, shipped=bought.shipped),
        cart=int(cart.n),
        messages=cart.messages,
        seller=SellerBadges(wait_ship=sold.wait_ship) if has_shop else None,
    )
