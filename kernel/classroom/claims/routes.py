"""HTTP of claiming a seat, open to everybody, and of a class's requests, for its lecturers.

The open ones set no state before the PIN has proved right, need no session, and take orders from our own pages only.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response

from kernel.classroom import service as classroom
from kernel.classroom.claims import browsers, requests, rules, service
from kernel.classroom.claims.schemas import (
    ClaimMake,
    ClaimPreview,
    ClaimPreviewView,
    JoinAsk,
    MyRequestView,
    PasswordAsk,
    RefusedView,
    RequestGrant,
    RequestListView,
    RequestRefuse,
    RequestRow,
    RequestsRefuse,
)
from kernel.classroom.console import interventions
from kernel.http import session
from kernel.http.deps import CurrentRuntime, gate, reader, reading, writer, writing
from kernel.identity import passwords
from kernel.identity.credentials import service as credentials
from kernel.identity.credentials.schemas import TemporaryPasswordView
from kernel.identity.routes import origin, signed_in
from kernel.identity.rules import Capability, require
from kernel.identity.schemas import SessionView
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork

router = APIRouter(tags=["claims"])

ClassReader = Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)]
ClassManager = Annotated[UnitOfWork, writer(Capability.MANAGE_CLASS)]

COOKIE = "kd_request"


@router.post("/claims/preview", operation_id="claims_preview")
async def preview(
    body: ClaimPreview, request: Request, response: Response, runtime: CurrentRuntime
) -> ClaimPreviewView:
    """Returns whose seat a PIN claims."""
    session.check_same_site(request)
    browsers.remember(request, response)
    browser = browsers.known(request)
    return await service.preview(runtime, class_code=body.class_code, pin=body.pin, browser=browser)


@router.post("/claims", operation_id="claims_make", response_model=SessionView, status_code=201)
async def claim(body: ClaimMake, request: Request, runtime: CurrentRuntime) -> Response:
    """Gives a learner his seat and signs him in."""
    session.check_same_site(request)
    ticket = await service.claim(runtime, body, origin=origin(request), browser=browsers.known(request))
    return await signed_in(request, runtime, ticket)


@router.post("/claims/requests/join", operation_id="claims_requests_join", status_code=201)
async def ask_to_join(body: JoinAsk, request: Request, response: Response, runtime: CurrentRuntime) -> MyRequestView:
    """Asks the lecturer to let a learner in who has no PIN."""
    session.check_same_site(request)
    secret = await requests.ask_to_join(runtime, body, asker=_asker(request))
    return await _remember(request, response, secret)


@router.post("/claims/requests/password", operation_id="claims_requests_password", status_code=201)
async def ask_for_password(
    body: PasswordAsk, request: Request, response: Response, runtime: CurrentRuntime
) -> MyRequestView:
    """Asks the lecturer for a new password."""
    session.check_same_site(request)
    secret = await requests.ask_for_password(runtime, body, asker=_asker(request))
    return await _remember(request, response, secret)


@router.get("/claims/requests/mine", operation_id="claims_requests_mine")
async def read_mine(request: Request, response: Response, runtime: CurrentRuntime) -> MyRequestView:
    """Returns how far the request of this browser has got; the pages ask this first, so that it is recognised."""
    browsers.remember(request, response)
    response.headers["Cache-Control"] = "no-store"
    return MyRequestView(request=await requests.answer_of(runtime, request.cookies.get(COOKIE)))


@router.get("/classroom/classes/{cohort_id}/requests", operation_id="classroom_requests_list")
async def list_requests(cohort_id: UUID, uow: ClassReader, runtime: CurrentRuntime) -> RequestListView:
    """Returns the requests of a class that wait for an answer."""
    home = await classroom.access_home(uow, cohort_id)
    return RequestListView(rows=await requests.list_open(uow, runtime.keyring, home))


@router.post("/classroom/classes/{cohort_id}/requests/{request_id}/let-in", operation_id="classroom_requests_let_in")
async def let_in(
    cohort_id: UUID, request_id: UUID, body: RequestGrant, uow: ClassManager, runtime: CurrentRuntime
) -> RequestRow:
    """Lets an asker in, on a seat that bears his name or on a new one."""
    home = await classroom.access_home(uow, cohort_id)
    return await requests.let_in(uow, runtime.keyring, home, request_id, seat_id=body.seat_id)


@router.post(
    "/classroom/classes/{cohort_id}/requests/{request_id}/reset-password",
    operation_id="classroom_requests_reset_password",
)
async def reset_password(
    cohort_id: UUID,
    request_id: UUID,
    request: Request,
    response: Response,
    runtime: CurrentRuntime,
    _: Annotated[None, gate(Capability.RESET_PASSWORDS)],
) -> TemporaryPasswordView:
    """Gives the asker a temporary password and shows it to the lecturer, this once.

    The hash is computed between two transactions; the second proves again what the first has proved.
    """
    async with reading(request) as uow:
        home = await classroom.access_home(uow, cohort_id)
        await requests.access_reset(uow, home, request_id)
    temporary = credentials.temporary_password()
    password_hash = await passwords.hash_of(temporary)
    async with writing(request) as uow:
        require(uow.actor, Capability.RESET_PASSWORDS)
        account_id = await requests.grant_reset(uow, home, request_id)
        view = await credentials.reset(
            uow, account_id, password=temporary, password_hash=password_hash, keyring=runtime.keyring
        )
        await interventions.note_password_reset(uow, account_id)
    response.headers["Cache-Control"] = "no-store"
    return view


@router.post("/classroom/classes/{cohort_id}/requests/{request_id}/refuse", operation_id="classroom_requests_refuse")
async def refuse(cohort_id: UUID, request_id: UUID, body: RequestRefuse, uow: ClassManager) -> RequestRow:
    """Refuses a request with a reason that the asker reads."""
    home = await classroom.access_home(uow, cohort_id)
    return await requests.refuse(uow, home, request_id, body.reason)


@router.post("/classroom/classes/{cohort_id}/requests/refuse-all", operation_id="classroom_requests_refuse_all")
async def refuse_all(cohort_id: UUID, body: RequestsRefuse, uow: ClassManager) -> RefusedView:
    """Refuses every open request of one kind with one reason."""
    home = await classroom.access_home(uow, cohort_id)
    return await requests.refuse_all(uow, home, body)


def _asker(request: Request) -> requests.Asker:
    return requests.Asker(request.cookies.get(COOKIE), browsers.known(request), origin(request).browser)


async def _remember(request: Request, response: Response, secret: str) -> MyRequestView:
    """Gives the browser the secret of its request and tells it what it has asked."""
    runtime: Runtime = request.app.state.runtime
    browsers.remember(request, response)
    response.set_cookie(
        COOKIE,
        secret,
        max_age=rules.REQUEST_COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=runtime.settings.tls,
        path=browsers.COOKIE_PATH,
    )
    return MyRequestView(request=await requests.answer_of(runtime, secret))
