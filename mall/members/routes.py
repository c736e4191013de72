"""HTTP of members: the owner's list, a learner's invitations and where he works."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.members import queries, service
from mall.members.rules import Duty
from mall.members.schemas import InvitationList, MemberInvite, MemberList
from mall.shops import queries as shops
from mall.shops.schemas import OwnShopView

router = APIRouter(prefix="/desk", tags=["members"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]


@router.get("/members", operation_id="mall_members_list")
async def list_members(uow: Seller) -> MemberList:
    """Returns who works in the owner's store."""
    return await queries.view_members(uow, await shops.access_shop(uow, Duty.MEMBERS))


@router.post("/members", operation_id="mall_members_invite", response_model=MemberList, status_code=201)
async def invite(body: MemberInvite, uow: SellerWriting, once: Command) -> Response:
    """Invites a classmate."""
    return await once.run(uow, body, lambda: service.invite(uow, body))


@router.post("/members/{member_id}/remove", operation_id="mall_members_remove")
async def remove(member_id: UUID, uow: SellerWriting) -> MemberList:
    """Withdraws an invitation or lets a member go."""
    return await service.remove(uow, member_id)


@router.get("/invitations", operation_id="mall_invitations_list")
async def list_invitations(uow: Seller) -> InvitationList:
    """Returns the stores that have invited the learner."""
    return await queries.view_invitations(uow)


@router.post("/invitations/{member_id}/accept", operation_id="mall_invitations_accept")
async def accept(member_id: UUID, uow: SellerWriting) -> InvitationList:
    """Accepts an invitation."""
    return await service.answer(uow, member_id, accept=True)


@router.post("/invitations/{member_id}/decline", operation_id="mall_invitations_decline")
async def decline(member_id: UUID, uow: SellerWriting) -> InvitationList:
    """Declines an invitation."""
    return await service.answer(uow, member_id, accept=False)


@router.post("/work-places/leave", operation_id="mall_work_places_leave", status_code=204)
async def leave(uow: SellerWriting) -> None:
    """Leaves the store the learner works in."""
    await service.leave(uow)


@router.post("/work-places/{shop_id}/enter", operation_id="mall_work_places_enter")
async def enter(shop_id: UUID, uow: SellerWriting) -> OwnShopView:
    """Makes a store the one the learner works in."""
    await service.enter(uow, shop_id)
    return await shops.view_own(uow)
