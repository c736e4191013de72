"""Fixtures of the architecture's tests."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import postgres


@pytest.fixture
async def admin_engine(database: postgres.Urls) -> AsyncIterator[AsyncEngine]:
    """Yields an engine of the superuser on the migrated database."""
    engine = create_async_engine(database.admin, poolclass=NullPool)
    yield engine
    await engine.dispose()
