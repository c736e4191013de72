"""HTTP of the first run. Open while the installation has no account, and to this machine only."""

from fastapi import APIRouter, Request, Response

from app.loopback import is_this_machine, refuse_strangers
from app.welcome import service
from kernel.http import session
from kernel.http.deps import CurrentRuntime
from kernel.http.fields import Command, View
from kernel.identity import passwords, queries
from kernel.identity import service as identity
from kernel.identity.credentials import service as credentials
from kernel.identity.credentials.schemas import Password
from kernel.identity.logins import service as logins
from kernel.identity.models import LoginOutcome
from kernel.identity.office.schemas import DisplayName, InstitutionName, LoginName, RegionCode
from kernel.identity.office.service import refuse_personal, refuse_unknown_region
from kernel.identity.routes import origin, signed_in
from kernel.identity.schemas import SessionView

router = APIRouter(prefix="/welcome", tags=["welcome"])


class Welcome(Command):
    """The institution, and the person who looks after this installation and teaches in it."""

    institution: InstitutionName
    region_code: RegionCode
    display_name: DisplayName
    login: LoginName
    password: Password


class WelcomeState(View):
    is_open: bool


@router.get("/state", operation_id="welcome_state")
async def show_state(request: Request, runtime: CurrentRuntime) -> WelcomeState:
    """Says whether the first account can be made from here."""
    if not is_this_machine(request):
        return WelcomeState(is_open=False)
    async with runtime.enter_system() as uow:
        return WelcomeState(is_open=not await service.has_accounts(uow))


@router.post("", operation_id="welcome_make", response_model=SessionView, status_code=201)
async def make(body: Welcome, request: Request, runtime: CurrentRuntime) -> Response:
    """Makes institution and first account, and signs the person in."""
    refuse_strangers(request)
    session.check_same_site(request)
    refuse_unknown_region(body.region_code, pointer="/region_code")
    refuse_personal(body.login, pointer="/login")
    credentials.refuse_weak(body.password, login=body.login, pointer="/password")
    async with runtime.enter_system() as uow:
        await service.refuse_second(uow)
    password_hash = await passwords.hash_of(body.password)
    async with runtime.enter_system() as uow:
        await service.lock(uow)
        account_id, grant_id = await service.make(
            uow,
            institution=body.institution,
            region_code=body.region_code,
            display_name=body.display_name,
            login=body.login,
            password_hash=password_hash,
        )
        # Nobody typed a password at a door, yet it is this account's first log-in and the first line of its log.
        found = await queries.find_by_login(uow, body.login)
        await logins.record(uow, found, LoginOutcome.OK, origin(request))
        hours = runtime.settings.session_hours
        ticket = await identity.open_session(uow, account_id, cohort_id=None, grant_id=grant_id, hours=hours)
    return await signed_in(request, runtime, ticket)
