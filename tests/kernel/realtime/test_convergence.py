"""The one promise the hub makes: a page's snapshot and frames are what a fresh snapshot would be."""

import asyncio
from uuid import UUID

import pytest
from redis.asyncio import Redis

from kernel.randomness import choice, integer
from kernel.realtime.limits import Limits
from tests.kernel.realtime.classroom import KINDS, Badges, Classroom
from tests.kernel.realtime.conftest import Serve
from tests.kernel.realtime.page import Page
from tests.kernel.realtime.redis_server import cut_subscriptions

LIMITS = Limits(ops_per_second=1000, ops_burst=1000)


async def _publish_in_parallel(
    classroom: Classroom, sandbox_id: UUID, seat_id: UUID, *, seed: int, publishers: int, commits: int
) -> None:
    async def one(publisher: int) -> None:
        for n in range(commits):
            kind = choice(seed, "kind", publisher, n, among=KINDS)
            await classroom.commit_and_tell(sandbox_id, seat_id, kind, f"{seed}-{publisher}-{n}")
            for _ in range(integer(seed, "pause", publisher, n, low=0, high=4)):
                await asyncio.sleep(0)

    await asyncio.gather(*(one(publisher) for publisher in range(publishers)))


async def _until_all_show(pages: list[Page], truth: Badges) -> None:
    try:
        async with asyncio.timeout(8):
            while any(page.places["badges"].state != truth for page in pages):
                for page in pages:
                    page.check()
                await asyncio.sleep(0.02)
    except TimeoutError:
        assert [page.places["badges"].state for page in pages] == [truth] * len(pages)


class TestSnapshotAndFrames:
    @pytest.mark.parametrize("seed", range(12))
    async def test_equal_a_fresh_snapshot_whenever_one_joins(
        self, seed: int, classroom: Classroom, serve: Serve, sandbox_id: UUID
    ) -> None:
        site = await serve(LIMITS)
        seat_id = classroom.sign_in("a", sandbox_id=sandbox_id)
        assert seat_id is not None
        pages = [await site.open_page("a", sandbox_id) for _ in range(6)]
        publishing = asyncio.create_task(
            _publish_in_parallel(classroom, sandbox_id, seat_id, seed=seed, publishers=5, commits=40)
        )
        for ordinal, page in enumerate(pages):
            await asyncio.sleep(integer(seed, "join", ordinal, low=0, high=20) / 1000)
            await page.join("badges")
            if ordinal % 2:
                await page.ask("leave", {"topic": "badges"})
                await asyncio.sleep(integer(seed, "back", ordinal, low=0, high=20) / 1000)
                await page.join("badges", resume=True)
        await publishing
        await _until_all_show(pages, classroom.badges[seat_id])
        assert sum(classroom.badges[seat_id].values()) == 200
        assert [page.resyncs for page in pages] == [0] * 6
        for page in pages:
            await page.close()

    @pytest.mark.parametrize("seed", range(3))
    async def test_equal_a_fresh_snapshot_though_the_subscription_breaks(
        self, seed: int, classroom: Classroom, serve: Serve, sandbox_id: UUID, redis: Redis
    ) -> None:
        site = await serve(LIMITS)
        seat_id = classroom.sign_in("a", sandbox_id=sandbox_id)
        assert seat_id is not None
        pages = [await site.open_page("a", sandbox_id) for _ in range(3)]
        for page in pages:
            await page.join("badges")
        publishing = asyncio.create_task(
            _publish_in_parallel(classroom, sandbox_id, seat_id, seed=seed, publishers=3, commits=30)
        )
        for cut in range(3):
            await asyncio.sleep(integer(seed, "cut", cut, low=5, high=30) / 1000)
            await cut_subscriptions(redis)
        await publishing
        await _until_all_show(pages, classroom.badges[seat_id])
        for page in pages:
            await page.close()

    @pytest.mark.parametrize("seed", range(3))
    async def test_equal_a_fresh_snapshot_though_redis_forgets_everything(
        self, seed: int, classroom: Classroom, serve: Serve, sandbox_id: UUID, redis: Redis
    ) -> None:
        site = await serve(LIMITS, compare_seconds=0.1)
        seat_id = classroom.sign_in("a", sandbox_id=sandbox_id)
        assert seat_id is not None
        pages = [await site.open_page("a", sandbox_id) for _ in range(3)]
        for page in pages:
            await page.join("badges")
        publishing = asyncio.create_task(
            _publish_in_parallel(classroom, sandbox_id, seat_id, seed=seed, publishers=3, commits=30)
        )
        await asyncio.sleep(integer(seed, "flush", low=5, high=30) / 1000)
        await redis.flushall()
        await publishing
        await _until_all_show(pages, classroom.badges[seat_id])
        assert all(page.resyncs >= 1 for page in pages)
        for page in pages:
            await page.close()
