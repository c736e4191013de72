"""Counts tries to log in, per typed name and before the password is looked at.

The name is stored as a keyed hash only: people type passwords and ID numbers into that field. A known name and an unknown
one are treated alike. A try is counted as wrong when it begins and forgotten when it was right, so that no number of
simultaneous tries, over any number of web processes, gets more guesses than the rules allow.
"""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from sqlalchemy import text

from kernel.crypto.keyring import Keyring
from kernel.errors import TooMany
from kernel.identity.guard import rules
from kernel.unit_of_work import UnitOfWork

PURPOSE = "log-in name"

# While the name is locked the row is left alone and none returned.
_COUNT = text("""
    INSERT INTO kernel_login_guard AS g (name_key, failures, locked_until, failed_at)
    VALUES (:name_key, 1, NULL, :now)
    ON CONFLICT (name_key) DO UPDATE
       SET failures = CASE WHEN g.failed_at < :forgotten THEN 1 ELSE g.failures + 1 END, locked_until = NULL,
           failed_at = :now
     WHERE g.locked_until IS NULL OR g.locked_until <= :now
    RETURNING g.failures
""")
_LOCK = text("UPDATE kernel_login_guard SET locked_until = :until WHERE name_key = :name_key")
_UNTIL = text("SELECT locked_until FROM kernel_login_guard WHERE name_key = :name_key")
_CLEAR = text("DELETE FROM kernel_login_guard WHERE name_key = :name_key")


@dataclass(frozen=True, slots=True)
class Try:
    """One counted try; `locks` says that, if it is wrong, it was the one that locked the name."""

    name_key: bytes
    locks: bool


def key_of(keyring: Keyring, login: str) -> bytes:
    """Returns under which key tries with a typed name are counted."""
    return keyring.fingerprint(login, purpose=PURPOSE)


async def begin(uow: UnitOfWork, name_key: bytes) -> Try:
    """Counts a try before its password is looked at. Needs the system scope; commit before hashing.

    Raises:
        TooMany: the name is locked; nothing was counted.

    """
    now = uow.now.at
    values = {"name_key": name_key, "now": now, "forgotten": now - rules.FORGOTTEN_AFTER}
    failures = (await uow.execute(_COUNT, values)).scalar_one_or_none()
    if failures is None:
        raise _locked(now, (await uow.execute(_UNTIL, {"name_key": name_key})).scalar_one_or_none() or now)
    duration = rules.lock_after(failures)
    if duration is not None:
        await uow.execute(_LOCK, {"name_key": name_key, "until": now + duration})
    return Try(name_key, locks=duration is not None)


async def forget(uow: UnitOfWork, name_key: bytes) -> None:
    """Forgets every try with a name: after the right password, or when somebody responsible unlocks it."""
    await uow.execute(_CLEAR, {"name_key": name_key})


async def locked_until(uow: UnitOfWork, name_key: bytes) -> datetime | None:
    """Returns until when a name is locked, `None` when it is not."""
    until = (await uow.execute(_UNTIL, {"name_key": name_key})).scalar_one_or_none()
    return until if until is not None and until > uow.now.at else None


def _locked(now: datetime, until: datetime) -> TooMany:
    seconds = max(ceil((until - now).total_seconds()), 1)
    refusal = TooMany("kernel.identity.locked", limit=rules.WRONG_IN_A_ROW, seconds=seconds, minutes=ceil(seconds / 60))
    refusal.retry_after_seconds = seconds
    return refusal
