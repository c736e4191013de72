"""Reads of who works in a store, and of invitations."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.members.rules import MEMBERS_AT_MOST
from mall.members.schemas import Candidate, Invitation, InvitationList, MemberList, MemberRow

_ROWS = text("""
    SELECT m.id, seat.number AS seat_number, seat.display_name AS name, m.role, m.state
      FROM mall_shop_member m JOIN kernel_seat seat ON seat.id = m.seat_id
     WHERE m.shop_id = :shop_id AND m.state IN ('invited', 'active')
     ORDER BY (m.role = 'owner') DESC, seat.number, m.id LIMIT 40
""")
_CANDIDATES = text("""
    SELECT seat.id AS seat_id, seat.number AS seat_number, seat.display_name AS name FROM kernel_seat seat
     WHERE seat.cohort_id = :cohort_id AND seat.withdrawn_at IS NULL AND seat.account_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM mall_shop_member m WHERE m.shop_id = :shop_id AND m.seat_id = seat.id
                          AND m.state IN ('invited', 'active'))
     ORDER BY seat.number, seat.id LIMIT 60
""")
_INVITATIONS = text("""
    SELECT m.id, s.id AS shop_id, s.name AS shop_name, owner.display_name AS owner_name, m.role
      FROM mall_shop_member m JOIN mall_shop s ON s.id = m.shop_id JOIN kernel_seat owner ON owner.id = s.seat_id
     WHERE m.seat_id = :seat_id AND m.state = 'invited' AND s.state = 'open' ORDER BY m.id LIMIT 40
""")
_ONE = """
    SELECT m.id, m.shop_id, m.seat_id, m.role, m.state, s.seat_id AS owner_seat_id, s.name AS shop_name
      FROM mall_shop_member m JOIN mall_shop s ON s.id = m.shop_id
"""
_OF_SHOP = text(f"{_ONE} WHERE m.id = :member_id AND m.shop_id = :shop_id AND m.state IN ('invited', 'active')")
_INVITED = text(f"{_ONE} WHERE m.id = :member_id AND m.seat_id = :seat_id AND m.state = 'invited' AND s.state = 'open'")
_MINE = text(f"{_ONE} WHERE m.shop_id = :shop_id AND m.seat_id = :seat_id AND m.state = 'active' AND s.state = 'open'")


async def view_members(uow: UnitOfWork, shop: Any) -> MemberList:
    """Returns who works in a store, and whom its owner could invite."""
    params = {"shop_id": shop.id, "cohort_id": uow.actor.cohort_id}
    return MemberList(
        shop_name=shop.name,
        rows=[MemberRow(**row._mapping) for row in await uow.execute(_ROWS, {"shop_id": shop.id})],
        candidates=[Candidate(**row._mapping) for row in await uow.execute(_CANDIDATES, params)],
        at_most=MEMBERS_AT_MOST,
    )


async def view_invitations(uow: UnitOfWork) -> InvitationList:
    """Returns the stores that have invited the acting learner."""
    rows = await uow.execute(_INVITATIONS, {"seat_id": uow.actor.seat})
    return InvitationList(rows=[Invitation(**row._mapping) for row in rows])


async def access_member(uow: UnitOfWork, shop_id: UUID, member_id: UUID) -> Any:
    """Returns a member of a store, or whom it has invited.

    Raises:
        NotFound: it has none of this id.

    """
    row = (await uow.execute(_OF_SHOP, {"member_id": member_id, "shop_id": shop_id})).one_or_none()
    if row is None:
        raise NotFound("mall.member.not_found")
    return row


async def access_invitation(uow: UnitOfWork, member_id: UUID) -> Any:
    """Returns an open invitation of the acting learner.

    Raises:
        NotFound: there is none of this id, or it was withdrawn.

    """
    row = (await uow.execute(_INVITED, {"member_id": member_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.member.no_invitation")
    return row


async def access_work_place(uow: UnitOfWork, shop_id: UUID) -> Any:
    """Returns the acting learner's place in a store.

    Raises:
        NotFound: he does not work there.

    """
    row = (await uow.execute(_MINE, {"shop_id": shop_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.shop.not_found")
    return row
