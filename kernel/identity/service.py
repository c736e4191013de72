"""Signing in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, text

from kernel.errors import Unauthorised
from kernel.http import session
from kernel.identity import passwords, queries
from kernel.identity.models import LoginSession, SessionKind
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.sandbox.transitions import table_of

LOGIN_SESSION = table_of(LoginSession)
_END = text("DELETE FROM kernel_login_session WHERE token_hash = :token_hash")


@dataclass(frozen=True, slots=True)
class Ticket:
    """A fresh session: the token for the browser's cookie, and when it ends."""

    token: str
    expires_at: datetime


async def sign_in(runtime: Runtime, *, login: str, password: str) -> Ticket:
    """Opens a session for whoever knows the password. No transaction is held while the hash is computed.

    Raises:
        Unauthorised: unknown account, wrong password or disabled account; the three are not told apart.

    """
    async with runtime.enter_system() as uow:
        row = await queries.find_by_login(uow, login)
    right = await passwords.matches(password, None if row is None else row.password_hash)
    if not right or row is None or row.disabled_at is not None:
        raise Unauthorised("kernel.identity.wrong_password")
    token = session.new_token()
    async with runtime.enter_system() as uow:
        expires_at = uow.now.at + timedelta(hours=runtime.settings.session_hours)
        await uow.execute(
            insert(LOGIN_SESSION),
            {
                "token_hash": session.hash_of(token),
                "account_id": row.id,
                "id": new_id(),
                "kind": SessionKind.BROWSER,
                "cohort_id": row.cohort_id,
                "grant_id": row.grant_id,
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
