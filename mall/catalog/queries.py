"""Reads of goods: the buyer's details, a store's goods, the seller's table. Plain rows, one statement each."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.catalog.schemas import (
    DeskProductPage,
    DeskProductRow,
    DeskProductView,
    ProductCard,
    ProductView,
    ShelfCounts,
    ShopCard,
)

_CARD = """
    SELECT p.id, p.title, p.picture, k.price_fen, k.market_price_fen, p.sold, p.shop_id, s.name AS shop_name
"""
_FROM = """
      FROM mall_product p JOIN mall_sku k ON k.product_id = p.id JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.state = 'on_sale' AND s.state = 'open'
"""
_DETAIL = text("""
    SELECT p.id, k.id AS sku_id, p.title, p.description, p.category, p.picture, k.price_fen, k.market_price_fen,
           l.on_hand - l.held - l.allocated AS sellable, p.sold, p.state, s.seat_id = :seat_id AS own, s.id AS shop_id,
           s.name AS shop_name,
           (SELECT count(*) FROM mall_product o WHERE o.shop_id = s.id AND o.state = 'on_sale') AS on_sale
      FROM mall_product p
      JOIN mall_sku k ON k.product_id = p.id
      JOIN mall_stock_level l ON l.sku_id = k.id
      JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.id = :product_id AND s.state = 'open' AND (p.state = 'on_sale' OR s.seat_id = :seat_id)
""")
_OF_SHOP = text(f"{_CARD} {_FROM} AND p.shop_id = :shop_id ORDER BY p.listed_sim_at DESC, p.id LIMIT 200")
_DESK = """
    SELECT p.id, k.id AS sku_id, p.title, p.category, p.picture, k.price_fen, k.market_price_fen, k.cost_fen, p.state,
           l.on_hand, l.held, l.allocated, l.on_hand - l.held - l.allocated AS sellable, p.sold, p.updated_sim_at,
           p.description
      FROM mall_product p JOIN mall_sku k ON k.product_id = p.id JOIN mall_stock_level l ON l.sku_id = k.id
"""
_DESK_PAGE = text(f"""
    {_DESK} WHERE p.shop_id = :shop_id AND (CAST(:state AS text) IS NULL OR p.state = :state)
     ORDER BY p.updated_sim_at DESC, p.id DESC LIMIT :size OFFSET :offset
""")
_DESK_COUNTS = text("""
    SELECT count(*) FILTER (WHERE state = 'on_sale') AS on_sale, count(*) FILTER (WHERE state = 'off_shelf') AS off_shelf
      FROM mall_product WHERE shop_id = :shop_id
""")
_DESK_ONE = text(f"""
    {_DESK} JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.id = :product_id AND s.seat_id = :seat_id AND s.state = 'open'
""")


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
    return ProductView(
        id=row.id,
        sku_id=row.sku_id,
        title=row.title,
        description=row.description,
        category=row.category,
        picture=row.picture,
        price_fen=row.price_fen,
        market_price_fen=row.market_price_fen,
        sellable=row.sellable,
        sold=row.sold,
        state=row.state,
        own=bool(row.own),
        shop=ShopCard(id=row.shop_id, name=row.shop_name, on_sale=row.on_sale),
    )


async def page_of_desk(uow: UnitOfWork, shop_id: UUID, *, state: str | None, page: int, size: int) -> DeskProductPage:
    """Returns one page of the seller's own goods, newest change first."""
    params = {"shop_id": shop_id, "state": state, "size": size, "offset": (page - 1) * size}
    rows = [DeskProductRow(**_without(row, "description")) for row in await uow.execute(_DESK_PAGE, params)]
    counts = (await uow.execute(_DESK_COUNTS, {"shop_id": shop_id})).one()
    total = {None: counts.on_sale + counts.off_shelf, "on_sale": counts.on_sale, "off_shelf": counts.off_shelf}[state]
    shelf = ShelfCounts(on_sale=counts.on_sale, off_shelf=counts.off_shelf)
    return DeskProductPage(rows=rows, total=total, page=page, size=size, counts=shelf)


async def access_own_product(uow: UnitOfWork, product_id: UUID) -> DeskProductView:
    """Returns a product of the acting learner's store.

    Raises:
        NotFound: absent, or another store's.

    """
    params = {"product_id": product_id, "seat_id": uow.actor.seat}
    row = (await uow.execute(_DESK_ONE, params)).one_or_none()
    if row is None:
        raise NotFound("mall.product.not_found")
    return DeskProductView(**row._mapping)


def _card(row: Any) -> ProductCard:
    return ProductCard(**row._mapping)


def _without(row: Any, name: str) -> dict[str, Any]:
    return {key: value for key, value in row._mapping.items() if key != name}
