"""HTTP of a buyer's messages."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.messages import queries, service
from mall.messages.schemas import MessageList

router = APIRouter(prefix="/messages", tags=["messages"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]


@router.get("", operation_id="mall_messages_list")
async def list_messages(uow: Buyer) -> MessageList:
    """Returns the messages, newest first."""
    return await queries.list_messages(uow)


@router.post("/read-all", operation_id="mall_messages_read_all")
async def read_all(uow: BuyerWriting) -> MessageList:
    """Marks all messages read."""
    await service.mark_all_read(uow)
    return await queries.list_messages(uow)


@router.post("/{message_id}/read", operation_id="mall_messages_mark_read")
async def mark_read(message_id: UUID, uow: BuyerWriting) -> MessageList:
    """Marks one message read."""
    await service.mark_read(uow, message_id)
    return await queries.list_messages(uow)
