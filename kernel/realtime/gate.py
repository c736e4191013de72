"""Lets sockets in: same origin, room left, a valid ticket, a live session. A web process keeps one gate open."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import Unauthorised
from kernel.i18n.catalogue import Catalogue
from kernel.realtime import metrics, tickets
from kernel.realtime.connection import CloseCode, Connection, Entrance, Environment, Listener, listener_of
from kernel.realtime.hub import COMPARE_SECONDS, Hub
from kernel.realtime.limits import Limits
from kernel.realtime.topics import Topics

log = structlog.get_logger(__name__)

_CLOSING_SECONDS = 5.0
_DEFAULT_LIMITS = Limits()


class Gate:
    """The sockets of one web process."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._open = 0

    @classmethod
    @asynccontextmanager
    async def opened(
        cls,
        entrance: Entrance,
        redis_url: str,
        *,
        topics: Topics,
        catalogue: Catalogue,
        limits: Limits = _DEFAULT_LIMITS,
        compare_seconds: float = COMPARE_SECONDS,
    ) -> AsyncIterator["Gate"]:
        """Runs the hub while the context is open; part of the application's lifespan."""
        hub = Hub(entrance.redis, redis_url, limits=limits, compare_seconds=compare_seconds)
        async with hub.running():
            yield cls(Environment(entrance, hub, topics, catalogue, limits))

    async def serve(self, websocket: WebSocket, ticket: str) -> None:
        """Serves one socket from its handshake to its end."""
        # Accepted before it is judged: a browser tells its page the close code of an accepted socket only.
        await websocket.accept()
        self._open += 1
        metrics.CONNECTIONS.inc()
        code: CloseCode | None = CloseCode.UNEXPECTED
        try:
            code = await self._serve(websocket, ticket)
        except WebSocketDisconnect:
            code = None
        except Exception:
            log.exception("realtime.socket_failed")
        finally:
            self._open -= 1
            metrics.CONNECTIONS.dec()
        if code is not None:
            metrics.CLOSED.labels(str(code.value)).inc()
            with contextlib.suppress(TimeoutError, WebSocketDisconnect):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await websocket.close(code)

    async def _serve(self, websocket: WebSocket, ticket: str) -> CloseCode | None:
        origin = websocket.headers.get("origin", "")
        if not is_same_origin(origin, websocket.headers.get("host", "")):
            log.warning("realtime.cross_origin", origin=origin[:100])
            return CloseCode.CROSS_ORIGIN
        if self._open > self._environment.limits.connections:
            return CloseCode.TRY_LATER
        try:
            listener = await self._admit(ticket)
        except (RedisError, SQLAlchemyError, OSError) as failure:
            log.warning("realtime.not_admitted", error=repr(failure)[:200])
            return CloseCode.TRY_LATER
        if listener is None:
            return CloseCode.SIGNED_OUT
        return await Connection(websocket, listener, self._environment).serve()

    async def _admit(self, ticket: str) -> Listener | None:
        entrance = self._environment.entrance
        admission = await tickets.redeem(entrance.redis, ticket)
        if admission is None:
            return None
        try:
            async with entrance.enter_session(admission.token_hash, read_only=True) as uow:
                return listener_of(uow, admission)
        except Unauthorised:
            return None


def is_same_origin(origin: str, host: str) -> bool:
    """Whether a browser's `Origin` names the host it calls. Browsers always send one with a WebSocket."""
    return host != "" and origin.lower() in {f"http://{host.lower()}", f"https://{host.lower()}"}
