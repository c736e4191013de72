"""Forces two transactions to meet: a third one holds a row until both are seen to wait, then lets go.

Without it `asyncio.gather` may well run one after the other, and a test of a race could not fail.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

from sqlalchemy import text

from kernel.runtime import Runtime
from kernel.sandbox import lease
from kernel.sandbox.runner import Runner
from tests.world import World

PATIENCE_SECONDS = 4.0
"""Less than the engine's lock time-out of five seconds."""

_WAITING = text("""
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'
""")


@asynccontextmanager
async def row_held(world: World, select: str, params: Mapping[str, Any]) -> AsyncIterator[None]:
    """Holds the rows of `select` locked until the block is left."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        rows = (await uow.execute(text(f"{select} FOR UPDATE"), params)).all()
        assert rows, "nothing to hold"
        yield


class Place(Protocol):
    """Whatever has a database to look at: a class's market, or a class before its opening."""

    runtime: Runtime


async def until_waiting(world: Place, count: int) -> None:
    """Returns when `count` transactions wait for a lock."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_SECONDS
    waiting = -1
    while loop.time() < end:
        async with world.runtime.enter_system() as uow:
            waiting = int((await uow.execute(_WAITING)).scalar_one())
        if waiting == count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{waiting} transactions wait, not {count}")


async def assert_no_timer_failed(world: World) -> None:
    """Passes when no timer had to be tried twice: a deadlock that hits the runner is mended, but it is a deadlock."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        errors = (await uow.execute(text("SELECT kind, error FROM kernel_timer WHERE attempts > 0"))).all()
    assert errors == []


async def ready_runner(world: World) -> tuple[Runner, int]:
    """Returns a runner that holds the sandbox, and its fencing token."""
    runner = world.runner()
    async with world.runtime.enter_system() as uow:
        token = await lease.take(uow, world.sandbox_id, holder=runner.holder)
    assert token is not None
    return runner, token
