"""Races arranged, not hoped for: wait until PostgreSQL says that somebody waits for a lock."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND state = 'active'")


async def until_waiting(admin: AsyncEngine, people: int) -> None:
    """Returns once `people` connections stand before locks."""
    async with asyncio.timeout(5), admin.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        while (await connection.execute(_WAITING)).scalar_one() < people:
            await asyncio.sleep(0.01)
