"""Reads of stores. A retired store is found by nobody here: to all lists it is gone."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.shops.schemas import ShopView

_VIEW = """
    SELECT s.id, s.name, s.intro, seat.display_name AS owner_name, s.state, s.opened_sim_at,
           (SELECT count(*) FROM mall_product p WHERE p.shop_id = s.id AND p.state = 'on_sale') AS on_sale
      FROM mall_shop s JOIN kernel_seat seat ON seat.id = s.seat_id
"""
_BY_ID = text(f"{_VIEW} WHERE s.id = :shop_id AND s.state = 'open'")
_BY_SEAT = text(f"{_VIEW} WHERE s.seat_id = :seat_id AND s.state = 'open'")
_ID_BY_SEAT = "SELECT id, name FROM mall_shop WHERE seat_id = :seat_id AND state = 'open'"
_OWN = text(_ID_BY_SEAT)
_KEEP_OWN = text(f"{_ID_BY_SEAT} FOR KEY SHARE")


async def access_own(uow: UnitOfWork, *, keep_open: bool = False) -> Any:
    """Returns (id, name) of the acting learner's store; with `keep_open` no reset retires it before the commit.

    Raises:
        NotFound: `mall.shop.none`: he has not opened one.

    """
    row = (await uow.execute(_KEEP_OWN if keep_open else _OWN, {"seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.none")
    return row


async def view_own(uow: UnitOfWork) -> ShopView:
    """Returns the acting learner's store.

    Raises:
        NotFound: `mall.shop.none`: he has not opened one.

    """
    row = (await uow.execute(_BY_SEAT, {"seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.none")
    return ShopView(**row._mapping)


async def view_shop(uow: UnitOfWork, shop_id: UUID) -> ShopView:
    """Returns a store of this mall.

    Raises:
        NotFound: there is none.

    """
    row = (await uow.execute(_BY_ID, {"shop_id": shop_id})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.not_found")
    return ShopView(**row._mapping)
