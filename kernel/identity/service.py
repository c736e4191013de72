"""Signing in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Invalid, Unauthorised
from kernel.http import session
from kernel.identity import passwords, queries
from kernel.identity.guard import service as guard
from kernel.identity.logins import service as logins
from kernel.identity.logins.rules import Origin
from kernel.identity.models import LoginOutcome, LoginSession, SessionKind
from kernel.identity.places import service as places
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

LOGIN_SESSION = table_of(LoginSession)
_END = text("DELETE FROM kernel_login_session WHERE token_hash = :token_hash")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A fresh session: the token for the browser's cookie, and when it ends."""

    token: str
    expires_at: datetime


async def sign_in(runtime: Runtime, *, login: str, password: str, origin: Origin) -> Ticket:
    """Opens a session for whoever knows the password. No transaction is held while the hash is computed.

    Raises:
        Unauthorised: unknown account, wrong password or disabled account, the three not told apart; or the right, but
            temporary password came too late.
        TooMany: after wrong passwords in a row the name is locked for a while.
        Unavailable: too many people are waiting for their turn.

    """
    found = await check_password(runtime, login=login, password=password, origin=origin)
    async with runtime.enter_system() as uow:
        place = await places.remembered(uow, found)
        return await open_session(
            uow, found.id, cohort_id=place.cohort_id, grant_id=place.grant_id, hours=runtime.settings.session_hours
        )


async def check_password(runtime: Runtime, *, login: str, password: str, origin: Origin) -> Any:
    """Returns what `queries.find_by_login` finds once the password has proved right; counts and logs the try.

    Raises:
        Unauthorised, TooMany, Unavailable: see `sign_in`.

    """
    name_key = guard.key_of(runtime.keyring, login)
    async with passwords.TURNSTILE.turn(name_key):
        async with runtime.enter_system() as uow:
            attempt = await guard.begin(uow, name_key)
            found = await queries.find_by_login(uow, login)
        right = await passwords.matches(password, None if found is None else found.password_hash)
        async with runtime.enter_system() as uow:
            outcome = _outcome(found, right=right, locks=attempt.locks, now=uow.now.at)
            await logins.record(uow, found, outcome, origin)
            if right:
                await guard.forget(uow, name_key)
    if outcome is LoginOutcome.DISABLED and found.disabled_at is None:
        raise Unauthorised("kernel.identity.temporary_password_expired")
    if outcome is not LoginOutcome.OK:
        raise Unauthorised("kernel.identity.wrong_password")
    return found


async def check_own_password(runtime: Runtime, *, login: str, password: str, origin: Origin) -> None:
    """Passes when a signed-in person knows his own password; counted and logged like a log-in.

    Raises:
        Invalid: it is wrong, at `/current`.
        TooMany, Unavailable: see `sign_in`.

    """
    try:
        await check_password(runtime, login=login, password=password, origin=origin)
    except Unauthorised as refusal:
        # Not a 401: his session is as good as before.
        raise Invalid.field("/current", refusal.code) from None


def _outcome(found: Any, *, right: bool, locks: bool, now: datetime) -> LoginOutcome:
    if not right:
        return LoginOutcome.LOCKED if locks else LoginOutcome.WRONG
    expired = found.password_expires_at is not None and found.password_expires_at <= now
    return LoginOutcome.DISABLED if expired or found.disabled_at is not None else LoginOutcome.OK


async def open_session(
    uow: UnitOfWork, account_id: UUID, *, cohort_id: UUID | None, grant_id: UUID | None, hours: int
) -> Ticket:
    """Opens a browser's session of an account in a class or a role. Needs the system scope."""
    token = session.new_token()
    expires_at = uow.now.at + timedelta(hours=hours)
    await uow.execute(
        insert(LOGIN_SESSION),
        {
            "token_hash": session.hash_of(token),
            "account_id": account_id,
            "id": new_id(),
            "kind": SessionKind.BROWSER,
            "cohort_id": cohort_id,
            "grant_id": grant_id,
            "read_only": False,
            "created_at": uow.now.at,
            "expires_at": expires_at,
        },
    )
    return Ticket(token=token, expires_at=expires_at)


async def sign_out(runtime: Runtime, token: str) -> None:
    """Ends the session of a token; ending it twice is harmless."""
    async with runtime.enter_system() as uow:
        await uow.execute(_END, {"token_hash": session.hash_of(token)})
