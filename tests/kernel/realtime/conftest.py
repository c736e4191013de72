"""Fixtures of the realtime tests: a Redis to break, a classroom, and the hub behind a real uvicorn on loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
import uvicorn
from fastapi import FastAPI
from redis.asyncio import Redis

from kernel.http import problem
from kernel.ids import new_id
from kernel.realtime import routes, tickets
from kernel.realtime.gate import Gate
from kernel.realtime.limits import Limits
from kernel.realtime.tickets import Admission
from tests.kernel.realtime.classroom import Classroom, catalogue, hash_of
from tests.kernel.realtime.page import Page
from tests.kernel.realtime.redis_server import RedisServer
from tests.kernel.realtime.waiting import until


@pytest.fixture(scope="package")
async def redis_server() -> AsyncIterator[RedisServer]:
    # Not tmp_path: a socket's name holds 107 bytes.
    with TemporaryDirectory(prefix="kdrt") as folder:
        server = RedisServer(Path(folder))
        await server.start()
        yield server
        server.stop()


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_server.url) as client:
        await client.flushall()
        yield client


@pytest.fixture
def classroom(redis: Redis) -> Classroom:
    return Classroom(redis)


@pytest.fixture
def sandbox_id() -> UUID:
    return new_id()


@dataclass(frozen=True, slots=True)
class Site:
    """One web process: its port, and a way to open pages on it."""

    port: int
    redis: Redis

    async def ticket(self, token: str, sandbox_id: UUID) -> str:
        return await tickets.issue(self.redis, Admission(hash_of(token), sandbox_id))

    async def open_page(self, token: str, sandbox_id: UUID) -> Page:
        return await Page.open(self.port, await self.ticket(token, sandbox_id))


Serve = Callable[..., Awaitable[Site]]


@pytest.fixture
async def serve(classroom: Classroom, redis_server: RedisServer) -> AsyncIterator[Serve]:
    """Starts web processes with the limits a test asks for."""
    async with AsyncExitStack() as stack:

        async def start(limits: Limits | None = None, compare_seconds: float = 30.0) -> Site:
            gate = Gate.opened(
                classroom,
                redis_server.url,
                topics=classroom.topics(),
                catalogue=catalogue(),
                limits=limits or Limits(),
                compare_seconds=compare_seconds,
            )
            port = await stack.enter_async_context(_serving(await stack.enter_async_context(gate), classroom))
            return Site(port, classroom.redis)

        yield start


@pytest.fixture
async def site(serve: Serve) -> Site:
    return await serve()


@asynccontextmanager
async def _serving(gate: Gate, classroom: Classroom) -> AsyncIterator[int]:
    app = FastAPI()
    app.include_router(routes.router, prefix="/api/v1")
    app.include_router(routes.sockets)
    problem.install(app, catalogue())
    app.state.realtime = gate
    app.state.runtime = classroom
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    # Without its signal handlers, which belong to pytest.
    task = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await task
