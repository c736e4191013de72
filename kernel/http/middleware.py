"""Around every request, in one pure ASGI layer: request id, body limit, security headers, one log line, metrics."""

import re
import time
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kernel.ids import new_id

log = structlog.get_logger("http")

BODY_LIMIT = 1024 * 1024
UPLOAD_LIMIT = 41 * 1024 * 1024
"""More than storage keeps (8 MiB): it reads on and discards, so that a browser gets to see the refusal."""
UPLOAD_PATHS = re.compile(r"/api/v1/(files|classroom/(classes/[^/]+/)?roster-imports)")

REQUESTS = Counter("kaidian_http_requests", "Answered requests.", ["operation", "status"])
SECONDS = Histogram(
    "kaidian_http_request_seconds",
    "Real seconds from the first byte in to the last byte out.",
    ["operation"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
)

_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self' ws: wss:; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_SECURITY_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(self), microphone=(self), display-capture=(self), geolocation=()"),
]
_REQUEST_ID = re.compile(rb"^[A-Za-z0-9._-]{8,64}$")


class Edge:
    """The outermost layer of the web process."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request; sockets pass through untouched."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                present = {name.lower() for name, _ in headers}
                headers.extend(pair for pair in _SECURITY_HEADERS if pair[0] not in present)
                headers.append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self.app(scope, _limited(scope, receive), send_with_headers)
        finally:
            _record(scope, status, time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(value):
            return str(value.decode())
    return new_id().hex


def _limited(scope: Scope, receive: Receive) -> Receive:
    limit = UPLOAD_LIMIT if UPLOAD_PATHS.fullmatch(scope["path"]) else BODY_LIMIT
    seen = 0

    # FastAPI turns whatever reading a body raises into a 400, except what is an HTTPException already.
    async def receive_counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413, headers={"Connection": "close"})
        return message

    return receive_counted


def _record(scope: Scope, status: int, seconds: float) -> None:
    route: Any = scope.get("route")
    operation = getattr(route, "operation_id", None) or "other"
    REQUESTS.labels(operation, str(status)).inc()
    SECONDS.labels(operation).observe(seconds)
    sandbox_id: UUID | None = scope.get("state", {}).get("sandbox_id")
    log.info(
        "request",
        operation=operation,
        method=scope["method"],
        path=scope["path"],
        status=status,
        ms=round(seconds * 1000, 1),
        sandbox_id=str(sandbox_id) if sandbox_id else None,
    )
