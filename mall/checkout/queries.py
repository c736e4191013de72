"""Reads of checkout: the goods behind lines, a pay order with its trades."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.accounts import queries as accounts
from mall.checkout.schemas import PayOrderTrade, PayOrderView
from mall.payments import queries as payments

_GOODS = """
    SELECT k.id AS sku_id, p.id AS product_id, p.title, coalesce(k.picture, p.picture) AS picture, k.spec_text, k.price_fen,
           k.cost_fen, k.weight_g, p.freight_template_id, k.retired_sim_at IS NOT NULL AS retired,
           CASE s.state WHEN 'open' THEN p.state ELSE 'off_shelf' END AS state,
           l.on_hand - l.held - l.allocated AS sellable, s.id AS shop_id, s.name AS shop_name, s.seat_id
      FROM mall_sku k
      JOIN mall_product p ON p.id = k.product_id
      JOIN mall_shop s ON s.id = p.shop_id
      JOIN mall_stock_level l ON l.sku_id = k.id
     WHERE k.id = ANY(:sku_ids)
"""
_LOOK = text(_GOODS)
# A reset locks the store for update before it looks for open trades. So either the store cannot be retired before this
# order is committed, or it is read here as it is afterwards: off the shelf. Orders never wait for each other.
_KEEP_OPEN = text(f"{_GOODS} FOR KEY SHARE OF s")
_PAY_ORDER = text("""
    SELECT o.id, o.number, o.state, o.total_fen, o.pay_by_class_ms, o.created_sim_at, o.buyer_seat_id
      FROM mall_pay_order o WHERE o.id = :id AND o.buyer_seat_id = :seat_id
""")
_TRADES = text("""
    SELECT t.id, t.number, t.state, s.name AS shop_name, t.total_fen, t.placed_fen, t.shop_id, t.buyer_seat_id, t.seller_seat_id,
           t.classmate
      FROM mall_trade t JOIN mall_shop s ON s.id = t.shop_id
     WHERE t.pay_order_id = :id ORDER BY t.shop_id
""")


async def load_goods(uow: UnitOfWork, sku_ids: list[UUID], *, keep_open: bool = False) -> dict[UUID, Any]:
    """Returns the goods behind SKUs with price, stock and store, by SKU; with `keep_open` their stores stay until commit.

    Raises:
        NotFound: one of them is not in this mall.

    """
    statement = _KEEP_OPEN if keep_open else _LOOK
    goods = {row.sku_id: row for row in await uow.execute(statement, {"sku_ids": sku_ids})}
    if len(goods) != len(set(sku_ids)):
        raise NotFound("mall.sku.not_found")
    return goods


async def list_trades(uow: UnitOfWork, pay_order_id: UUID) -> list[Any]:
    """Returns the trades of a pay order in the order in which their rows are locked: by store."""
    return list(await uow.execute(_TRADES, {"id": pay_order_id}))


async def view_pay_order(uow: UnitOfWork, pay_order_id: UUID) -> PayOrderView:
    """Returns a pay order of the acting buyer; the seconds left are class time.

    Raises:
        NotFound: absent, or another's.

    """
    params = {"id": pay_order_id, "seat_id": uow.actor.seat}
    order = (await uow.execute(_PAY_ORDER, params)).one_or_none()
    if order is None:
        raise NotFound("mall.pay_order.not_found")
    trades = [
        PayOrderTrade(
            id=row.id,
            number=row.number,
            state=row.state,
            shop_name=row.shop_name,
            total_fen=row.total_fen,
            placed_fen=row.placed_fen,
        )
        for row in await list_trades(uow, pay_order_id)
    ]
    return PayOrderView(
        id=order.id,
        number=order.number,
        state=order.state,
        total_fen=order.total_fen,
        wallet_fen=await accounts.find_balance(uow, uow.actor.seat),
        pay_seconds_left=max(0, order.pay_by_class_ms - uow.now.class_ms) // 1000,
        pay_deadline_class_seconds=order.pay_by_class_ms // 1000,
        created_sim_at=order.created_sim_at,
        trades=trades,
        attempts=await payments.list_attempts(uow, pay_order_id),
    )
