"""Reads of what a buyer keeps. Goods that are gone stay in the lists, marked: a buyer shall see what became of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.favourites import rules
from mall.favourites.schemas import (
    BuyerCounts,
    FollowedShops,
    FollowedShopView,
    KeptProduct,
    KeptProducts,
    ProductStanding,
    ShopStanding,
)

_KEPT = """
    SELECT p.id, p.title, p.picture, p.price_min_fen AS price_fen, {kept_price} AS kept_price_fen,
           p.state = 'on_sale' AND s.state = 'open' AS on_sale, s.id AS shop_id, s.name AS shop_name, {at} AS kept_sim_at
      FROM {table} f JOIN mall_product p ON p.id = f.product_id JOIN mall_shop s ON s.id = p.shop_id
     WHERE f.seat_id = :seat_id ORDER BY f.seq DESC LIMIT :limit
"""
_FAVOURITES = text(_KEPT.format(kept_price="f.price_fen", at="f.added_sim_at", table="mall_favourite"))
_FOOTPRINTS = text(_KEPT.format(kept_price="CAST(NULL AS bigint)", at="f.seen_sim_at", table="mall_footprint"))
_SHOPS = text("""
    SELECT s.id, s.name, s.intro, s.state = 'open' AS open, f.followed_sim_at,
           (SELECT count(*) FROM mall_product p WHERE p.shop_id = s.id AND p.state = 'on_sale') AS on_sale
      FROM mall_followed_shop f JOIN mall_shop s ON s.id = f.shop_id
     WHERE f.seat_id = :seat_id ORDER BY f.seq DESC LIMIT :limit
""")
# Goods of a retired store, and those off the shelf, are found by nobody but who keeps them already.
_PRODUCT = text("""
    SELECT p.price_min_fen AS price_fen FROM mall_product p JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.id = :product_id AND p.state = 'on_sale' AND s.state = 'open'
""")
_PRODUCT_STANDING = text("""
    SELECT EXISTS (SELECT 1 FROM mall_favourite WHERE seat_id = :seat_id AND product_id = p.id) AS favourite,
           (SELECT count(*) FROM mall_favourite WHERE product_id = p.id) AS favourites,
           EXISTS (SELECT 1 FROM mall_followed_shop WHERE seat_id = :seat_id AND shop_id = s.id) AS follows_shop
      FROM mall_product p JOIN mall_shop s ON s.id = p.shop_id
     WHERE p.id = :product_id AND s.state = 'open' AND (p.state = 'on_sale' OR s.seat_id = :seat_id)
""")
_SHOP_STANDING = text("""
    SELECT EXISTS (SELECT 1 FROM mall_followed_shop WHERE seat_id = :seat_id AND shop_id = s.id) AS follows,
           (SELECT count(*) FROM mall_followed_shop WHERE shop_id = s.id) AS followers
      FROM mall_shop s WHERE s.id = :shop_id AND s.state = 'open'
""")
_COUNTS = text("""
    SELECT (SELECT count(*) FROM mall_favourite WHERE seat_id = :seat_id) AS favourites,
           (SELECT count(*) FROM mall_followed_shop WHERE seat_id = :seat_id) AS followed_shops,
           (SELECT count(*) FROM mall_footprint WHERE seat_id = :seat_id) AS footprints,
           (SELECT count(*) FROM mall_address WHERE seat_id = :seat_id) AS addresses,
           (SELECT count(*) FROM mall_message WHERE seat_id = :seat_id AND NOT is_read) AS unread_messages
""")


async def list_favourites(uow: UnitOfWork) -> KeptProducts:
    """Returns the acting buyer's favourites, newest first."""
    return await _kept(uow, _FAVOURITES, rules.FAVOURITES)


async def list_footprints(uow: UnitOfWork) -> KeptProducts:
    """Returns what the acting buyer has looked at, newest first."""
    return await _kept(uow, _FOOTPRINTS, rules.FOOTPRINTS)


async def list_followed(uow: UnitOfWork) -> FollowedShops:
    """Returns the stores the acting buyer follows, newest first."""
    rows = await uow.execute(_SHOPS, {"seat_id": uow.actor.seat, "limit": rules.FOLLOWED_SHOPS})
    return FollowedShops(rows=[FollowedShopView(**row._mapping) for row in rows], limit=rules.FOLLOWED_SHOPS)


async def access_price(uow: UnitOfWork, product_id: UUID) -> int:
    """Returns what a product on sale costs from, in fen.

    Raises:
        NotFound: absent, or off the shelf.

    """
    row = (await uow.execute(_PRODUCT, {"product_id": product_id})).one_or_none()
    if row is None:
        raise NotFound("mall.product.not_found")
    return int(row.price_fen)


async def view_product_standing(uow: UnitOfWork, product_id: UUID) -> ProductStanding:
    """Returns what a product is to the acting buyer.

    Raises:
        NotFound: absent, or off the shelf and another's.

    """
    row = (await uow.execute(_PRODUCT_STANDING, {"product_id": product_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.product.not_found")
    return ProductStanding(**row._mapping)


async def view_shop_standing(uow: UnitOfWork, shop_id: UUID) -> ShopStanding:
    """Returns what a store is to the acting buyer.

    Raises:
        NotFound: there is no such store, or it is retired.

    """
    row = (await uow.execute(_SHOP_STANDING, {"shop_id": shop_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.not_found")
    return ShopStanding(**row._mapping)


async def view_counts(uow: UnitOfWork) -> BuyerCounts:
    """Returns the numbers of the acting buyer's own page."""
    return BuyerCounts(**(await uow.execute(_COUNTS, {"seat_id": uow.actor.seat})).one()._mapping)


async def _kept(uow: UnitOfWork, statement: Any, limit: int) -> KeptProducts:
    rows = await uow.execute(statement, {"seat_id": uow.actor.seat, "limit": limit})
    return KeptProducts(rows=[KeptProduct(**row._mapping) for row in rows], limit=limit)
