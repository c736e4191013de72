"""Who may open a socket, and what he may hear on it."""

import asyncio
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis

from kernel.http import session
from kernel.ids import new_id
from kernel.realtime import tickets
from kernel.realtime.gate import is_same_origin
from kernel.realtime.limits import Limits
from kernel.realtime.tickets import Admission
from tests.kernel.realtime.classroom import Classroom, hash_of
from tests.kernel.realtime.conftest import Serve, Site
from tests.kernel.realtime.page import Page


async def _ask_for_ticket(site: Site, token: str | None, **headers: str) -> httpx.Response:
    base = f"http://127.0.0.1:{site.port}"
    cookies = {session.COOKIE: token} if token is not None else {}
    async with httpx.AsyncClient(base_url=base, cookies=cookies, trust_env=False) as http:
        return await http.post("/api/v1/realtime/tickets", headers=headers)


class TestTicketRoute:
    async def test_gives_a_signed_in_page_a_ticket_that_opens_one_socket(
        self, site: Site, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        answer = await _ask_for_ticket(site, "a", **{session.CSRF_HEADER: session.csrf_token_of("a")})
        assert answer.status_code == 201
        assert answer.headers["cache-control"] == "no-store"
        ticket = answer.json()["ticket"]
        assert answer.json() == {"ticket": ticket}
        page = await Page.open(site.port, ticket)
        assert "ok" in await page.join("clock")
        again = await Page.open(site.port, ticket)
        assert await again.code() == 4401
        await page.close()

    async def test_refuses_a_stranger(self, site: Site, redis: Redis) -> None:
        assert (await _ask_for_ticket(site, None)).status_code == 401
        csrf = {session.CSRF_HEADER: session.csrf_token_of("unknown")}
        assert (await _ask_for_ticket(site, "unknown", **csrf)).status_code == 401
        assert await redis.keys("kd:rt-ticket:*") == []

    async def test_refuses_another_site(self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        assert (await _ask_for_ticket(site, "a")).status_code == 403
        csrf = {session.CSRF_HEADER: session.csrf_token_of("a")}
        assert (await _ask_for_ticket(site, "a", Origin="http://evil.example", **csrf)).status_code == 403
        assert await redis.keys("kd:rt-ticket:*") == []


class TestTicket:
    async def test_is_stored_as_a_digest_for_thirty_seconds(self, redis: Redis, sandbox_id: UUID) -> None:
        admission = Admission(hash_of("a"), sandbox_id)
        ticket = await tickets.issue(redis, admission)
        [key] = await redis.keys("*")
        assert ticket.encode() not in key
        assert ticket.encode() not in (await redis.get(key) or b"")
        assert 29 <= await redis.ttl(key) <= 30
        assert await tickets.redeem(redis, ticket) == admission
        assert await tickets.redeem(redis, ticket) is None

    @pytest.mark.parametrize("ticket", ["", "x", "A" * 43, "A" * 5000, "%00"])
    async def test_forged_opens_nothing(self, site: Site, ticket: str) -> None:
        page = await Page.open(site.port, ticket)
        assert await page.code() == 4401

    async def test_too_old_opens_nothing(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        ticket = await site.ticket("a", sandbox_id)
        [key] = await redis.keys("kd:rt-ticket:*")
        await redis.pexpire(key, 1)
        await asyncio.sleep(0.01)
        assert await (await Page.open(site.port, ticket)).code() == 4401

    async def test_opens_nothing_once_its_session_is_over_or_elsewhere(
        self, site: Site, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        elsewhere = await site.ticket("a", new_id())
        assert await (await Page.open(site.port, elsewhere)).code() == 4401
        ticket = await site.ticket("a", sandbox_id)
        classroom.sign_out("a")
        assert await (await Page.open(site.port, ticket)).code() == 4401


class TestOrigin:
    @pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1", "null", ""])
    async def test_of_another_site_is_refused_and_spends_no_ticket(
        self, origin: str, site: Site, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        ticket = await site.ticket("a", sandbox_id)
        assert await (await Page.open(site.port, ticket, origin=origin)).code() == 4403
        page = await Page.open(site.port, ticket)
        assert "ok" in await page.ask("ping")
        await page.close()

    @pytest.mark.parametrize(
        ("origin", "host", "same"),
        [
            ("http://192.168.1.9:8000", "192.168.1.9:8000", True),
            ("https://Shop.Example", "shop.example", True),
            ("http://shop.example:8000", "shop.example", False),
            ("http://shop.example.evil", "shop.example", False),
            ("file://shop.example", "shop.example", False),
            ("http://shop.example/", "shop.example", False),
            ("http://", "", False),
            ("", "", False),
            ("http://[::1]:8000", "[::1]:8000", True),
        ],
    )
    def test_equals_the_host(self, *, origin: str, host: str, same: bool) -> None:
        assert is_same_origin(origin, host) is same


class TestSession:
    async def test_that_ends_closes_the_socket(self, serve: Serve, classroom: Classroom, sandbox_id: UUID) -> None:
        site = await serve(Limits(session_check_seconds=0.1))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        page = await site.open_page("a", sandbox_id)
        await page.join("clock")
        await asyncio.sleep(0.25)
        assert "ok" in await page.ask("ping")
        classroom.sign_out("a")
        assert await page.code() == 4401

    async def test_that_ends_is_noticed_at_a_join(self, site: Site, classroom: Classroom, sandbox_id: UUID) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        page = await site.open_page("a", sandbox_id)
        await page.ask("ping")
        classroom.sign_out("a")
        await page.socket.send('{"id":1,"op":"join","data":{"topic":"clock"}}')
        assert await page.code() == 4401

    async def test_that_moves_to_another_class_closes_the_socket(
        self, site: Site, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        page = await site.open_page("a", sandbox_id)
        await page.ask("ping")
        classroom.sign_in("a", sandbox_id=new_id())
        await page.socket.send('{"id":1,"op":"join","data":{"topic":"clock"}}')
        assert await page.code() == 4401

    async def test_is_not_over_because_the_database_is_gone(
        self, serve: Serve, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(session_check_seconds=0.05))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        page = await site.open_page("a", sandbox_id)
        await page.ask("ping")
        classroom.broken = True
        await asyncio.sleep(0.2)
        assert (await page.join("clock"))["err"]["code"] == "kernel.realtime.unavailable"
        later = await site.open_page("a", sandbox_id)
        assert await later.code() == 1013
        classroom.broken = False
        assert "ok" in await page.join("clock")
        await page.close()


class TestForeignTopic:
    async def test_is_absent_and_nothing_is_subscribed_for_it(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        other_seat = classroom.sign_in("b", sandbox_id=sandbox_id)
        classroom.sign_in("a", sandbox_id=sandbox_id)
        classroom.rooms |= {"room.1": sandbox_id, "room.2": new_id()}
        page = await site.open_page("a", sandbox_id)
        for name in (f"badges.{other_seat}", "absent", "room.", "clock.1", f"kd:rt:{sandbox_id}:clock"):
            assert (await page.join(name))["err"]["code"] == "kernel.realtime.no_such_topic"
        for name in ("room.2", "room.3"):
            assert (await page.join(name))["err"]["code"] == "test.room.not_found"
        assert await redis.pubsub_channels("kd:rt:*") == []
        assert (await page.join("room.1"))["ok"]["snapshot"] == {"room": "room.1"}
        await page.close()

    async def test_is_refused_though_a_classmate_hears_it(
        self, site: Site, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("a", sandbox_id=sandbox_id)
        classroom.rooms["room.1"] = sandbox_id
        page = await site.open_page("a", sandbox_id)
        await page.join("room.1")
        classroom.rooms["room.1"] = new_id()
        assert (await page.join("room.1"))["err"]["code"] == "test.room.not_found"
        await page.close()

    async def test_own_badges_need_a_seat(self, site: Site, classroom: Classroom, sandbox_id: UUID) -> None:
        classroom.sign_in("teacher", sandbox_id=sandbox_id, seated=False)
        page = await site.open_page("teacher", sandbox_id)
        assert (await page.join("badges"))["err"]["code"] == "kernel.realtime.no_such_topic"
        assert "ok" in await page.join("clock")
        await page.close()


class TestRoom:
    async def test_left_for_so_many_sockets_and_no_more(
        self, serve: Serve, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(connections=2))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        first, second = [await site.open_page("a", sandbox_id) for _ in range(2)]
        await first.ask("ping")
        await second.ask("ping")
        assert await (await site.open_page("a", sandbox_id)).code() == 1013
        await first.close()
        await asyncio.sleep(0.05)
        third = await site.open_page("a", sandbox_id)
        assert "ok" in await third.ask("ping")
        await second.close()
        await third.close()
