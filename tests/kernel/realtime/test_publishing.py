"""What one publication leaves in Redis."""

from uuid import UUID

import pytest
from redis.asyncio import Redis

from kernel.ids import new_id
from kernel.realtime.publishing import (
    RESYNC_BODY,
    Entry,
    Head,
    History,
    Turn,
    channel_of,
    missed,
    publish,
    read,
    take_turn,
)


async def _tell(
    redis: Redis, sandbox_id: UUID, once_key: str, *, topic: str = "clock", n: int = 0, turn: Turn | None = None
) -> int | None:
    return await publish(
        redis, sandbox_id=sandbox_id, topic=topic, type="told", data={"n": n}, once_key=once_key, turn=turn
    )


async def _history(redis: Redis, sandbox_id: UUID, topic: str = "clock") -> tuple[Head, list[str]]:
    history = await read(redis, channel_of(sandbox_id, topic), after=Head("", 0), limit=1000)
    return history.head, [entry.body for entry in history.entries]


class TestPublish:
    async def test_counts_frames_from_one_within_an_epoch(self, redis: Redis, sandbox_id: UUID) -> None:
        assert [await _tell(redis, sandbox_id, key, n=n) for n, key in enumerate("abc")] == [1, 2, 3]
        head, bodies = await _history(redis, sandbox_id)
        assert head.seq == 3
        assert bodies == [f'"type":"told","data":{{"n":{n}}}}}' for n in range(3)]

    async def test_drops_what_was_already_published(self, redis: Redis, sandbox_id: UUID) -> None:
        async with redis.pubsub() as pubsub:
            await pubsub.subscribe(channel_of(sandbox_id, "clock"))
            await pubsub.get_message(timeout=1)
            assert await _tell(redis, sandbox_id, "event:handler", n=1) == 1
            assert await _tell(redis, sandbox_id, "event:handler", n=2) is None
            assert (await pubsub.get_message(timeout=1) or {})["data"].endswith(b' 1 "type":"told","data":{"n":1}}')
            assert await pubsub.get_message(timeout=0.05) is None
        head, bodies = await _history(redis, sandbox_id)
        assert (head.seq, len(bodies)) == (1, 1)

    async def test_takes_the_same_key_for_another_topic_type_or_sandbox(self, redis: Redis, sandbox_id: UUID) -> None:
        assert await _tell(redis, sandbox_id, "k") == 1
        assert await _tell(redis, sandbox_id, "k", topic="badges.1") == 1
        assert await _tell(redis, new_id(), "k") == 1
        again = await publish(redis, sandbox_id=sandbox_id, topic="clock", type="other", data={}, once_key="k")
        assert again == 2

    async def test_drops_a_value_read_before_one_already_told(self, redis: Redis, sandbox_id: UUID) -> None:
        early, late = await take_turn(redis), await take_turn(redis)
        assert await _tell(redis, sandbox_id, "late", n=2, turn=late) == 1
        assert await _tell(redis, sandbox_id, "early", n=1, turn=early) is None
        assert (await _history(redis, sandbox_id))[1] == ['"type":"told","data":{"n":2}}']

    async def test_asks_for_a_fresh_look_when_the_turn_cannot_be_compared(self, redis: Redis, sandbox_id: UUID) -> None:
        turn = await take_turn(redis)
        await redis.flushall()
        assert await _tell(redis, sandbox_id, "a", turn=turn) == 1
        assert (await _history(redis, sandbox_id))[1] == ['"type":"resync","data":null}']

    async def test_begins_another_epoch_when_redis_was_emptied(self, redis: Redis, sandbox_id: UUID) -> None:
        await _tell(redis, sandbox_id, "a")
        before, _ = await _history(redis, sandbox_id)
        await redis.flushall()
        assert await _tell(redis, sandbox_id, "b") == 1
        after, _ = await _history(redis, sandbox_id)
        assert after.epoch != before.epoch

    async def test_begins_another_epoch_when_redis_came_back_from_an_older_dump(
        self, redis: Redis, sandbox_id: UUID
    ) -> None:
        for key in "abc":
            await _tell(redis, sandbox_id, key)
        before, _ = await _history(redis, sandbox_id)
        # What a restart changes in the server, seen from the keys it loaded.
        await redis.hset(f"{channel_of(sandbox_id, 'clock')}:head", "run", "0" * 40)
        assert await _tell(redis, sandbox_id, "d", n=4) == 1
        after, bodies = await _history(redis, sandbox_id)
        assert after.epoch != before.epoch
        assert bodies == ['"type":"told","data":{"n":4}}']

    async def test_keeps_about_five_hundred_frames_for_a_day(self, redis: Redis, sandbox_id: UUID) -> None:
        for n in range(800):
            await _tell(redis, sandbox_id, str(n))
        channel = channel_of(sandbox_id, "clock")
        assert 500 <= await redis.xlen(f"{channel}:log") <= 600
        for key in (f"{channel}:log", f"{channel}:head"):
            assert 24 * 3600 - 60 < await redis.ttl(key) <= 24 * 3600
        assert 3500 < await redis.ttl(f"kd:rt-once:{sandbox_id}:clock:told:799") <= 3600

    async def test_refuses_a_frame_that_is_a_whole_page(self, redis: Redis, sandbox_id: UUID) -> None:
        with pytest.raises(ValueError, match="too large"):
            await publish(
                redis, sandbox_id=sandbox_id, topic="clock", type="t", data={"x": "模" * 12_000}, once_key="a"
            )
        assert await redis.keys("*") == []


def _entries(epoch: str, *seqs: int) -> tuple[Entry, ...]:
    return tuple(Entry(Head(epoch, seq), "x") for seq in seqs)


class TestMissed:
    def test_returns_nothing_when_one_of_them_says_join_afresh(self) -> None:
        entries = (Entry(Head("e", 4), RESYNC_BODY), Entry(Head("e", 5), "x"))
        assert missed(History(Head("e", 5), entries), Head("e", 3)) is None

    def test_returns_all_frames_after_a_place(self) -> None:
        assert missed(History(Head("e", 5), _entries("e", 4, 5)), Head("e", 3)) == _entries("e", 4, 5)
        assert missed(History(Head("e", 3), ()), Head("e", 3)) == ()

    @pytest.mark.parametrize(
        ("head", "seqs"),
        [
            (Head("other", 5), (4, 5)),
            (Head("e", 5), (5,)),
            (Head("e", 6), (4, 5)),
            (Head("e", 6), (4, 6)),
            (Head("e", 2), ()),
        ],
        ids=["other epoch", "oldest trimmed", "newest missing", "hole", "place is ahead"],
    )
    def test_returns_nothing_rather_than_a_part(self, head: Head, seqs: tuple[int, ...]) -> None:
        assert missed(History(head, _entries(head.epoch, *seqs)), Head("e", 3)) is None
