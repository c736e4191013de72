"""Invites classmates into a store, takes their answers, and lets a member of several choose where he works."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from kernel.errors import Conflict, NotFound
from kernel.ids import new_id
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall.events import MemberChanged
from mall.members import queries
from mall.members.models import MemberState, ShopMember
from mall.members.rules import MEMBER, MEMBERS_AT_MOST, Duty, Party, Role
from mall.members.schemas import InvitationList, MemberInvite, MemberList
from mall.shops import queries as shops

TABLE = table_of(ShopMember)
_COUNT = text("""
    SELECT count(*) FROM mall_shop_member
     WHERE shop_id = :shop_id AND role <> 'owner' AND state IN ('invited', 'active')
""")
_SEAT = text("""
    SELECT 1 FROM kernel_seat
     WHERE id = :seat_id AND cohort_id = :cohort_id AND withdrawn_at IS NULL AND account_id IS NOT NULL
""")
_DISMISSED = text("""
    SELECT m.id, m.shop_id, m.seat_id, m.state, s.seat_id AS owner_seat_id
      FROM mall_shop_member m JOIN mall_shop s ON s.id = m.shop_id
     WHERE m.shop_id = :shop_id AND m.role <> 'owner' AND m.state IN ('invited', 'active') ORDER BY m.id
""")


async def add_owner(uow: UnitOfWork, shop_id: UUID, seat_id: UUID) -> None:
    """Gives the owner his place in a new store, and makes it where he works."""
    await _insert(uow, shop_id, seat_id, role=Role.OWNER, state=MemberState.ACTIVE, entered_at=uow.now.at)


async def invite(uow: UnitOfWork, command: MemberInvite) -> MemberList:
    """Invites a classmate into the acting owner's store.

    Raises:
        NotFound: he has no store, or the class has no such learner.
        Forbidden: only the owner invites.
        Conflict: the classmate is there or invited already, or the store is full.
    Emits: `MemberChanged`.

    """
    shop = await shops.access_shop(uow, Duty.MEMBERS, lock=True)
    seat = {"seat_id": command.seat_id, "cohort_id": uow.actor.cohort_id}
    if (await uow.execute(_SEAT, seat)).one_or_none() is None:
        raise NotFound("kernel.classroom.seat_not_found")
    if (await uow.execute(_COUNT, {"shop_id": shop.id})).scalar_one() >= MEMBERS_AT_MOST:
        raise Conflict("mall.member.too_many", limit=MEMBERS_AT_MOST)
    role, state = Role(command.role), MemberState.INVITED
    try:
        member_id = await _insert(uow, shop.id, command.seat_id, role=role, state=state)
    except IntegrityError as failure:
        raise Conflict("mall.member.there_already") from failure
    await log(uow, MEMBER, member_id, from_state=None, event="invite", to_state=state, party=Party.OWNER)
    uow.publish(MemberChanged(shop_id=shop.id, seat_id=command.seat_id, owner_seat_id=shop.seat_id, state=state))
    return await queries.view_members(uow, shop)


async def remove(uow: UnitOfWork, member_id: UUID) -> MemberList:
    """Withdraws an invitation or lets a member go.

    Raises:
        NotFound: no store, or nobody of this id in it.
        Forbidden: only the owner lets go.
        Conflict: the owner himself cannot be let go.
    Emits: `MemberChanged`.

    """
    shop = await shops.access_shop(uow, Duty.MEMBERS, lock=True)
    member = await queries.access_member(uow, shop.id, member_id)
    if member.role == Role.OWNER:
        raise Conflict("mall.member.owner_stays")
    await _move(uow, member, "remove", Party.OWNER)
    return await queries.view_members(uow, shop)


async def answer(uow: UnitOfWork, member_id: UUID, *, accept: bool) -> InvitationList:
    """Accepts an invitation, and works there from now on, or declines it.

    Raises:
        NotFound: there is no such invitation.
        Conflict: it was withdrawn at this moment.
    Emits: `MemberChanged`.

    """
    member = await queries.access_invitation(uow, member_id)
    values = {"entered_at": uow.now.at} if accept else {}
    await _move(uow, member, "accept" if accept else "decline", Party.MEMBER, values)
    return await queries.view_invitations(uow)


async def leave(uow: UnitOfWork) -> None:
    """Leaves the store the acting member works in.

    Raises:
        NotFound: he works in none.
        Conflict: he owns it.
    Emits: `MemberChanged`.

    """
    shop = await shops.access_shop(uow, Duty.LOOK)
    member = await queries.access_work_place(uow, shop.id)
    if member.role == Role.OWNER:
        raise Conflict("mall.member.owner_stays")
    await _move(uow, member, "leave", Party.MEMBER)


async def enter(uow: UnitOfWork, shop_id: UUID) -> None:
    """Makes a store the one the acting learner works in.

    Raises:
        NotFound: he does not work there.

    """
    member = await queries.access_work_place(uow, shop_id)
    await uow.execute(update(TABLE).where(TABLE.c.id == member.id).values(entered_at=uow.now.at))


async def dismiss_all(uow: UnitOfWork, shop_id: UUID) -> None:
    """Lets everybody but the owner go, for a store that closes or is reset.

    Emits: `MemberChanged` per member.
    """
    for member in list(await uow.execute(_DISMISSED, {"shop_id": shop_id})):
        await _move(uow, member, "remove", Party.SYSTEM)


async def _move(uow: UnitOfWork, member: Any, event: str, party: Party, values: dict[str, Any] | None = None) -> None:
    step = await transition(
        uow, MEMBER, ShopMember, member.id, state=member.state, event=event, party=party, values=values
    )
    uow.publish(
        MemberChanged(
            shop_id=member.shop_id, seat_id=member.seat_id, owner_seat_id=member.owner_seat_id, state=step.target
        )
    )


async def _insert(uow: UnitOfWork, shop_id: UUID, seat_id: UUID, **values: Any) -> UUID:
    row = {"id": new_id(), "sandbox_id": uow.sandbox.id, "shop_id": shop_id, "seat_id": seat_id}
    await uow.execute(insert(TABLE), {**row, "invited_sim_at": uow.now.sim_at, "entered_at": None, **values})
    return row["id"]
