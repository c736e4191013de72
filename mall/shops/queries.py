"""Reads of stores. A closed or retired store is found by nobody here: to all lists it is gone."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import Forbidden, NotFound
from kernel.unit_of_work import UnitOfWork
from mall.members.rules import DUTIES, Duty, Role
from mall.shops.rules import RENAMES_AT_MOST, RENAMES_WITHIN
from mall.shops.schemas import NameChange, OwnShopView, ShopView, WorkPlace

_COLUMNS = """
    s.id, s.name, s.intro, s.logo, s.notice, s.categories, s.duty_from_minute, s.duty_to_minute,
    seat.display_name AS owner_name, s.state, s.opened_sim_at,
    (SELECT count(*) FROM mall_product p WHERE p.shop_id = s.id AND p.state = 'on_sale') AS on_sale
"""
_BY_ID = text(f"""
    SELECT {_COLUMNS} FROM mall_shop s JOIN kernel_seat seat ON seat.id = s.seat_id
     WHERE s.id = :shop_id AND s.state = 'open'
""")
_OWN = text(f"""
    SELECT {_COLUMNS}, s.return_address,
           (SELECT coalesce(sum(d.amount_fen), 0)::bigint FROM mall_deposit d
              JOIN mall_registration r ON r.id = d.registration_id
             WHERE r.shop_id = s.id AND d.state = 'held') AS deposit_fen
      FROM mall_shop s JOIN kernel_seat seat ON seat.id = s.seat_id WHERE s.id = :shop_id
""")
_NAMES = text(
    "SELECT before, after, sim_at FROM mall_shop_name WHERE shop_id = :shop_id ORDER BY sim_at DESC, id DESC LIMIT 20"
)
_PLACES = """
    SELECT s.id, s.name, s.seat_id, m.role
      FROM mall_shop_member m JOIN mall_shop s ON s.id = m.shop_id
     WHERE m.seat_id = :seat_id AND m.state = 'active' AND s.state = 'open'
     ORDER BY m.entered_at DESC NULLS LAST, (m.role = 'owner') DESC, m.id
"""
_ALL_PLACES = text(f"{_PLACES} LIMIT 40")
_HERE = text(f"{_PLACES} LIMIT 1")
_HERE_KEPT = text(f"{_PLACES} LIMIT 1 FOR KEY SHARE OF s")
_HERE_LOCKED = text(f"{_PLACES} LIMIT 1 FOR NO KEY UPDATE OF s")


async def access_shop(uow: UnitOfWork, duty: Duty, *, keep_open: bool = False, lock: bool = False) -> Any:
    """Returns (id, name, seat_id of the owner, role) of the store the acting learner works in now.

    With `keep_open` nothing closes or retires it before the commit; with `lock` nobody else changes it either.

    Raises:
        NotFound: `mall.shop.none`: he works in none.
        Forbidden: his role there does not include this duty.

    """
    statement = _HERE_LOCKED if lock else _HERE_KEPT if keep_open else _HERE
    row = (await uow.execute(statement, {"seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.none")
    if duty not in DUTIES[Role(row.role)]:
        raise Forbidden("mall.member.not_allowed", shop_name=row.name)
    return row


async def view_own(uow: UnitOfWork) -> OwnShopView:
    """Returns the store the acting learner works in now.

    Raises:
        NotFound: `mall.shop.none`: he works in none.

    """
    here = await access_shop(uow, Duty.LOOK)
    row = (await uow.execute(_OWN, {"shop_id": here.id})).one()
    changes = [NameChange(**one._mapping) for one in await uow.execute(_NAMES, {"shop_id": here.id})]
    recent = sum(1 for one in changes if one.sim_at > uow.now.sim_at - RENAMES_WITHIN)
    places = await uow.execute(_ALL_PLACES, {"seat_id": uow.actor.seat})
    return OwnShopView(
        **row._mapping,
        role=here.role,
        duties=sorted(DUTIES[Role(here.role)]),
        renames_left=max(0, RENAMES_AT_MOST - recent),
        name_changes=changes,
        work_places=[WorkPlace(id=one.id, name=one.name, role=one.role) for one in places],
    )


async def view_shop(uow: UnitOfWork, shop_id: UUID) -> ShopView:
    """Returns a store of this mall.

    Raises:
        NotFound: there is none.

    """
    row = (await uow.execute(_BY_ID, {"shop_id": shop_id})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.not_found")
    return ShopView(**row._mapping)
