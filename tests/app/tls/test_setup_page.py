"""The page that explains the certificate, the certificate in every form, and the listener that sends the rest to https."""

import plistlib
import re
import ssl
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from httpx import ASGITransport, AsyncClient

from app.http import create_app
from app.tls import authority, setup_page
from app.tls.listener import Listener
from kernel.settings import Settings

ROOT = authority.new_authority([], datetime(2026, 11, 2, tzinfo=UTC)).certificate
PEM = ROOT.public_bytes(Encoding.PEM).decode()
DER = ROOT.public_bytes(Encoding.DER)
ANSWERS = setup_page.answers(PEM, https_port=8443)
WORDS = (
    "Windows",
    "安卓",
    "iPhone",
    "macOS",
    "Linux",
    "在浏览器打开",
    "证书信任设置",
    "受信任的根证书颁发机构",
    "移除",
)


def client(*, https_port: int = 8443) -> AsyncClient:
    listener = Listener(ANSWERS, https_port=https_port)
    return AsyncClient(transport=ASGITransport(listener), base_url="http://192.168.1.5:8000")


class TestPage:
    def test_tells_every_system_and_the_fingerprint(self) -> None:
        page = ANSWERS["/setup"].body.decode()
        assert [word for word in WORDS if word not in page] == []
        assert authority.fingerprint(ROOT) in page
        assert 'data-https-port="8443"' in page
        assert "$" not in page.replace("sql:$HOME", "")

    def test_needs_nothing_its_policy_forbids(self) -> None:
        page = ANSWERS["/setup"].body.decode()
        assert re.findall(r"\sstyle=|\son\w+=|<style|<script>", page) == []
        assert {link for link in re.findall(r'(?:href|src)="(/[^"]*)"', page) if link not in ANSWERS} == set()

    def test_every_part_that_the_script_names_is_there(self) -> None:
        page, script = ANSWERS["/setup"].body.decode(), ANSWERS["/setup/setup.js"].body.decode()
        named = set(re.findall(r"at\('([\w-]+)'\)", script)) - {"check-"}
        systems = set(re.findall(r"(?:return|\?|:) '(\w+)'", script)) & set(re.findall(r'<details id="(\w+)"', page))
        assert systems == {"windows", "android", "ios", "macos", "linux"}
        assert {name for name in named if f'id="{name}"' not in page} == set()


class TestCertificate:
    def test_is_offered_in_each_form(self) -> None:
        assert ANSWERS["/setup/ca.crt"].body == DER
        assert ssl.PEM_cert_to_DER_cert(ANSWERS["/setup/ca.pem"].body.decode()) == DER
        profile = plistlib.loads(ANSWERS["/setup/ca.mobileconfig"].body)
        [payload] = profile["PayloadContent"]
        assert (payload["PayloadType"], payload["PayloadContent"]) == ("com.apple.security.root", DER)
        assert profile["PayloadType"] == "Configuration"

    def test_has_the_type_that_makes_a_phone_install_it(self) -> None:
        types = {path: answer.media_type for path, answer in ANSWERS.items() if "/ca." in path}
        assert types == {
            "/setup/ca.crt": "application/x-x509-ca-cert",
            "/setup/ca.pem": "application/x-pem-file",
            "/setup/ca.mobileconfig": "application/x-apple-aspen-config",
        }

    def test_profile_is_the_same_for_the_same_certificate(self) -> None:
        assert setup_page.answers(PEM, https_port=1)["/setup/ca.mobileconfig"] == ANSWERS["/setup/ca.mobileconfig"]

    def test_never_comes_with_a_key(self) -> None:
        assert [path for path, answer in ANSWERS.items() if b"PRIVATE KEY" in answer.body] == []


class TestListener:
    @pytest.mark.parametrize("path", [*ANSWERS, "/setup/"])
    async def test_serves_the_setup_page_and_its_parts(self, path: str) -> None:
        async with client() as visitor:
            answer = await visitor.get(path)
        assert answer.status_code == 200
        assert answer.content == ANSWERS[path.rstrip("/")].body
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    @pytest.mark.parametrize(
        "path", ["/", "/shop/items/7?from=qr&x=%2F", "/api/v1/session", "/setup/authority.key", "//evil.example/"]
    )
    async def test_sends_the_rest_to_https_and_not_for_good(self, path: str) -> None:
        async with client() as visitor:
            answer = await visitor.get(f"http://192.168.1.5:8000{path}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"https://192.168.1.5:8443{path}")
        assert answer.headers["cache-control"] == "no-store"

    async def test_leaves_https_own_port_out(self) -> None:
        async with client(https_port=443) as visitor:
            assert (await visitor.get("/shop")).headers["location"] == "https://192.168.1.5/shop"

    @pytest.mark.parametrize("host", ["", "evil.example/", "a@b", "a b"])
    async def test_refuses_a_host_that_is_none(self, host: str) -> None:
        async with client() as visitor:
            answer = await visitor.get("/shop", headers={"Host": host})
        assert answer.status_code == 400
        assert "location" not in answer.headers

    async def test_takes_no_commands(self) -> None:
        async with client() as visitor:
            for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
                answer = await visitor.request(method, "/api/v1/session")
                assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")

    async def test_answers_head_without_a_body(self) -> None:
        async with client() as visitor:
            answer = await visitor.head("/setup")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == str(len(ANSWERS["/setup"].body))


class TestOverHttps:
    async def test_the_web_process_serves_the_same(
        self, settings: Settings, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("tls") / "authority.pem"
        path.write_text(PEM)
        web = create_app(settings.model_copy(update={"tls": True, "tls_authority": str(path)}))
        async with AsyncClient(transport=ASGITransport(web), base_url="https://192.168.1.5:8443") as visitor:
            page = await visitor.get("/setup")
            assert "connect-src 'self' https:" in page.headers["content-security-policy"]
            assert authority.fingerprint(ROOT) in page.text
            assert "strict-transport-security" not in page.headers
            assert (await visitor.get("/setup/ca.crt")).content == DER
