"""Holds mock deposits (保证金) and gives them back: double-entry, each deposit once in and once out."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from mall.registrations.models import Deposit, DepositState

DEPOSIT = table_of(Deposit)
_HELD = "SELECT d.id, d.seat_id, d.amount_fen FROM mall_deposit d"
_OF_REGISTRATION = text(f"{_HELD} WHERE d.registration_id = :id AND d.state = 'held' FOR UPDATE")
_OF_SHOP = text(f"""
    {_HELD} JOIN mall_registration r ON r.id = d.registration_id
     WHERE r.shop_id = :id AND d.state = 'held' FOR UPDATE OF d
""")
_BACK = text("UPDATE mall_deposit SET state = 'back', back_sim_at = :sim_at WHERE id = :id AND state = 'held'")


async def hold(uow: UnitOfWork, registration_id: UUID, *, seat_id: UUID, amount_fen: int) -> None:
    """Takes a deposit from a seat's wallet; another one held for the same registration goes back first.

    Raises:
        Conflict: the wallet holds too little.

    """
    held = (await uow.execute(_OF_REGISTRATION, {"id": registration_id})).one_or_none()
    if held is not None and held.amount_fen == amount_fen:
        return
    if held is not None:
        await _give_back(uow, held)
    # A class that is older than deposits has no account for them yet.
    await accounts.open_platform_accounts(uow)
    deposit_id = new_id()
    await uow.execute(
        insert(DEPOSIT),
        {
            "id": deposit_id,
            "sandbox_id": uow.sandbox.id,
            "registration_id": registration_id,
            "seat_id": seat_id,
            "amount_fen": amount_fen,
            "state": DepositState.HELD,
            "held_sim_at": uow.now.sim_at,
        },
    )
    await accounts.move(
        uow,
        amount_fen,
        debit=(AccountKind.BUYER, seat_id),
        credit=(AccountKind.DEPOSIT, uow.sandbox.id),
        cause=TransferCause.DEPOSIT,
        cause_id=deposit_id,
        number="",
    )


async def give_back(uow: UnitOfWork, registration_id: UUID) -> None:
    """Gives back what is held for a registration, if anything is."""
    for held in await uow.execute(_OF_REGISTRATION, {"id": registration_id}):
        await _give_back(uow, held)


async def give_back_of_shop(uow: UnitOfWork, shop_id: UUID) -> None:
    """Gives back what is held for a store, if anything is."""
    for held in await uow.execute(_OF_SHOP, {"id": shop_id}):
        await _give_back(uow, held)


async def _give_back(uow: UnitOfWork, held: Any) -> None:
    if (await uow.execute(_BACK, {"id": held.id, "sim_at": uow.now.sim_at})).rowcount != 1:
        return
    await accounts.move(
        uow,
        held.amount_fen,
        debit=(AccountKind.DEPOSIT, uow.sandbox.id),
        credit=(AccountKind.BUYER, held.seat_id),
        cause=TransferCause.DEPOSIT_BACK,
        cause_id=held.id,
        number="",
    )
