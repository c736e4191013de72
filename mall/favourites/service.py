"""Marks goods, follows stores, keeps footprints. Doing it twice is doing it once."""

from uuid import UUID

from sqlalchemy import text

from kernel.errors import Conflict
from kernel.unit_of_work import UnitOfWork
from mall.favourites import queries, rules

# The limit is part of the statement; two at the same moment may go one over it, which harms nobody and stays bounded.
_MARK = text("""
    INSERT INTO mall_favourite (seat_id, product_id, sandbox_id, price_fen, added_sim_at)
    SELECT :seat_id, :product_id, :sandbox_id, :price_fen, :sim_at
     WHERE (SELECT count(*) FROM mall_favourite WHERE seat_id = :seat_id AND product_id <> :product_id) < :limit
    ON CONFLICT (seat_id, product_id) DO UPDATE SET price_fen = mall_favourite.price_fen
""")
_UNMARK = text("DELETE FROM mall_favourite WHERE seat_id = :seat_id AND product_id = :product_id")
_FOLLOW = text("""
    INSERT INTO mall_followed_shop (seat_id, shop_id, sandbox_id, followed_sim_at)
    SELECT :seat_id, :shop_id, :sandbox_id, :sim_at
     WHERE (SELECT count(*) FROM mall_followed_shop WHERE seat_id = :seat_id AND shop_id <> :shop_id) < :limit
    ON CONFLICT (seat_id, shop_id) DO UPDATE SET followed_sim_at = mall_followed_shop.followed_sim_at
""")
_UNFOLLOW = text("DELETE FROM mall_followed_shop WHERE seat_id = :seat_id AND shop_id = :shop_id")
_SEE = text("""
    INSERT INTO mall_footprint (seat_id, product_id, sandbox_id, seen_sim_at)
    VALUES (:seat_id, :product_id, :sandbox_id, :sim_at)
    ON CONFLICT (seat_id, product_id) DO UPDATE SET seq = DEFAULT, seen_sim_at = excluded.seen_sim_at
""")
_FORGET_OLD = text("""
    DELETE FROM mall_footprint WHERE seat_id = :seat_id AND seq <= (
        SELECT seq FROM mall_footprint WHERE seat_id = :seat_id ORDER BY seq DESC OFFSET :limit LIMIT 1)
""")
_FORGET = text("DELETE FROM mall_footprint WHERE seat_id = :seat_id")


async def mark(uow: UnitOfWork, product_id: UUID) -> None:
    """Adds a product to the acting buyer's favourites, at its price of now; one that is there keeps its price of then.

    Raises:
        NotFound: absent, or off the shelf.
        Conflict: there are as many as one may keep.

    """
    params = {**_mine(uow), "product_id": product_id, "price_fen": await queries.access_price(uow, product_id)}
    if (await uow.execute(_MARK, {**params, "limit": rules.FAVOURITES})).rowcount != 1:
        raise Conflict("mall.favourite.too_many", limit=rules.FAVOURITES)


async def unmark(uow: UnitOfWork, product_id: UUID) -> None:
    """Takes a product out of the acting buyer's favourites, if it is there."""
    await uow.execute(_UNMARK, {"seat_id": uow.actor.seat, "product_id": product_id})


async def follow(uow: UnitOfWork, shop_id: UUID) -> None:
    """Lets the acting buyer follow a store.

    Raises:
        NotFound: there is no such store, or it is retired.
        Conflict: he follows as many as one may.

    """
    await queries.view_shop_standing(uow, shop_id)
    params = {**_mine(uow), "shop_id": shop_id, "limit": rules.FOLLOWED_SHOPS}
    if (await uow.execute(_FOLLOW, params)).rowcount != 1:
        raise Conflict("mall.favourite.too_many_shops", limit=rules.FOLLOWED_SHOPS)


async def unfollow(uow: UnitOfWork, shop_id: UUID) -> None:
    """Lets the acting buyer follow a store no more, if he does."""
    await uow.execute(_UNFOLLOW, {"seat_id": uow.actor.seat, "shop_id": shop_id})


async def see(uow: UnitOfWork, product_id: UUID) -> None:
    """Notes that the acting buyer has looked at a product; the oldest beyond the limit are forgotten.

    Raises:
        NotFound: absent, or off the shelf.

    """
    await queries.access_price(uow, product_id)
    await uow.execute(_SEE, {**_mine(uow), "product_id": product_id})
    await uow.execute(_FORGET_OLD, {"seat_id": uow.actor.seat, "limit": rules.FOOTPRINTS})


async def forget(uow: UnitOfWork) -> None:
    """Forgets all that the acting buyer has looked at."""
    await uow.execute(_FORGET, {"seat_id": uow.actor.seat})


def _mine(uow: UnitOfWork) -> dict[str, object]:
    return {"seat_id": uow.actor.seat, "sandbox_id": uow.sandbox.id, "sim_at": uow.now.sim_at}
