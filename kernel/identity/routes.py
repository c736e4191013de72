"""HTTP of signing in and out."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kernel.http import session
from kernel.http.deps import CurrentRuntime, ReadUow
from kernel.identity import queries, service
from kernel.identity.rules import CAPABILITIES
from kernel.identity.schemas import AccountView, CohortView, SandboxView, SeatView, SessionView, SignIn
from kernel.sandbox.schemas import clock_view
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/session", tags=["session"])


@router.post("", operation_id="session_sign_in", response_model=SessionView, status_code=201)
async def sign_in(body: SignIn, request: Request, runtime: CurrentRuntime) -> Response:
    """Signs a person in and sets the session cookie."""
    session.check_same_site(request)
    ticket = await service.sign_in(runtime, login=body.login, password=body.password)
    async with runtime.enter_session(session.hash_of(ticket.token), read_only=True) as uow:
        view = await _view(uow, ticket.token)
    response = JSONResponse(view.model_dump(mode="json"), status_code=201)
    seconds = runtime.settings.session_hours * 3600
    session.set_cookie(response, ticket.token, seconds=seconds, secure=runtime.settings.tls)
    return response


@router.get("", operation_id="session_read")
async def read_session(request: Request, uow: ReadUow) -> SessionView:
    """Returns who is signed in; 401 when nobody is."""
    return await _view(uow, session.token_of(request))


@router.delete("", operation_id="session_sign_out", status_code=204)
async def sign_out(request: Request, runtime: CurrentRuntime) -> Response:
    """Ends the session and takes the cookie away."""
    token = session.token_of(request)
    session.check_csrf(request, token)
    await service.sign_out(runtime, token)
    response = Response(status_code=204)
    session.clear_cookie(response, secure=runtime.settings.tls)
    return response


async def _view(uow: UnitOfWork, token: str) -> SessionView:
    me = await queries.view_myself(uow)
    seat = None
    if uow.actor.seat_id is not None:
        seat = SeatView(id=uow.actor.seat_id, number=me.seat_number, display_name=me.seat_display_name)
    cohort = None
    if uow.actor.cohort_id is not None:
        cohort = CohortView(id=me.cohort_id, name=me.cohort_name, state=me.cohort_state)
    sandbox = None
    if uow.scope is not None:
        sandbox = SandboxView(id=uow.scope.id, name=me.sandbox_name, cohort_name=me.cohort_name)
    return SessionView(
        csrf_token=session.csrf_token_of(token),
        account=AccountView(id=me.id, login=me.login, display_name=me.display_name),
        role=uow.actor.kind.value,
        seat=seat,
        cohort=cohort,
        sandbox=sandbox,
        capabilities=sorted(capability.value for capability in CAPABILITIES[uow.actor.kind]),
        clock=clock_view(uow) if uow.scope is not None else None,
    )
