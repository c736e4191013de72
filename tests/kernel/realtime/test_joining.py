"""Joining and coming back, through a real socket and a real Redis."""

import asyncio
from uuid import UUID

import pytest
from redis.asyncio import Redis

from kernel.ids import new_id
from kernel.realtime.limits import Limits
from kernel.realtime.publishing import channel_of, publish
from tests.kernel.realtime.classroom import Classroom
from tests.kernel.realtime.conftest import Serve, Site
from tests.kernel.realtime.page import Json, Page
from tests.kernel.realtime.redis_server import RedisServer, cut_subscriptions
from tests.kernel.realtime.waiting import until


async def _tell(redis: Redis, sandbox_id: UUID, n: int, *, topic: str = "clock") -> None:
    key = f"{topic}-{n}"
    await publish(redis, sandbox_id=sandbox_id, topic=topic, type="clock.changed", data={"n": n}, once_key=key)


async def _frames(page: Page, count: int) -> list[Json]:
    await until(lambda: len(page.frames) >= count)
    return page.frames


async def _open(site: Site, classroom: Classroom, sandbox_id: UUID, *, name: str = "a") -> Page:
    classroom.sign_in(name, sandbox_id=sandbox_id)
    return await site.open_page(name, sandbox_id)


class TestJoin:
    async def test_answers_with_a_place_and_a_snapshot_and_then_sends_frames(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        await _tell(redis, sandbox_id, 1)
        page = await _open(site, classroom, sandbox_id)
        answer = await page.join("clock")
        epoch = answer["ok"]["epoch"]
        assert answer == {
            "re": 1,
            "ok": {
                "epoch": epoch,
                "seq": 1,
                "snapshot": {"sandbox": str(sandbox_id), "server_at": "2026-10-12T12:00:00Z"},
            },
        }
        await _tell(redis, sandbox_id, 2)
        assert await _frames(page, 1) == [
            {"topic": "clock", "epoch": epoch, "seq": 2, "type": "clock.changed", "data": {"n": 2}}
        ]
        await page.close()

    async def test_hears_its_own_sandbox_only(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        mine = await _open(site, classroom, sandbox_id)
        other_sandbox = new_id()
        other = await _open(site, classroom, other_sandbox, name="b")
        await mine.join("clock")
        await other.join("clock")
        await _tell(redis, other_sandbox, 1)
        await _tell(redis, sandbox_id, 2)
        assert [frame["data"] for frame in await _frames(mine, 1)] == [{"n": 2}]
        assert [frame["data"] for frame in await _frames(other, 1)] == [{"n": 1}]
        await mine.close()
        await other.close()

    async def test_hears_nothing_after_leaving(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        page = await _open(site, classroom, sandbox_id)
        await page.join("clock")
        assert await page.ask("leave", {"topic": "clock"}) == {"re": 2, "ok": {}}
        await _tell(redis, sandbox_id, 1)
        assert await page.ask("leave", {"topic": "clock"}) == {"re": 3, "ok": {}}
        await asyncio.sleep(0.05)
        assert page.frames == []
        await page.close()

    async def test_shares_one_subscription_and_gives_it_up_when_nobody_listens(
        self, serve: Serve, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        site = await serve(compare_seconds=0.1)
        channel = channel_of(sandbox_id, "clock")
        pages = [await _open(site, classroom, sandbox_id, name=name) for name in "abc"]
        await asyncio.gather(*(page.join("clock") for page in pages))
        assert await redis.pubsub_numsub(channel) == [(channel.encode(), 1)]
        for page in pages:
            await page.close()
        async with asyncio.timeout(3):
            while await redis.pubsub_numsub(channel) != [(channel.encode(), 0)]:
                await asyncio.sleep(0.02)
        page = await _open(site, classroom, sandbox_id)
        await page.join("clock")
        await _tell(redis, sandbox_id, 1)
        assert len(await _frames(page, 1)) == 1
        await page.close()


class TestResume:
    async def test_sends_what_was_missed_instead_of_a_snapshot(
        self, serve: Serve, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        first, second = await serve(), await serve()
        page = await _open(first, classroom, sandbox_id)
        await page.join("clock")
        await _tell(redis, sandbox_id, 1)
        await _frames(page, 1)
        await page.close()
        for n in (2, 3, 4):
            await _tell(redis, sandbox_id, n)
        # Through another process, as behind a balancer.
        back = await second.open_page("a", sandbox_id)
        back.places = page.places
        place = page.places["clock"]
        answer = await back.join("clock", resume=True)
        assert answer["ok"] == {"epoch": place.epoch, "seq": 1, "snapshot": None}
        assert [frame["data"]["n"] for frame in await _frames(back, 3)] == [2, 3, 4]
        await back.close()

    async def test_sends_nothing_when_nothing_was_missed(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        await _tell(redis, sandbox_id, 1)
        page = await _open(site, classroom, sandbox_id)
        joined = await page.join("clock")
        resumed = await page.join("clock", resume=True)
        assert resumed["ok"] == joined["ok"] | {"snapshot": None}
        await _tell(redis, sandbox_id, 2)
        assert [frame["seq"] for frame in await _frames(page, 1)] == [2]
        await page.close()

    @pytest.mark.parametrize("why", ["trimmed", "too many", "other epoch", "ahead", "emptied"])
    async def test_gives_a_snapshot_when_it_cannot_be_complete(
        self, why: str, serve: Serve, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(resumed_frames=5))
        for n in range(1, 11):
            await _tell(redis, sandbox_id, n)
        page = await _open(site, classroom, sandbox_id)
        epoch = (await page.join("clock"))["ok"]["epoch"]
        after = {"epoch": epoch, "after_seq": 6}
        match why:
            case "trimmed":
                await redis.xtrim(f"{channel_of(sandbox_id, 'clock')}:log", maxlen=3, approximate=False)
            case "too many":
                after["after_seq"] = 4
            case "other epoch":
                after["epoch"] = "0" * 16
            case "ahead":
                after["after_seq"] = 11
            case "emptied":
                await redis.flushall()
        answer = await page.ask("join", {"topic": "clock"} | after)
        assert (answer["ok"]["epoch"], answer["ok"]["seq"]) == (epoch, 10)
        assert answer["ok"]["snapshot"]["sandbox"] == str(sandbox_id)
        await page.close()


class TestLoss:
    async def test_a_frame_sent_while_the_subscription_was_broken_arrives(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        page = await _open(site, classroom, sandbox_id)
        await page.join("clock")
        assert await cut_subscriptions(redis) == 1
        await _tell(redis, sandbox_id, 1)
        assert [frame["seq"] for frame in await _frames(page, 1)] == [1]
        await page.close()

    async def test_a_frame_that_vanished_without_a_trace_arrives_at_the_next_comparison(
        self, serve: Serve, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        site = await serve(compare_seconds=0.1)
        page = await _open(site, classroom, sandbox_id)
        epoch = (await page.join("clock"))["ok"]["epoch"]
        channel = channel_of(sandbox_id, "clock")
        await redis.hset(f"{channel}:head", "seq", 1)
        await redis.xadd(f"{channel}:log", {"body": '"type":"clock.changed","data":{}}'}, id="1-0")
        assert await _frames(page, 1) == [
            {"topic": "clock", "epoch": epoch, "seq": 1, "type": "clock.changed", "data": {}}
        ]
        await page.close()

    async def test_an_emptied_redis_costs_one_fresh_snapshot(
        self, site: Site, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        await _tell(redis, sandbox_id, 1)
        page = await _open(site, classroom, sandbox_id)
        before = (await page.join("clock"))["ok"]["epoch"]
        await redis.flushall()
        await _tell(redis, sandbox_id, 2)
        [notice] = await _frames(page, 1)
        assert (notice["type"], notice["data"]) == ("resync", None)
        assert notice["epoch"] != before
        await _tell(redis, sandbox_id, 3)
        await until(lambda: page.places["clock"].seq == 2)
        assert page.places["clock"].epoch == notice["epoch"]
        assert page.resyncs == 1
        await page.close()

    async def test_sockets_outlive_redis(
        self, site: Site, classroom: Classroom, redis: Redis, redis_server: RedisServer, sandbox_id: UUID
    ) -> None:
        page = await _open(site, classroom, sandbox_id)
        await page.join("clock")
        redis_server.stop()
        try:
            refused = await page.join("badges")
            assert refused["err"]["code"] == "kernel.realtime.unavailable"
            assert refused["err"]["retry_after_seconds"] == 2
            assert (await page.ask("ping"))["ok"] == {}
        finally:
            await redis_server.start()
        await until(lambda: page.resyncs > 0 and page.places["clock"].epoch == page.frames[-1]["epoch"])
        assert "ok" in await page.join("badges")
        await _tell(redis, sandbox_id, 1)
        assert [frame["type"] for frame in await _frames(page, 2)] == ["resync", "clock.changed"]
        await page.close()
