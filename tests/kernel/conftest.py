"""Fixtures of the kernel's tests: a superuser's eye on the database, and classes in which something has happened."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import postgres
from tests.conftest import MakeWorld
from tests.kernel.busy_class import Busy, make_busy
from tests.manual_clock import ManualClock


@pytest.fixture
async def admin(database: postgres.Urls) -> AsyncIterator[AsyncEngine]:
    """Yields an engine of the superuser, whom no wall stops: it sees what really is in the tables."""
    engine = create_async_engine(database.admin, poolclass=NullPool)
    yield engine
    await engine.dispose()


@pytest.fixture
async def busy(new_world: MakeWorld, wall: ManualClock) -> Busy:
    """Returns a class with rows in every table of a class."""
    return await make_busy(await new_world(), wall)


@pytest.fixture
async def other_busy(new_world: MakeWorld, wall: ManualClock) -> Busy:
    """Returns a second such class."""
    return await make_busy(await new_world(), wall)
