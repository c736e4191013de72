"""Reads of a cart."""

from itertools import groupby
from typing import Any

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork
from mall.carts import rules
from mall.carts.schemas import CartItemView, CartShop, CartView

_ITEMS = text("""
    SELECT c.sku_id, p.id AS product_id, p.title, k.spec_text, coalesce(k.picture, p.picture) AS picture, k.price_fen,
           c.added_price_fen, c.quantity, c.selected, k.retired_sim_at IS NOT NULL AS retired,
           l.on_hand - l.held - l.allocated AS sellable, CASE s.state WHEN 'open' THEN p.state ELSE 'off_shelf' END AS state,
           s.id AS shop_id, s.name AS shop_name,
           min(c.seq) OVER (PARTITION BY s.id) AS shop_seq
      FROM mall_cart_item c
      JOIN mall_sku k ON k.id = c.sku_id
      JOIN mall_product p ON p.id = k.product_id
      JOIN mall_shop s ON s.id = p.shop_id
      JOIN mall_stock_level l ON l.sku_id = k.id
     WHERE c.seat_id = :seat_id
     ORDER BY shop_seq, c.seq
""")


async def view_cart(uow: UnitOfWork) -> CartView:
    """Returns the acting buyer's cart by store; what can't be bought stands apart with the reason."""
    rows = list(await uow.execute(_ITEMS, {"seat_id": uow.actor.seat}))
    items = [(row, _item(row)) for row in rows]
    valid = [(row, item) for row, item in items if item.valid]
    shops = [
        CartShop(shop_id=shop_id, shop_name=shop_name, items=[item for _, item in group])
        for (shop_id, shop_name), group in groupby(valid, key=lambda pair: (pair[0].shop_id, pair[0].shop_name))
    ]
    selected = [item for _, item in valid if item.selected]
    return CartView(
        shops=shops,
        invalid=[item for _, item in items if not item.valid],
        selected_total_fen=sum(item.price_fen * item.quantity for item in selected),
        selected_count=sum(item.quantity for item in selected),
        count=sum(item.quantity for _, item in items),
    )


def _item(row: Any) -> CartItemView:
    reason = rules.why_invalid(row.state, retired=row.retired, sellable=row.sellable, quantity=row.quantity)
    return CartItemView(
        sku_id=row.sku_id,
        product_id=row.product_id,
        title=row.title,
        spec_text=row.spec_text,
        picture=row.picture,
        price_fen=row.price_fen,
        added_price_fen=row.added_price_fen,
        quantity=row.quantity,
        selected=row.selected,
        sellable=row.sellable,
        valid=reason is None,
        invalid_reason=None if reason is None else reason.value,
    )
