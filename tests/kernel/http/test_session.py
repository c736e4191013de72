"""The session and its protection: cookie flags, CSRF token, Origin, expiry, sign-in and sign-out."""

from datetime import timedelta

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from app.http import create_app
from kernel.http import session
from kernel.identity import passwords
from kernel.settings import Settings
from tests.manual_clock import ManualClock
from tests.world import Person, World, client_of, count_rows

SHOP = {"name": "云岭"}
PASSWORD = "correct horse"


async def give_password(world: World, person: Person) -> str:
    """Lets a person sign in with `PASSWORD` and returns his log-in name."""
    async with world.runtime.enter_system() as uow:
        await uow.execute(
            text("UPDATE kernel_account SET password_hash = :hash WHERE id = :id"),
            {"hash": passwords.hash_now(PASSWORD), "id": person.account_id},
        )
        find = text("SELECT login FROM kernel_account WHERE id = :id")
        return str((await uow.execute(find, {"id": person.account_id})).scalar_one())


async def open_shop(world: World, client: AsyncClient, headers: dict[str, str]) -> Response:
    """Sends a command with these headers only."""
    sent = {"Idempotency-Key": "key-0000001", **headers}
    response = await client.post("/api/v1/mall/desk/registration", json=SHOP, headers=sent)
    expected = 1 if response.status_code == 201 else 0
    assert await count_rows(world.runtime, world.sandbox_id, "mall_registration") == expected
    return response


def refusal(response: Response) -> tuple[int, str]:
    """Returns status and code of a problem."""
    return response.status_code, response.json()["code"]


class TestCsrf:
    async def test_token_is_needed(self, world: World) -> None:
        person = world.learners[0]
        async with client_of(world.app, None) as client:
            client.cookies.set(session.COOKIE, person.token)
            assert refusal(await open_shop(world, client, {})) == (403, "kernel.request.csrf")
            for forged in ("", "0" * 64, session.csrf_token_of(world.learners[1].token), person.token, "\u00e9"):
                headers = {session.CSRF_HEADER: forged.encode("latin-1").decode("latin-1")}
                answer = await open_shop(world, client, {k: v for k, v in headers.items() if v.isascii()})
                assert refusal(answer) == (403, "kernel.request.csrf")
            headers = {session.CSRF_HEADER: session.csrf_token_of(person.token)}
            assert (await open_shop(world, client, headers)).status_code == 201

    async def test_token_of_bytes_that_are_no_ascii_is_refused(self, world: World) -> None:
        async with client_of(world.app, None) as client:
            client.cookies.set(session.COOKIE, world.learners[0].token)
            response = await client.post(
                "/api/v1/sandbox/clock/start", headers=[(session.CSRF_HEADER.encode(), b"\xff\xfe")]
            )
        assert refusal(response) == (403, "kernel.request.csrf")

    async def test_is_asked_before_anything_else(self, world: World) -> None:
        """An expired form is told to reload, whatever else is wrong with it; and nothing is read for it."""
        async with client_of(world.app, None) as client:
            client.cookies.set(session.COOKIE, "unknown")
            response = await client.post("/api/v1/sandbox/clock/start")
        assert refusal(response) == (403, "kernel.request.csrf")


class TestOrigin:
    @pytest.mark.parametrize(
        "origin",
        ["http://evil.test", "https://kaidian.test.evil.test", "http://kaidian.test:8000", "null", "http://[", "\x7f"],
    )
    async def test_of_another_site_is_refused(self, world: World, origin: str) -> None:
        person = world.learners[0]
        headers = {"Origin": origin, session.CSRF_HEADER: session.csrf_token_of(person.token)}
        async with client_of(world.app, person.token) as client:
            assert refusal(await open_shop(world, client, headers)) == (403, "kernel.request.cross_site")

    async def test_of_another_site_cannot_sign_in(self, world: World) -> None:
        login = await give_password(world, world.learners[0])
        async with client_of(world.app, None) as client:
            response = await client.post(
                "/api/v1/session", json={"login": login, "password": PASSWORD}, headers={"Origin": "http://evil.test"}
            )
        assert refusal(response) == (403, "kernel.request.cross_site")
        assert "set-cookie" not in response.headers

    async def test_of_this_site_passes(self, world: World) -> None:
        person = world.learners[0]
        async with client_of(world.app, person.token) as client:
            assert (await open_shop(world, client, {"Origin": "http://kaidian.test"})).status_code == 201


class TestSession:
    async def test_that_nobody_opened_is_401(self, world: World) -> None:
        async with client_of(world.app, session.new_token()) as client:
            assert refusal(await client.get("/api/v1/mall/cart")) == (401, "kernel.identity.not_signed_in")
            assert refusal(await open_shop(world, client, {})) == (401, "kernel.identity.not_signed_in")

    @pytest.mark.parametrize("token", ["", "x", "\u00e9".encode().decode("latin-1"), "a" * 5000])
    async def test_of_nonsense_is_401(self, world: World, token: str) -> None:
        async with client_of(world.app, None) as client:
            raw = [(b"cookie", f"{session.COOKIE}={token}".encode("latin-1"))]
            assert refusal(await client.get("/api/v1/mall/cart", headers=raw)) == (401, "kernel.identity.not_signed_in")

    async def test_ends_at_its_hour(self, world: World, wall: ManualClock) -> None:
        person = world.learners[0]
        wall.advance(days=365, seconds=-1)
        await person.get("/mall/cart")
        wall.advance(seconds=1)
        assert refusal(await person.send("GET", "/mall/cart")) == (401, "kernel.identity.not_signed_in")

    async def test_ends_when_the_account_is_disabled(self, world: World) -> None:
        person = world.learners[0]
        async with world.runtime.enter_system() as uow:
            disable = text("UPDATE kernel_account SET disabled_at = now(), disabled_by = 'operator' WHERE id = :id")
            await uow.execute(disable, {"id": person.account_id})
        assert refusal(await person.send("GET", "/mall/cart")) == (401, "kernel.identity.not_signed_in")

    async def test_ends_with_signing_out(self, world: World) -> None:
        person = world.learners[0]
        response = await person.send("DELETE", "/session")
        assert response.status_code == 204
        cookie = response.headers["set-cookie"]
        assert cookie.startswith(f'{session.COOKIE}="";')
        assert "Max-Age=0" in cookie
        assert person.client is not None
        person.client.cookies.set(session.COOKIE, person.token, domain="kaidian.test")
        assert refusal(await person.send("GET", "/session")) == (401, "kernel.identity.not_signed_in")

    async def test_without_a_seat_enters_no_class(self, world: World) -> None:
        """A session names a class; whoever has no seat there (any more) sees none of it."""
        person = world.learners[0]
        async with world.runtime.enter_system() as uow:
            withdraw = text("UPDATE kernel_seat SET withdrawn_at = now() WHERE id = :id")
            await uow.execute(withdraw, {"id": person.seat_id})
        view = await person.get("/session")
        assert (view["role"], view["capabilities"]) == ("visitor", [])
        assert (view["cohort"], view["sandbox"], view["seat"], view["clock"]) == (None, None, None, None)
        assert refusal(await person.send("GET", "/mall/cart")) == (403, "kernel.identity.not_allowed")
        assert (await person.get("/mall/products"))["rows"] == []


class TestSignIn:
    async def test_sets_a_cookie_that_scripts_cannot_read(self, world: World) -> None:
        login = await give_password(world, world.learners[0])
        async with client_of(world.app, None) as client:
            response = await client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
            assert response.status_code == 201
            name, *flags = response.headers["set-cookie"].split("; ")
            assert name.startswith(f"{session.COOKIE}=")
            assert set(flags) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"}
            token = name.split("=", 1)[1]
            assert token not in response.text
            assert response.json()["csrf_token"] == session.csrf_token_of(token)
            again = await client.get("/api/v1/session")
            assert again.json()["seat"]["number"] == 1

    async def test_marks_the_cookie_secure_under_tls_only(self, world: World, settings: Settings) -> None:
        login = await give_password(world, world.learners[0])
        under_tls = create_app(settings.model_copy(update={"tls": True}))
        world.runtime.settings = settings.model_copy(update={"tls": True})
        under_tls.state.runtime = world.runtime
        async with client_of(under_tls, None) as client:
            response = await client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
            name, *flags = response.headers["set-cookie"].split("; ")
            assert name.startswith(f"{session.SECURE_COOKIE}=")
            assert "Secure" in flags
            assert "strict-transport-security" not in response.headers

    async def test_under_tls_takes_no_cookie_of_plain_http_nor_the_other_way_round(
        self, world: World, settings: Settings
    ) -> None:
        """So that yesterday's class over https does not lock today's over http out: the names never collide."""
        token = world.learners[0].token
        for tls, wrong, right in (
            (False, session.SECURE_COOKIE, session.COOKIE),
            (True, session.COOKIE, session.SECURE_COOKIE),
        ):
            world.runtime.settings = settings.model_copy(update={"tls": tls})
            async with client_of(world.app, None) as client:
                for name, status in ((wrong, 401), (right, 200)):
                    cookie = {"Cookie": f"{name}={token}"}
                    assert (await client.get("/api/v1/session", headers=cookie)).status_code == status

    async def test_lasts_as_long_as_the_settings_say(self, world: World, wall: ManualClock) -> None:
        login = await give_password(world, world.learners[0])
        async with client_of(world.app, None) as client:
            await client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
            wall.at += timedelta(hours=12, seconds=-1)
            assert (await client.get("/api/v1/session")).status_code == 200
            wall.at += timedelta(seconds=1)
            assert (await client.get("/api/v1/session")).status_code == 401

    @pytest.mark.parametrize("who", ["wrong password", "nobody", "disabled"])
    async def test_tells_no_one_why_it_failed(self, world: World, who: str) -> None:
        login = await give_password(world, world.learners[0])
        password = PASSWORD
        if who == "wrong password":
            password = "wrong"
        if who == "nobody":
            login = "nobody"
        if who == "disabled":
            async with world.runtime.enter_system() as uow:
                disable = text(
                    "UPDATE kernel_account SET disabled_at = now(), disabled_by = 'operator' WHERE login = :login"
                )
                await uow.execute(disable, {"login": login})
        async with client_of(world.app, None) as client:
            response = await client.post("/api/v1/session", json={"login": login, "password": password})
        assert refusal(response) == (401, "kernel.identity.wrong_password")
        assert "set-cookie" not in response.headers
