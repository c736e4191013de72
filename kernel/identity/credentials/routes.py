"""HTTP of passwords: changing one's own, resetting that of others, lifting a lock.

Hashing takes tens of milliseconds of a whole core, so it happens between two transactions: the first proves that the
person may, the second does it and proves it again.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from kernel.classroom.console import interventions
from kernel.http import session
from kernel.http.deps import CurrentRuntime, gate, reading, writer, writing
from kernel.identity import passwords
from kernel.identity import service as identity
from kernel.identity.credentials import queries, service
from kernel.identity.credentials.schemas import PasswordChange, TemporaryPasswordView
from kernel.identity.routes import origin
from kernel.identity.rules import Capability, require
from kernel.identity.schemas import SessionView
from kernel.identity.views import session_view
from kernel.unit_of_work import UnitOfWork

router = APIRouter(tags=["passwords"])


@router.put("/session/password", operation_id="session_password_change")
async def change_password(body: PasswordChange, request: Request, runtime: CurrentRuntime) -> SessionView:
    """Changes the acting person's password; his other sessions and API tokens end."""
    cookie = session.cookie_of(request)
    session.check_csrf(request, cookie)
    token_hash = session.hash_of(cookie)
    async with runtime.enter_session(token_hash, read_only=True, with_temporary_password=True) as uow:
        login = await queries.own_login(uow)
    service.refuse_weak(body.new, login=login, pointer="/new")
    await identity.check_own_password(runtime, login=login, password=body.current, origin=origin(request))
    service.refuse_same(body.new, body.current)
    password_hash = await passwords.hash_of(body.new)
    async with runtime.enter_session(token_hash, with_temporary_password=True) as uow:
        await service.change_own(uow, password_hash=password_hash, token_hash=token_hash)
    return await session_view(request)


@router.post("/accounts/{account_id}/password-reset", operation_id="accounts_password_reset")
async def reset_password(
    account_id: UUID,
    request: Request,
    response: Response,
    runtime: CurrentRuntime,
    _: Annotated[None, gate(Capability.RESET_PASSWORDS)],
) -> TemporaryPasswordView:
    """Gives an account a temporary password and shows it, this once. Its sessions end."""
    async with reading(request) as uow:
        await queries.access_resettable(uow, account_id)
    temporary = service.temporary_password()
    password_hash = await passwords.hash_of(temporary)
    async with writing(request) as uow:
        require(uow.actor, Capability.RESET_PASSWORDS)
        view = await service.reset(
            uow, account_id, password=temporary, password_hash=password_hash, keyring=runtime.keyring
        )
        await interventions.note_password_reset(uow, account_id)
    response.headers["Cache-Control"] = "no-store"
    return view


@router.post("/accounts/{account_id}/unlock", operation_id="accounts_unlock", status_code=204)
async def unlock(
    account_id: UUID, runtime: CurrentRuntime, uow: Annotated[UnitOfWork, writer(Capability.RESET_PASSWORDS)]
) -> None:
    """Lets an account try its password again at once."""
    await service.unlock(uow, account_id, keyring=runtime.keyring)
