"""Moves simulated money: wallets guarded by one UPDATE, every movement a transfer with a cause.

Lock order: wallets before stock before trades (STYLE 17).
"""

from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert

from kernel.errors import Conflict, Unavailable
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.accounts.models import AccountKind, MoneyAccount, Transfer, TransferCause

ACCOUNT = table_of(MoneyAccount)
TRANSFER = table_of(Transfer)
_WALLETS = frozenset({AccountKind.BUYER, AccountKind.SELLER})

_TAKE = text("""
    UPDATE mall_money_account SET balance_fen = balance_fen - :amount
     WHERE kind = :kind AND owner_id = :owner_id AND balance_fen >= :amount RETURNING id
""")
_GIVE = text("""
    UPDATE mall_money_account SET balance_fen = balance_fen + :amount
     WHERE kind = :kind AND owner_id = :owner_id RETURNING id
""")
_LOCK = text("""
    SELECT owner_id, kind, balance_fen FROM mall_money_account
     WHERE kind = 'buyer' AND owner_id = ANY(:buyers) OR kind = 'seller' AND owner_id = ANY(:sellers)
     ORDER BY id FOR UPDATE
""")
_FIND = text("SELECT id, balance_fen FROM mall_money_account WHERE kind = :kind AND owner_id = :owner_id")


async def open_platform_accounts(uow: UnitOfWork) -> None:
    """Opens issue, escrow, commission, refunding and deposit accounts of a sandbox. Safe twice."""
    kinds = (
        AccountKind.ISSUE,
        AccountKind.ESCROW,
        AccountKind.COMMISSION,
        AccountKind.REFUNDING,
        AccountKind.DEPOSIT,
    )
    await _open(uow, [(kind, uow.sandbox.id, None) for kind in kinds])


async def open_wallets(uow: UnitOfWork, seat_id: UUID) -> None:
    """Opens a seat's buying and selling wallets and grants the policy's starting money once. Safe twice."""
    await _open(uow, [(AccountKind.BUYER, seat_id, 0), (AccountKind.SELLER, seat_id, 0)])
    granted = await uow.execute(
        text("SELECT 1 FROM mall_transfer WHERE cause = :cause AND cause_id = :seat_id"),
        {"cause": TransferCause.GRANT, "seat_id": seat_id},
    )
    if granted.one_or_none() is None:
        amount = policy.load(uow.sandbox.policy).grant_fen
        await move(
            uow,
            amount,
            debit=(AccountKind.ISSUE, uow.sandbox.id),
            credit=(AccountKind.BUYER, seat_id),
            cause=TransferCause.GRANT,
            cause_id=seat_id,
            number="",
        )


async def move(
    uow: UnitOfWork,
    amount_fen: int,
    *,
    debit: tuple[AccountKind, UUID],
    credit: tuple[AccountKind, UUID],
    cause: TransferCause,
    cause_id: UUID,
    number: str,
) -> None:
    """Moves an amount between two accounts named by (kind, owner). Nothing moves for zero fen.

    Locks the wallets involved until commit. `number` is what the person sees beside the entry.

    Raises:
        Conflict: `mall.wallet.insufficient` when a wallet holds too little.

    """
    if amount_fen == 0:
        return
    debit_id = await _take(uow, amount_fen, *debit)
    credit_id = await _give(uow, amount_fen, *credit)
    await uow.execute(
        insert(TRANSFER),
        {
            "id": new_id(),
            "sandbox_id": uow.sandbox.id,
            "debit_id": debit_id,
            "credit_id": credit_id,
            "amount_fen": amount_fen,
            "cause": cause,
            "cause_id": cause_id,
            "number": number,
            "sim_at": uow.now.sim_at,
            "at": uow.now.at,
        },
    )


async def lock_wallets(uow: UnitOfWork, *, buyers: list[UUID], sellers: list[UUID]) -> None:
    """Locks wallets in the order of their ids until commit: for who moves money of several at once."""
    await uow.execute(_LOCK, {"buyers": buyers, "sellers": sellers})


async def set_balance(
    uow: UnitOfWork, wallet: tuple[AccountKind, UUID], amount_fen: int, *, cause: TransferCause, cause_id: UUID
) -> int:
    """Brings a wallet to an amount by one transfer from or to the issue, and returns what it held before.

    The wallet is locked already (`lock_wallets`).
    """
    kind, owner_id = wallet
    before = int((await uow.execute(_FIND, {"kind": kind, "owner_id": owner_id})).one().balance_fen)
    issue = (AccountKind.ISSUE, uow.sandbox.id)
    debit, credit = (issue, wallet) if amount_fen > before else (wallet, issue)
    change = abs(amount_fen - before)
    await move(uow, change, debit=debit, credit=credit, cause=cause, cause_id=cause_id, number="")
    return before


async def _open(uow: UnitOfWork, accounts: list[tuple[AccountKind, UUID, int | None]]) -> None:
    rows = [
        {"id": new_id(), "sandbox_id": uow.sandbox.id, "kind": kind, "owner_id": owner_id, "balance_fen": balance}
        for kind, owner_id, balance in accounts
    ]
    await uow.execute(upsert(ACCOUNT).on_conflict_do_nothing(), rows)


async def _take(uow: UnitOfWork, amount: int, kind: AccountKind, owner_id: UUID) -> UUID:
    key = {"kind": kind, "owner_id": owner_id}
    if kind not in _WALLETS:
        return await _platform_account(uow, kind, owner_id)
    row = (await uow.execute(_TAKE, {**key, "amount": amount})).one_or_none()
    if row is None:
        wallet = (await uow.execute(_FIND, key)).one_or_none()
        if wallet is None:
            raise Unavailable("mall.wallet.opening")
        raise Conflict("mall.wallet.insufficient", balance_fen=wallet.balance_fen, amount_fen=amount)
    wallet_id: UUID = row.id
    return wallet_id


async def _give(uow: UnitOfWork, amount: int, kind: AccountKind, owner_id: UUID) -> UUID:
    if kind not in _WALLETS:
        return await _platform_account(uow, kind, owner_id)
    row = (await uow.execute(_GIVE, {"kind": kind, "owner_id": owner_id, "amount": amount})).one()
    wallet_id: UUID = row.id
    return wallet_id


async def _platform_account(uow: UnitOfWork, kind: AccountKind, owner_id: UUID) -> UUID:
    row = (await uow.execute(_FIND, {"kind": kind, "owner_id": owner_id})).one()
    account_id: UUID = row.id
    return account_id
