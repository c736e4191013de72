"""Fixtures of the edge's tests."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.http.deps import WriteUow

SECRET = "SELECT password FROM somewhere"


async def fail(_uow: WriteUow) -> None:
    """Fails as no code should, with a message nobody may see."""
    raise RuntimeError(SECRET)


@pytest.fixture
def failing(web: FastAPI) -> FastAPI:
    """Returns the application with a route that fails."""
    web.post("/api/v1/test/fail")(fail)
    return web


@pytest.fixture
async def at_commit(admin: AsyncEngine) -> AsyncIterator[AsyncEngine]:
    """Yields the superuser's engine, and takes away what a test has hung on the commit of new stores."""
    yield admin
    async with admin.begin() as connection:
        await connection.execute(text("DROP FUNCTION IF EXISTS test_at_commit CASCADE"))
