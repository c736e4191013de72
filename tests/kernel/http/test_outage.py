"""PostgreSQL or Redis gone: the client is told to come back, and finds everything well when they are."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.embedded import postgres
from app.http import create_app
from kernel.database import migrate
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.manual_clock import ManualClock
from tests.world import World, count_rows, make_world


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    """Yields a PostgreSQL of this file's own, to be stopped."""
    with postgres.throwaway() as own:
        migrate.upgrade(own.urls.owner, app_role=migrate.app_role_of(own.urls.app))
        yield own


@pytest.fixture
async def fragile(cluster: postgres.Cluster, redis_url: str, key_file: Path, tmp_path: Path) -> AsyncIterator[World]:
    """Yields a class on that PostgreSQL."""
    settings = Settings(
        _env_file=None,
        database_url=cluster.urls.app,
        redis_url=redis_url,
        data_dir=tmp_path,
        key_file=key_file,
    )
    runtime = Runtime.open(settings, application_name="tests", wall=ManualClock())
    application = create_app(settings)
    application.state.runtime = runtime
    yield await make_world(runtime, application)
    await runtime.close()


class TestWithoutPostgres:
    async def test_everyone_is_told_to_come_back(self, fragile: World, cluster: postgres.Cluster) -> None:
        learner = fragile.learners[0]
        await learner.get("/mall/cart")
        cluster.stop()
        try:
            for method, path in (("GET", "/mall/cart"), ("GET", "/mall/wallet"), ("POST", "/mall/desk/registration")):
                body = {"name": "云岭"} if method == "POST" else None
                response = await learner.send(method, path, json=body)
                assert (response.status_code, response.json()["code"]) == (503, "kernel.database.unavailable")
                assert response.headers["retry-after"] == "2"
        finally:
            cluster.start()
        # A pooled connection may still be the dead one; the client was told to come back, and does.
        first = await learner.send("GET", "/mall/cart")
        assert first.status_code in {200, 503}
        assert (await learner.get("/mall/cart"))["count"] == 0
        assert await count_rows(fragile.runtime, fragile.sandbox_id, "mall_registration") == 0

    async def test_that_takes_no_more_connections_is_the_same(self, fragile: World, cluster: postgres.Cluster) -> None:
        await fragile.runtime.engine.dispose()
        cluster.run_sql("ALTER ROLE kaidian_app CONNECTION LIMIT 0")
        try:
            response = await fragile.learners[0].send("GET", "/mall/cart")
        finally:
            cluster.run_sql("ALTER ROLE kaidian_app CONNECTION LIMIT -1")
        assert (response.status_code, response.json()["code"]) == (503, "kernel.database.unavailable")
        assert response.headers["retry-after"] == "2"


class TestWithoutRedis:
    async def test_commands_go_on(self, settings: Settings, wall: ManualClock, tmp_path: Path) -> None:
        """The hint that there is work gets lost; the sweep finds the work."""
        deaf = settings.model_copy(update={"redis_url": f"unix://{tmp_path}/nothing.sock"})
        runtime = Runtime.open(deaf, application_name="tests", wall=wall)
        application = create_app(deaf)
        application.state.runtime = runtime
        world = await make_world(runtime, application)
        assert (await world.lecturer.post("/sandbox/clock/start"))["state"] == "running"
        assert await count_rows(runtime, world.sandbox_id, "kernel_outbox") == 1
        await runtime.close()

    async def test_a_ticket_is_refused_for_now(self, settings: Settings, wall: ManualClock, tmp_path: Path) -> None:
        deaf = settings.model_copy(update={"redis_url": f"unix://{tmp_path}/nothing.sock"})
        runtime = Runtime.open(deaf, application_name="tests", wall=wall)
        application = create_app(deaf)
        application.state.runtime = runtime
        world = await make_world(runtime, application)
        response = await world.learners[0].send("POST", "/realtime/tickets")
        assert (response.status_code, response.headers["retry-after"]) == (503, "2")
        await runtime.close()
