"""Fixtures of the device checks: an empty Redis line, and a test that has measured."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import text

from kernel.classroom.devices.lanes import Lanes
from kernel.runtime import Runtime
from tests.manual_clock import ManualClock
from tests.world import World, client_of

Measure = Callable[[], Awaitable[str]]


@pytest.fixture(autouse=True)
async def _empty_line(runtime: Runtime) -> None:
    """Tests share a Redis, and the line is one for all classes."""
    for key in await runtime.redis.keys("kd:dv-*"):
        await runtime.redis.delete(key)


@pytest.fixture
async def anybody(web: FastAPI) -> AsyncIterator[AsyncClient]:
    """Yields the browser of somebody who is not signed in."""
    async with client_of(web, None) as client:
        yield client


@pytest.fixture
async def measure(runtime: Runtime, wall: ManualClock) -> Measure:
    """Returns what runs the bandwidth part of a test and gives its token."""

    async def run() -> str:
        lanes = Lanes(runtime.redis)
        token = await lanes.begin(wall.now())
        assert (await lanes.enter(token, wall.now())).granted
        await lanes.spend_download(token, wall.now())
        await lanes.spend_upload(token, wall.now(), 983_040)
        await lanes.leave(token)
        wall.advance(seconds=20)
        return token

    return run


@pytest.fixture
async def code(world: World) -> str:
    """Returns the class code."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return str((await uow.execute(text("SELECT code FROM kernel_cohort"))).scalar_one())
