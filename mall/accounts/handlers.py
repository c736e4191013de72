"""Gives wallets to everyone who has a seat but, after his class went back to a snapshot, no wallet."""

from sqlalchemy import text

from kernel.module import Reaction
from kernel.sandbox.events import SandboxRolledBack
from kernel.unit_of_work import UnitOfWork
from mall.accounts import service

_WITHOUT_WALLET = text("""
    SELECT seat.id FROM kernel_seat seat
     WHERE NOT EXISTS (SELECT 1 FROM mall_money_account a WHERE a.owner_id = seat.id) ORDER BY seat.id
""")


async def _enrol_late_comers(uow: UnitOfWork, _event: SandboxRolledBack) -> None:
    for row in await uow.execute(_WITHOUT_WALLET):
        await service.open_wallets(uow, row.id)


LATE_COMERS = Reaction(name="mall.late_comers.enrol", events=(SandboxRolledBack,), handle=_enrol_late_comers)
