"""HTTP of signing in and out, and of what a page learns about its session."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from kernel.http import session
from kernel.http.deps import CurrentRuntime
from kernel.identity import service
from kernel.identity.logins.rules import Origin, origin_of
from kernel.identity.schemas import SessionView, SignIn
from kernel.identity.views import session_view

router = APIRouter(prefix="/session", tags=["session"])


@router.post("", operation_id="session_sign_in", response_model=SessionView, status_code=201)
async def sign_in(body: SignIn, request: Request, runtime: CurrentRuntime) -> Response:
    """Signs a person in and sets the session cookie."""
    session.check_same_site(request)
    ticket = await service.sign_in(runtime, login=body.login, password=body.password, origin=origin(request))
    return await signed_in(request, runtime, ticket)


@router.get("", operation_id="session_read")
async def read_session(request: Request) -> SessionView:
    """Returns who is signed in; 401 when nobody is."""
    return await session_view(request)


@router.delete("", operation_id="session_sign_out", status_code=204)
async def sign_out(request: Request, runtime: CurrentRuntime) -> Response:
    """Ends the session and takes the cookie away."""
    token = session.token_of(request)
    session.check_csrf(request, token)
    await service.sign_out(runtime, token)
    response = Response(status_code=204)
    session.clear_cookie(response, secure=runtime.settings.tls)
    return response


def origin(request: Request) -> Origin:
    """Returns from where a request comes, for the log of log-ins."""
    return origin_of(request.client.host if request.client is not None else None, request.headers)


async def signed_in(request: Request, runtime: CurrentRuntime, ticket: service.Ticket) -> Response:
    """Returns the answer that gives a browser its fresh session."""
    view = await session_view(request, token=ticket.token)
    response = JSONResponse(view.model_dump(mode="json"), status_code=201)
    seconds = runtime.settings.session_hours * 3600
    session.set_cookie(response, ticket.token, seconds=seconds, secure=runtime.settings.tls)
    return response
