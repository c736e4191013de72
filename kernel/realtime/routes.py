"""HTTP and WebSocket entrances of the hub: a ticket over HTTP, then a socket that spends it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, WebSocket, status

from kernel.errors import Forbidden
from kernel.http import session
from kernel.http.deps import VIEW_SEAT_HEADER, CurrentRuntime
from kernel.realtime import tickets
from kernel.realtime.gate import Gate
from kernel.realtime.schemas import TicketView
from kernel.realtime.tickets import Admission

router = APIRouter(prefix="/realtime", tags=["realtime"])
sockets = APIRouter()


@router.post("/tickets", status_code=status.HTTP_201_CREATED, operation_id="realtime_tickets_create")
async def create_ticket(request: Request, response: Response, runtime: CurrentRuntime) -> TicketView:
    """Issues a one-time ticket for a socket.

    Not a `WriteUow`: that refuses learners while time jumps, when they most want to watch the clock. The transaction
    ends before Redis is asked. A lecturer who looks at a learner's pages gets none: the socket would be his own, and the
    learner would seem to be there; such pages ask again by themselves.
    """
    if VIEW_SEAT_HEADER in request.headers:
        raise Forbidden("kernel.identity.view_only")
    token = session.token_of(request)
    session.check_csrf(request, token)
    token_hash = session.hash_of(token)
    async with runtime.enter_session(token_hash, read_only=True) as uow:
        sandbox_id = uow.sandbox.id
    response.headers["Cache-Control"] = "no-store"
    return TicketView(ticket=await tickets.issue(runtime.redis, Admission(token_hash, sandbox_id)))


@sockets.websocket("/ws/v1")
async def connect(websocket: WebSocket, ticket: Annotated[str, Query()] = "") -> None:
    """Opens a socket; `kernel.realtime.operations` says what may be sent on it."""
    gate: Gate = websocket.app.state.realtime
    await gate.serve(websocket, ticket)
