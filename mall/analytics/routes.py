"""HTTP of numbers: the seller's day, the lecturer's reconciliation."""

from typing import Annotated

from fastapi import APIRouter

from kernel.http.deps import reader
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.analytics import queries
from mall.analytics.schemas import DeskHome, Reconciliation
from mall.members.rules import Duty
from mall.shops import queries as shops

router = APIRouter(tags=["numbers"])


@router.get("/desk/home", operation_id="mall_desk_home_read")
async def read_desk_home(uow: Annotated[UnitOfWork, reader(Capability.SELL)]) -> DeskHome:
    """Returns the seller's day."""
    shop = await shops.access_shop(uow, Duty.LOOK)
    return await queries.view_desk_home(uow, shop.id)


@router.get("/reconciliation", operation_id="mall_reconciliation_read")
async def read_reconciliation(uow: Annotated[UnitOfWork, reader(Capability.RECONCILE)]) -> Reconciliation:
    """Returns the differences between counters and ledgers."""
    return await queries.reconcile(uow)
