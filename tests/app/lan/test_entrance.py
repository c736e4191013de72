"""Which addresses a page shows as codes, by how its reader came and how the server listens."""

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.http import create_app
from app.lan import codes, entrance
from app.lan.addresses import LanAddress
from app.lan.entrance import Serving
from kernel.runtime import Runtime
from kernel.settings import Settings

WLAN, WIRE = LanAddress("wlan0", "192.168.1.5"), LanAddress("eth0", "10.0.0.5")
PLAIN = Serving(tls=False, lan=True, setup_port=0)
TLS = Serving(tls=True, lan=True, setup_port=8000)
ALONE = Serving(tls=False, lan=False, setup_port=0)


def sites(host: str, serving: Serving) -> list[str]:
    return [way.site for way in entrance.ways(host, serving, [WLAN, WIRE])]


class TestWays:
    @pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "127.0.0.9:8000"])
    def test_from_this_machine_are_the_adapters(self, host: str) -> None:
        assert sites(host, PLAIN) == ["http://192.168.1.5:8000", "http://10.0.0.5:8000"]

    def test_begin_with_what_the_reader_himself_called(self) -> None:
        assert sites("10.0.0.5:8000", PLAIN) == ["http://10.0.0.5:8000", "http://192.168.1.5:8000"]
        assert sites("Kaidian.School.example", PLAIN)[0] == "http://kaidian.school.example"

    def test_under_tls_name_the_page_of_the_certificate(self) -> None:
        [first, _] = entrance.ways("localhost:8443", TLS, [WLAN, WIRE])
        assert first == entrance.Way("wlan0", "https://192.168.1.5:8443", "http://192.168.1.5:8000/setup")

    def test_are_none_when_this_machine_alone_is_served(self) -> None:
        assert sites("127.0.0.1:8000", ALONE) == []

    def test_behind_a_proxy_are_its_name_and_no_inner_address(self) -> None:
        assert sites("shop.example:443", Serving(tls=True, lan=False, setup_port=0)) == ["https://shop.example"]

    @pytest.mark.parametrize("host", ["", "a b", "a/b", "a@b", "http://a", "a:8000:1", "a:port", '"><script>'])
    def test_of_a_host_that_is_none_are_none(self, host: str) -> None:
        assert sites(host, PLAIN) == []


@pytest.fixture
def room(settings: Settings, runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """Returns the application as it is served to a room over http."""
    monkeypatch.setattr("app.lan.addresses.here", lambda: [WLAN, WIRE])
    served = settings.model_copy(update={"lan": True})
    runtime.settings = served
    application = create_app(served)
    application.state.runtime = runtime
    return application


async def ask(application: FastAPI, base_url: str, **params: str) -> tuple[int, dict[str, object]]:
    async with AsyncClient(transport=ASGITransport(application), base_url=base_url) as client:
        answer = await client.get("/api/v1/entrance", params=params)
        return answer.status_code, answer.json()


class TestRoute:
    async def test_draws_the_code_of_the_page_for_anybody(self, room: FastAPI) -> None:
        status, view = await ask(room, "http://127.0.0.1:8000", path="/claim?c=AB12CD")
        assert status == 200
        url = "http://192.168.1.5:8000/claim?c=AB12CD"
        drawn = codes.drawing(url)
        code = {"url": url, "size": drawn.size, "path": drawn.path}
        ways = view["ways"]
        assert isinstance(ways, list)
        assert ways[0] == {"adapter": "wlan0", "code": code, "setup": None}
        assert [way["code"]["url"] for way in ways[1:]] == ["http://10.0.0.5:8000/claim?c=AB12CD"]

    async def test_names_the_chosen_address_only(self, room: FastAPI) -> None:
        room.state.runtime.settings = room.state.runtime.settings.model_copy(update={"lan_address": "10.0.0.5"})
        _, view = await ask(room, "http://127.0.0.1:8000")
        ways = view["ways"]
        assert isinstance(ways, list)
        assert [way["code"]["url"] for way in ways] == ["http://10.0.0.5:8000/"]

    @pytest.mark.parametrize(
        "path",
        ["", "check", "//evil.example", "/\\evil.example", "http://evil.example", "/a b", "/a\nb", "/" + "a" * 120],
    )
    async def test_draws_no_code_of_another_site(self, room: FastAPI, path: str) -> None:
        status, problem = await ask(room, "http://127.0.0.1:8000", path=path)
        assert status == 422
        errors = problem["errors"]
        assert isinstance(errors, list)
        assert [error["pointer"] for error in errors] == ["/query/path"]
