"""Makes, lists and revokes API tokens. They are rows of `kernel_login_session`, stored hashed like any session."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, NotFound
from kernel.http import session
from kernel.identity.models import LoginSession, SessionKind
from kernel.identity.tokens.schemas import MOST, TokenCreate, TokenMade, TokenRow
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

LOGIN_SESSION = table_of(LoginSession)

_LIST = text("""
    SELECT l.id, l.name, coalesce(c.name, g.role, '') AS place, l.read_only, l.created_at, l.expires_at, l.used_on
      FROM kernel_login_session l
      LEFT JOIN kernel_cohort c ON c.id = l.cohort_id
      LEFT JOIN kernel_role_grant g ON g.id = l.grant_id
     WHERE l.account_id = :account_id AND l.kind = 'token' AND l.expires_at > :now
     ORDER BY l.id DESC
""")
_PLACE = text("""
    SELECT cohort_id, grant_id FROM kernel_login_session WHERE token_hash = :token_hash AND kind = 'browser'
""")
_REVOKE = text("DELETE FROM kernel_login_session WHERE id = :id AND account_id = :account_id AND kind = 'token'")


async def make(uow: UnitOfWork, command: TokenCreate, *, token_hash: bytes) -> TokenMade:
    """Makes a token that acts where the present browser session is.

    Raises:
        Conflict: there are too many already.

    """
    rows = await list_own(uow)
    if len(rows) >= MOST:
        raise Conflict("kernel.identity.too_many_tokens", limit=MOST)
    token, token_id = session.new_api_token(), new_id()
    values = {
        "token_hash": session.hash_of(token),
        "id": token_id,
        "account_id": uow.actor.account_id,
        "kind": SessionKind.TOKEN,
        "name": command.name,
        "read_only": command.read_only,
        "created_at": uow.now.at,
        "expires_at": uow.now.at + timedelta(days=command.days),
    }
    async with uow.as_system():
        place = (await uow.execute(_PLACE, {"token_hash": token_hash})).one()
        await uow.execute(insert(LOGIN_SESSION), {**values, "cohort_id": place.cohort_id, "grant_id": place.grant_id})
    [made] = [row for row in await list_own(uow) if row.id == token_id]
    return TokenMade(token=token, row=made)


async def list_own(uow: UnitOfWork) -> list[TokenRow]:
    """Returns the acting person's tokens, newest first; at most `MOST`."""
    # A class or role may be out of sight from where the person is now; its name is his to know all the same.
    async with uow.as_system():
        result = await uow.execute(_LIST, {"account_id": uow.actor.account_id, "now": uow.now.at})
        return [TokenRow.model_validate(row._mapping) for row in result]


async def revoke(uow: UnitOfWork, token_id: UUID) -> None:
    """Ends one of the acting person's tokens at once.

    Raises:
        NotFound: he has none of this id.

    """
    async with uow.as_system():
        revoked = await uow.execute(_REVOKE, {"id": token_id, "account_id": uow.actor.account_id})
    if revoked.rowcount != 1:
        raise NotFound("kernel.identity.token_not_found")
