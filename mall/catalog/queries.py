"""Reads of goods as buyers see them: a store's goods and details. Plain rows, one statement each."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.catalog import category
from mall.catalog.schemas import AttributeView, ProductCard, ProductView, ShopCard

_CARD = """
    SELECT p.id, p.title, p.picture, p.price_min_fen AS price_fen, p.price_max_fen, p.market_price_fen, p.sold, p.shop_id,
           s.name AS shop_name
"""
_FROM = """
      FROM mall_product p JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.state = 'on_sale' AND s.state = 'open'
"""
_DETAIL = text("""
    SELECT p.id, p.title, p.category, p.attributes, p.picture, p.pictures, p.detail, p.specs, k.skus,
           p.price_min_fen AS price_fen, p.price_max_fen, p.market_price_fen, k.sellable, p.sold, p.state,
           s.seat_id = :seat_id AS own, s.id AS shop_id, s.name AS shop_name,
           (SELECT count(*) FROM mall_product o WHERE o.shop_id = s.id AND o.state = 'on_sale') AS on_sale
      FROM mall_product p
      JOIN mall_shop s ON s.id = p.shop_id
     CROSS JOIN LATERAL (
        SELECT sum(l.on_hand - l.held - l.allocated)::integer AS sellable,
               jsonb_agg(jsonb_build_object(
                   'id', k.id, 'spec', k.spec, 'spec_text', k.spec_text, 'price_fen', k.price_fen,
                   'market_price_fen', k.market_price_fen, 'sellable', l.on_hand - l.held - l.allocated,
                   'picture', k.picture) ORDER BY k.position, k.id) AS skus
          FROM mall_sku k JOIN mall_stock_level l ON l.sku_id = k.id
         WHERE k.product_id = p.id AND k.retired_sim_at IS NULL) k
     WHERE p.id = :product_id AND s.state = 'open'
       AND (p.state = 'on_sale' OR (p.state = 'off_shelf' AND s.seat_id = :seat_id))
""")
_OF_SHOP = text(f"{_CARD} {_FROM} AND p.shop_id = :shop_id ORDER BY p.listed_sim_at DESC, p.id LIMIT 200")


async def list_of_shop(uow: UnitOfWork, shop_id: UUID) -> list[ProductCard]:
    """Returns a store's goods on sale, newest first, 200 at most."""
    return [_card(row) for row in await uow.execute(_OF_SHOP, {"shop_id": shop_id})]


async def view_product(uow: UnitOfWork, product_id: UUID) -> ProductView:
    """Returns a product on sale, or the acting learner's own in any state.

    Raises:
        NotFound: absent, or off the shelf.

    """
    params = {"product_id": product_id, "seat_id": uow.actor.seat_id}
    row = (await uow.execute(_DETAIL, params)).one_or_none()
    if row is None:
        raise NotFound("mall.product.not_found")
    leaf = category.find_leaf(row.category)
    shown = {
        name: value for name, value in row._mapping.items() if name not in {"shop_id", "shop_name", "on_sale", "own"}
    }
    return ProductView(
        **{
            **shown,
            "category_name": "" if leaf is None else leaf.name,
            "attributes": _attributes(leaf, row.attributes),
            "own": bool(row.own),
            "shop": ShopCard(id=row.shop_id, name=row.shop_name, on_sale=row.on_sale),
        }
    )


def _attributes(leaf: category.Leaf | None, values: dict[str, Any]) -> list[AttributeView]:
    """Returns a product's attributes in their leaf's order, as they are shown."""
    known = () if leaf is None else leaf.attributes
    return [
        AttributeView(code=attribute.code, label=attribute.name, value=_shown(attribute, values[attribute.code]))
        for attribute in known
        if values.get(attribute.code) not in (None, "", [])
    ]


def _shown(attribute: category.Attribute, value: Any) -> bool | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return "、".join(value)
    return f"{value} {attribute.unit}".rstrip()


def _card(row: Any) -> ProductCard:
    return ProductCard(**_without(row, "rank"))


def _without(row: Any, name: str) -> dict[str, Any]:
    return {key: value for key, value in row._mapping.items() if key != name}
