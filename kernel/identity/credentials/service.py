"""Changes and resets passwords. Whatever it does ends the sessions and API tokens that the old password had opened."""

import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from kernel.crypto.keyring import Keyring
from kernel.errors import Invalid
from kernel.identity import endings
from kernel.identity.credentials import queries, rules
from kernel.identity.credentials.schemas import TemporaryPasswordView
from kernel.identity.guard import service as guard
from kernel.identity.models import SessionEnd
from kernel.unit_of_work import UnitOfWork

COMMONEST = frozenset(Path(__file__).with_name("commonest.txt").read_text(encoding="utf-8").split())
"""Passwords that are tried first. Compiled by hand from the shapes that published rankings of leaked passwords, Chinese
ones among them, agree on; 示例."""

_CODES = {
    rules.Weakness.SHORT: "kernel.identity.password_short",
    rules.Weakness.IS_LOGIN: "kernel.identity.password_is_login",
    rules.Weakness.COMMON: "kernel.identity.password_common",
}

_CHANGE = text("""
    UPDATE kernel_account SET password_hash = :hash, must_change_password = false, password_expires_at = NULL
     WHERE id = :account_id
""")
_RESET = text("""
    UPDATE kernel_account
       SET password_hash = :hash, must_change_password = true, password_expires_at = :expires_at,
           password_reset_at = :now, password_reset_by = :author
     WHERE id = :account_id
""")

choose: Callable[[str], str] = secrets.choice


def refuse_weak(password: str, *, login: str, pointer: str) -> None:
    """Passes when a new password is good enough.

    Raises:
        Invalid: it is not, at `pointer`.

    """
    weakness = rules.weakness_of(password, login=login, commonest=COMMONEST)
    if weakness is not None:
        raise Invalid.field(pointer, _CODES[weakness], limit=rules.SHORTEST)


def refuse_same(new: str, current: str) -> None:
    """Passes when a new password is another than the present one.

    Raises:
        Invalid: it is the same.

    """
    if new == current:
        raise Invalid.field("/new", "kernel.identity.password_same")


def temporary_password() -> str:
    """Returns a fresh temporary password."""
    return rules.temporary_password(choose)


async def change_own(uow: UnitOfWork, *, password_hash: str, token_hash: bytes) -> None:
    """Gives the acting person his new password and ends his sessions but this one, and his API tokens."""
    account_id = uow.actor.account_id
    assert account_id is not None  # noqa: S101  whoever has a password of his own has an account
    await uow.execute(_CHANGE, {"hash": password_hash, "account_id": account_id})
    async with uow.as_system():
        await endings.end_others(uow, SessionEnd.PASSWORD_CHANGED, account_id=account_id, token_hash=token_hash)


async def reset(
    uow: UnitOfWork, account_id: UUID, *, password: str, password_hash: str, keyring: Keyring
) -> TemporaryPasswordView:
    """Gives an account a temporary password, ends its sessions and tokens, lifts its lock, and notes who did it.

    Raises:
        NotFound, Forbidden, Conflict: see `queries.access_resettable`.

    """
    found = await queries.access_resettable(uow, account_id)
    expires_at: datetime = uow.now.at + rules.TEMPORARY_LASTS
    async with uow.as_system():
        await uow.execute(
            _RESET,
            {
                "hash": password_hash,
                "account_id": account_id,
                "expires_at": expires_at,
                "now": uow.now.at,
                "author": uow.actor.display_name,
            },
        )
        await endings.end_all(uow, SessionEnd.PASSWORD_RESET, account_id=account_id)
        await guard.forget(uow, guard.key_of(keyring, found.login))
    return TemporaryPasswordView(
        login=found.login, display_name=found.display_name, password=password, expires_at=expires_at
    )


async def unlock(uow: UnitOfWork, account_id: UUID, *, keyring: Keyring) -> None:
    """Lifts the lock of an account that this person may also reset.

    Raises:
        NotFound, Forbidden, Conflict: see `queries.access_resettable`.

    """
    found = await queries.access_resettable(uow, account_id)
    async with uow.as_system():
        await guard.forget(uow, guard.key_of(keyring, found.login))
