"""HTTP of wallets."""

from typing import Annotated

from fastapi import APIRouter

from kernel.http.deps import reader
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.accounts import queries
from mall.accounts.schemas import WalletView

router = APIRouter(tags=["wallet"])


@router.get("/wallet", operation_id="mall_wallet_read")
async def read_wallet(uow: Annotated[UnitOfWork, reader(Capability.BUY)]) -> WalletView:
    """Returns the acting learner's wallets and entries."""
    return await queries.view_wallet(uow, uow.actor.seat)
