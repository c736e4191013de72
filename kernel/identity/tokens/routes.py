"""HTTP of API tokens. A token can neither make nor revoke one: only a browser session may."""

from uuid import UUID

from fastapi import APIRouter, Request

from kernel.http import session
from kernel.http.deps import ReadUow, WriteUow
from kernel.identity.tokens import service
from kernel.identity.tokens.schemas import TokenCreate, TokenMade, TokenRow

router = APIRouter(prefix="/session/tokens", tags=["session"])


@router.get("", operation_id="session_tokens_list")
async def list_tokens(uow: ReadUow) -> list[TokenRow]:
    """Returns the acting person's API tokens."""
    return await service.list_own(uow)


@router.post("", operation_id="session_tokens_make", status_code=201)
async def make_token(body: TokenCreate, request: Request, uow: WriteUow) -> TokenMade:
    """Makes an API token and shows it, this once."""
    cookie = session.cookie_of(request)
    return await service.make(uow, body, token_hash=session.hash_of(cookie))


@router.delete("/{token_id}", operation_id="session_tokens_revoke", status_code=204)
async def revoke_token(token_id: UUID, request: Request, uow: WriteUow) -> None:
    """Ends an API token."""
    session.cookie_of(request)
    await service.revoke(uow, token_id)
