"""What only this machine may ask: metrics, and the demo's accounts."""

from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from app.http import create_app
from kernel.runtime import Runtime
from kernel.settings import Settings

PATHS = ("/metrics", "/api/v1/demo-accounts")


async def answer_to(host: str, path: str, settings: Settings, runtime: Runtime) -> int:
    """Returns the status a caller at this address gets."""
    app = create_app(settings.model_copy(update={"demo": True, "web_dist": Path("no-build")}))
    app.state.runtime = runtime
    transport = ASGITransport(app, raise_app_exceptions=False, client=(host, 4711))
    async with AsyncClient(transport=transport, base_url="http://kaidian.test") as client:
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
