"""Fixtures of the events' tests. A relay serves all classes, so each test begins with empty boxes."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.kernel.events.desk import Desk
from tests.world import World


@pytest.fixture
async def desk(world: World, admin: AsyncEngine) -> Desk:
    """Returns a class with nothing in the outbox of anybody."""
    async with admin.begin() as connection:
        await connection.execute(text("TRUNCATE kernel_outbox CASCADE"))
    return Desk(world)
