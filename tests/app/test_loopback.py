"""What only this machine may ask: metrics, and the demo's accounts."""

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from app.http import create_app
from kernel.runtime import Runtime
from kernel.settings import Settings

PATHS = ("/metrics", "/api/v1/demo-accounts")


async def answer_to(
    host: str, path: str, settings: Settings, runtime: Runtime, *, called: str = "localhost:8700"
) -> int:
    """Returns the status a caller at this address gets who calls us by this name."""
    app = create_app(settings.model_copy(update={"demo": True, "web_dist": Path("no-build")}))
    app.state.runtime = runtime
    transport = ASGITransport(app, raise_app_exceptions=False, client=(host, 4711))
    async with AsyncClient(transport=transport, base_url=f"http://{called}") as client:
        return (await client.get(path)).status_code


@pytest.mark.parametrize("path", PATHS)
class TestLoopback:
    @pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1"])
    async def test_this_machine_is_answered(self, path: str, host: str, settings: Settings, runtime: Runtime) -> None:
        assert await answer_to(host, path, settings, runtime) == 200

    @pytest.mark.parametrize("host", ["192.168.1.20", "8.8.8.8", "", "unknown", "127.0.0.1, 8.8.8.8", "::ffff:8.8.8.8"])
    async def test_nobody_else_learns_that_it_exists(
        self, path: str, host: str, settings: Settings, runtime: Runtime
    ) -> None:
        assert await answer_to(host, path, settings, runtime) == 404


class TestNames:
    """A name on the internet can be pointed at this machine: the page behind it asks from here."""

    @pytest.mark.parametrize("called", ["localhost", "LOCALHOST:8700", "127.0.0.1:8700", "[::1]:8700", "kd.localhost"])
    async def test_a_name_of_this_machine_is_answered(self, called: str, settings: Settings, runtime: Runtime) -> None:
        assert await answer_to("127.0.0.1", "/metrics", settings, runtime, called=called) == 200

    @pytest.mark.parametrize("called", ["evil.example", "evil.example:8700", "localhost.evil.example", "192.168.1.20"])
    async def test_no_other_name_is(self, called: str, settings: Settings, runtime: Runtime) -> None:
        assert await answer_to("127.0.0.1", "/metrics", settings, runtime, called=called) == 404

    async def test_the_demo_s_accounts_are_no_secret_here(self, settings: Settings, runtime: Runtime) -> None:
        called = "kaidian.classroom"
        assert await answer_to("127.0.0.1", "/api/v1/demo-accounts", settings, runtime, called=called) == 200
