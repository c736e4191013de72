"""HTTP of refunds that have not come through: what the lecturer sees of his class, and paying one out by hand."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.payments import queries, refunds
from mall.payments.schemas import OpenRefund

router = APIRouter(prefix="/refunds", tags=["refunds"])


@router.get("", operation_id="mall_refunds_list")
async def list_refunds(uow: Annotated[UnitOfWork, reader(Capability.RECONCILE)]) -> list[OpenRefund]:
    """Returns the class's refunds that have not come through."""
    return await queries.list_open_refunds(uow)


@router.post("/{refund_id}/pay-out", operation_id="mall_refunds_pay_out")
async def pay_out(refund_id: UUID, uow: Annotated[UnitOfWork, writer(Capability.INTERVENE)]) -> list[OpenRefund]:
    """Pays out a refund that the bank has refused too often, to the buyer's wallet."""
    await refunds.pay_out_by_hand(uow, refund_id)
    return await queries.list_open_refunds(uow)
