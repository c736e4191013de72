"""`kaidian up` over https and for the room, as a whole: certificate, redirect, sockets, what is refused."""

import json
import ssl
from pathlib import Path

import httpx
import psutil
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from app.demo.people import LECTURER
from app.lan import addresses
from kernel.http import session
from tests.app.conftest import Started, is_gone, unused_port, wait_until


def sign_in(client: httpx.Client) -> str:
    """Signs the demo's lecturer in and returns a ticket for a socket."""
    person = {"login": LECTURER.login, "password": LECTURER.password}
    answer = client.post("/api/v1/session", json=person, headers={"Origin": str(client.base_url).rstrip("/")})
    assert answer.status_code == 201, answer.text
    client.headers[session.CSRF_HEADER] = answer.json()["csrf_token"]
    return str(client.post("/api/v1/realtime/tickets").json()["ticket"])


class TestHttps:
    def test_of_a_demo_serves_pages_and_sockets_under_the_class_s_certificate(
        self, open_folder: Path, started: list[Started]
    ) -> None:
        http, https = unused_port(), unused_port()
        up = Started(open_folder / "var", "--demo", "--tls", "--port", str(http), "--tls-port", str(https))
        started.append(up)
        up.wait_until_running()
        assert up.url == f"https://127.0.0.1:{https}/"
        trusting = ssl.create_default_context(cafile=up.authority)
        with httpx.Client(verify=trusting, base_url=up.url) as client:
            ticket = sign_in(client)
            assert set(client.cookies) == {session.SECURE_COOKIE}
            assert "strict-transport-security" not in client.get("/").headers
            address = f"wss://127.0.0.1:{https}/ws/v1?ticket={ticket}"
            with connect(address, ssl=trusting, origin=Origin(f"https://127.0.0.1:{https}")) as socket:
                socket.send(json.dumps({"id": 1, "op": "join", "data": {"topic": "clock"}}))
                assert json.loads(socket.recv(timeout=10))["re"] == 1

        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(up.url)
        moved = httpx.get(f"http://127.0.0.1:{http}/shop?from=qr")
        assert (moved.status_code, moved.headers["location"]) == (307, f"{up.url}shop?from=qr")
        offered = httpx.get(f"http://127.0.0.1:{http}/setup/ca.pem").text
        assert offered == up.authority.read_text()

        listener = up.child("app.tls.listener")
        assert [name for name in listener.environ() if "DATABASE" in name or "REDIS" in name] == []
        listener.kill()
        wait_until(lambda: "证书页已恢复" in up.printed, seconds=30)
        family = psutil.Process(up.process.pid).children(recursive=True)
        assert up.end() == 0
        assert [child for child in family if not is_gone(child)] == []

        room = Started(open_folder / "var", "--lan", "--port", str(http))
        started.append(room)
        assert room.process.wait(90) == 1
        expected = "7 个演示账号还能登录" if addresses.here() else "没有连上局域网"
        assert expected in room.printed


@pytest.mark.skipif(not addresses.here(), reason="this machine is in no network: THE ROOM COULD NOT BE TRIED")
class TestRoom:
    def test_is_served_at_this_machine_s_address_over_http(self, open_folder: Path, started: list[Started]) -> None:
        port = unused_port()
        up = Started(open_folder / "var", "--lan", "--port", str(port))
        started.append(up)
        up.wait_until_running()
        here = addresses.here()[0].address
        assert httpx.get(f"http://{here}:{port}/health/ready").status_code == 200
        view = httpx.get(f"http://127.0.0.1:{port}/api/v1/entrance", params={"path": "/check"}).json()
        assert view["ways"][0]["code"]["url"] == f"http://{here}:{port}/check"
        assert view["ways"][0]["setup"] is None
        wait_until(lambda: f"http://{here}:{port}/" in up.printed)
        nobody = {"login": "nobody", "password": "nothing"}
        for origin, status in ((f"http://{here}:{port}", 401), ("http://evil.example", 403)):
            headers = {"Origin": origin}
            answer = httpx.post(f"http://{here}:{port}/api/v1/session", json=nobody, headers=headers)
            assert answer.status_code == status
        assert "█▄▄▄█" in up.printed

    def test_without_a_demo_knows_no_demo_account(self, open_folder: Path, started: list[Started]) -> None:
        up = Started(open_folder / "var", "--lan", "--demo")
        started.append(up)
        assert up.process.wait(30) == 1
        assert "演示账号的密码是公开的" in up.printed
        assert not (open_folder / "var" / "postgres").exists()
