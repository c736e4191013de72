"""Who is shown as being there: whoever has a page open, a little longer than the page, and nobody who only looks on."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from redis.asyncio import Redis

from kernel.http import session
from kernel.http.deps import VIEW_SEAT_HEADER
from kernel.ids import new_id
from kernel.realtime import presence
from tests.kernel.realtime.classroom import Classroom
from tests.kernel.realtime.conftest import Site


async def now_of(redis: Redis) -> int:
    seconds, _ = await redis.time()
    return int(seconds)


async def set_back(redis: Redis, sandbox_id: UUID, seat_id: UUID, *, since: int, last: int) -> None:
    """Makes a seat's beats older, as if so many seconds had passed."""
    now = await now_of(redis)
    await redis.hset(f"kd:presence:{sandbox_id}", str(seat_id), f"{now - since} {now - last}")


def near(moment: datetime, ago: int, now: int) -> bool:
    return abs(moment - (datetime.fromtimestamp(now, UTC) - timedelta(seconds=ago))) <= timedelta(seconds=2)


class TestMark:
    async def test_keeps_the_beginning_as_long_as_the_beats_go_on(self, redis: Redis, sandbox_id: UUID) -> None:
        seat_id = new_id()
        await set_back(redis, sandbox_id, seat_id, since=600, last=presence.GRACE_SECONDS - 3)
        await presence.mark(redis, sandbox_id, seat_id)
        found = (await presence.read(redis, sandbox_id))[seat_id]
        assert found.online
        assert near(found.since, 600, await now_of(redis))

    async def test_begins_anew_after_an_absence(self, redis: Redis, sandbox_id: UUID) -> None:
        seat_id = new_id()
        await set_back(redis, sandbox_id, seat_id, since=600, last=presence.GRACE_SECONDS + 5)
        await presence.mark(redis, sandbox_id, seat_id)
        found = (await presence.read(redis, sandbox_id))[seat_id]
        assert found.online
        assert near(found.since, 0, await now_of(redis))

    async def test_is_forgotten_after_a_week_at_the_latest(self, redis: Redis, sandbox_id: UUID) -> None:
        await presence.mark(redis, sandbox_id, new_id())
        assert 0 < await redis.ttl(f"kd:presence:{sandbox_id}") <= 7 * 86_400


class TestRead:
    async def test_tells_when_somebody_was_last_seen(self, redis: Redis, sandbox_id: UUID) -> None:
        seat_id = new_id()
        await set_back(redis, sandbox_id, seat_id, since=600, last=120)
        found = (await presence.read(redis, sandbox_id))[seat_id]
        assert not found.online
        assert near(found.since, 120, await now_of(redis))

    async def test_knows_one_class_only(self, redis: Redis, sandbox_id: UUID) -> None:
        await presence.mark(redis, sandbox_id, new_id())
        assert await presence.read(redis, new_id()) == {}


class TestSocket:
    async def test_of_a_learner_shows_him(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        seat_id = classroom.sign_in("a", sandbox_id=sandbox_id)
        assert seat_id is not None
        page = await site.open_page("a", sandbox_id)
        await page.join("clock")

        async with asyncio.timeout(8):
            while seat_id not in await presence.read(redis, sandbox_id):
                await asyncio.sleep(0.01)
        await page.close()
        assert (await presence.read(redis, sandbox_id))[seat_id].online, "another page of his may still be open"

    async def test_of_a_lecturer_shows_nobody(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        classroom.sign_in("l", sandbox_id=sandbox_id, seated=False)
        page = await site.open_page("l", sandbox_id)
        await page.join("clock")
        assert await presence.read(redis, sandbox_id) == {}
        await page.close()

    @pytest.mark.parametrize("seat_id", ["01a20a17-cc02-70f1-a8c7-99958820069e", "no-seat"])
    async def test_is_not_for_a_page_that_only_looks_on(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID, seat_id: str
    ) -> None:
        classroom.sign_in("l", sandbox_id=sandbox_id, seated=False)
        headers = {session.CSRF_HEADER: session.csrf_token_of("l"), VIEW_SEAT_HEADER: seat_id}
        base = f"http://127.0.0.1:{site.port}"
        async with httpx.AsyncClient(base_url=base, cookies={session.COOKIE: "l"}, trust_env=False) as http:
            answer = await http.post("/api/v1/realtime/tickets", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "kernel.identity.view_only")
        assert await redis.keys("kd:rt-ticket:*") == []
