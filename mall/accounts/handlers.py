"""Opens the books of a class when it opens, and the wallets of who joins it later."""

from kernel.classroom.events import ClassOpened, LearnerSeated
from kernel.module import Reaction
from kernel.unit_of_work import UnitOfWork
from mall.accounts import service as accounts


async def _open_books(uow: UnitOfWork, event: ClassOpened) -> None:
    await accounts.open_platform_accounts(uow)
    for seat_id in event.seat_ids:
        await accounts.open_wallets(uow, seat_id)


async def _open_wallets(uow: UnitOfWork, event: LearnerSeated) -> None:
    await accounts.open_wallets(uow, event.seat_id)


OPEN_BOOKS = Reaction(name="mall.accounts.open_books", events=(ClassOpened,), handle=_open_books)
OPEN_WALLETS = Reaction(name="mall.accounts.open_wallets", events=(LearnerSeated,), handle=_open_wallets)
