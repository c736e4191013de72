"""HTTP of device checks: measuring and judging are open to anybody, records belong to a class.

Not one of these routes asks who somebody is before class: the machines are checked by whoever sits there. Load is bounded
by lanes, bytes and tests per minute, never per address: a room has one.
"""

import asyncio
import contextlib
import secrets
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, WebSocket
from starlette.types import Receive, Scope, Send

from kernel.classroom.devices import queries, service
from kernel.classroom.devices.echo import Echo
from kernel.classroom.devices.lanes import Lanes
from kernel.classroom.devices.measures import DOWNLOAD_BYTES
from kernel.classroom.devices.record import Format, write
from kernel.classroom.devices.schemas import (
    DeviceCheckCreate,
    DeviceCheckKept,
    DeviceRoom,
    EchoView,
    JudgementAsk,
    JudgementView,
    LaneView,
    TestToken,
    TestView,
    UploadView,
)
from kernel.http import session
from kernel.http.deps import CurrentRuntime, reader
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork

tests = APIRouter(prefix="/device-tests", tags=["devices"])
checks = APIRouter(tags=["devices"])
sockets = APIRouter()

DOWNLOAD_SECONDS = 4
UPLOAD_PIECES = [65_536, 131_072, 262_144, 524_288, 983_040]
"""Each about twice the one before, so that a slow line is known after the first; under the edge's limit of 1 MiB."""
_CHUNK = 65_536
_NO_STORE = {"Cache-Control": "no-store, no-transform"}
_BYTES: dict[str, Any] = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
_ECHO = Echo()

Token = Annotated[TestToken, Query()]
RoomReader = Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)]


@tests.get("/echo", operation_id="device_tests_echo")
async def echo(response: Response, runtime: CurrentRuntime) -> EchoView:
    """Answers at once with the server's clock: for latency, and for the difference of clocks."""
    response.headers.update(_NO_STORE)
    return EchoView(at=runtime.wall.now())


@tests.post("", operation_id="device_tests_begin", status_code=201)
async def begin(request: Request, runtime: CurrentRuntime) -> TestView:
    """Begins a test and takes its place in the line for the lanes."""
    session.check_same_site(request)
    lanes, now = Lanes(runtime.redis), runtime.wall.now()
    token = await lanes.begin(now)
    place = await lanes.enter(token, now)
    return TestView(
        test=token,
        lane=LaneView(granted=place.granted, ahead=place.ahead),
        download_bytes=DOWNLOAD_BYTES,
        download_seconds=DOWNLOAD_SECONDS,
        upload_pieces=UPLOAD_PIECES,
    )


@tests.post("/lane", operation_id="device_tests_enter_lane")
async def enter_lane(request: Request, test: Token, runtime: CurrentRuntime) -> LaneView:
    """Says how many are ahead, or that it is this test's turn to measure bandwidth."""
    session.check_same_site(request)
    place = await Lanes(runtime.redis).enter(test, runtime.wall.now())
    return LaneView(granted=place.granted, ahead=place.ahead)


@tests.delete("/lane", operation_id="device_tests_leave_lane", status_code=204)
async def leave_lane(request: Request, test: Token, runtime: CurrentRuntime) -> None:
    """Lets the next one measure."""
    session.check_same_site(request)
    await Lanes(runtime.redis).leave(test)


@tests.get("/download", operation_id="device_tests_download", response_class=Response, responses={200: _BYTES})
async def download(test: Token, runtime: CurrentRuntime) -> Response:
    """Sends random bytes, as many as a test may have, for a few seconds at most."""
    size = await Lanes(runtime.redis).spend_download(test, runtime.wall.now())
    return RandomBytes(size, seconds=DOWNLOAD_SECONDS)


@tests.post("/upload", operation_id="device_tests_upload", openapi_extra={"requestBody": {"required": True, **_BYTES}})
async def upload(request: Request, test: Token, runtime: CurrentRuntime) -> UploadView:
    """Counts bytes and forgets them."""
    session.check_same_site(request)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
    await Lanes(runtime.redis).spend_upload(test, runtime.wall.now(), size)
    return UploadView(bytes=size)


@tests.post("/judgement", operation_id="device_tests_judge")
async def judge(body: JudgementAsk, request: Request) -> JudgementView:
    """Judges what has been measured so far; keeps nothing."""
    session.check_same_site(request)
    return service.judge(body.measures)


@checks.post("/device-checks", operation_id="device_checks_keep", status_code=201)
async def keep(body: DeviceCheckCreate, request: Request, runtime: CurrentRuntime) -> DeviceCheckKept:
    """Keeps a check, of the own seat or of a typed place. The test is its idempotency key."""
    session.check_same_site(request)
    run = await Lanes(runtime.redis).find(body.test, runtime.wall.now())
    service.check_measures(body.measures, run)
    if body.place is not None:
        async with runtime.enter_system() as uow:
            return await service.keep_at(uow, place=body.place, run=run, measures=body.measures)
    token = session.token_of(request)
    session.check_csrf(request, token)
    async with runtime.enter_session(session.hash_of(token)) as uow:
        return await service.keep_own(uow, run=run, measures=body.measures)


@checks.get("/classroom/classes/{cohort_id}/device-checks", operation_id="classroom_device_checks_list")
async def list_checks(cohort_id: UUID, uow: RoomReader) -> DeviceRoom:
    """Returns the newest check of each place of a class."""
    return await queries.view_room(uow, cohort_id)


@checks.get(
    "/classroom/classes/{cohort_id}/device-checks/record",
    operation_id="classroom_device_checks_record",
    response_class=Response,
    responses={200: _BYTES},
)
async def download_record(
    cohort_id: UUID,
    uow: RoomReader,
    format: Annotated[Format, Query()] = Format.XLSX,  # noqa: A002  the name in the address
) -> Response:
    """Returns the record of the checks (示例 form) as a file."""
    room = await queries.view_room(uow, cohort_id)
    content = await asyncio.to_thread(write, room, format)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="device-record.{format.value}"',
    }
    return Response(content, media_type=format.media_type, headers=headers)


@sockets.websocket("/ws/v1/echo")
async def echo_socket(websocket: WebSocket) -> None:
    """Sends a few frames back."""
    await _ECHO.serve(websocket)


class RandomBytes(Response):
    """Bytes no cache has and nothing can compress. Ends after `seconds` even if the reader does not read."""

    media_type = "application/octet-stream"

    def __init__(self, size: int, *, seconds: float) -> None:
        super().__init__(headers=_NO_STORE)
        del self.headers["content-length"]  # it may end early
        self._size = size
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends chunk by chunk, as fast as the line takes them."""
        del scope, receive
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._seconds):
                for left in range(self._size, 0, -_CHUNK):
                    body = secrets.token_bytes(min(_CHUNK, left))
                    await send({"type": "http.response.body", "body": body, "more_body": True})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await send({"type": "http.response.body", "body": b""})
