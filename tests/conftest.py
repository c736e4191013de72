"""Fixtures of all tests: a real PostgreSQL and Redis from the wheels, the database made by the migrations.

One pair of servers a test process. Every test opens a class of its own; row-level security, which is under test anyway,
keeps the tests apart, so that use cases can commit for real and races can use real connections.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import postgres, redis
from app.http import create_app
from kernel.crypto import keyfile
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.manual_clock import ManualClock
from tests.world import World, make_world

MakeWorld = Callable[..., Awaitable[World]]


@pytest.fixture(scope="session")
def database() -> Iterator[postgres.Urls]:
    """Yields the addresses of a migrated database."""
    with postgres.throwaway() as cluster:
        migrate.upgrade(cluster.urls.owner, app_role=migrate.app_role_of(cluster.urls.app))
        yield cluster.urls


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Yields the address of a Redis server."""
    with redis.throwaway() as server:
        yield server.url


@pytest.fixture
async def admin(database: postgres.Urls) -> AsyncIterator[AsyncEngine]:
    """Yields an engine of the superuser, whom no wall stops: it sees what really is in the tables."""
    engine = create_async_engine(database.admin, poolclass=NullPool)
    yield engine
    await engine.dispose()


@pytest.fixture
def wall() -> ManualClock:
    """Returns the real time of this test."""
    return ManualClock()


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a key file that nothing outlasts."""
    path = tmp_path_factory.mktemp("keys") / "throwaway.keys"
    keyfile.write_new(path, Keyring.generate("0123456789abcdef").as_text())
    return path


@pytest.fixture
def settings(database: postgres.Urls, redis_url: str, key_file: Path, tmp_path: Path) -> Settings:
    """Returns the settings of a process under test."""
    return Settings(
        _env_file=None,
        database_url=database.app,
        redis_url=redis_url,
        data_dir=tmp_path / "var",
        key_file=key_file,
        database_pool_size=20,
    )


@pytest.fixture
async def runtime(settings: Settings, wall: ManualClock) -> AsyncIterator[Runtime]:
    """Yields the open resources of a process under test."""
    opened = Runtime.open(settings, application_name="tests", wall=wall)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def site() -> FastAPI:
    """Returns the web application with nothing opened; laying out its routes takes longer than most tests."""
    return create_app(Settings(_env_file=None))


@pytest.fixture
def web(site: FastAPI, runtime: Runtime) -> FastAPI:
    """Returns the web application on this test's database and Redis, without its sockets."""
    site.state.runtime = runtime
    return site


@pytest.fixture
def new_world(runtime: Runtime, web: FastAPI) -> MakeWorld:
    """Returns a factory of classes; `learners` says how many seats one has."""

    async def make(*, learners: int = 3) -> World:
        return await make_world(runtime, web, learners=learners)

    return make


@pytest.fixture
async def world(new_world: MakeWorld) -> World:
    """Returns a class of three learners and a lecturer, paused."""
    return await new_world()
