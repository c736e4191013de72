"""A channel's head: one seq at a time, gaps from the history, otherwise everyone joins afresh."""

import asyncio
import json
from collections.abc import Callable

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from kernel.realtime.channel import Channel, Member
from kernel.realtime.outbox import Outbox
from kernel.realtime.publishing import RESYNC_BODY, Entry, Head, History


def _entry(seq: int, epoch: str = "e") -> Entry:
    return Entry(Head(epoch, seq), f'"type":"told","data":{seq}}}')


class _Past:
    """The history as a test wants Redis to have it."""

    def __init__(self) -> None:
        self.epoch = "e"
        self.seqs: list[int] = []
        self.reads = 0
        self.failing = False
        self.during_read: Callable[[], None] = lambda: None

    async def read_after(self, after: Head | None) -> History:
        self.reads += 1
        if self.failing:
            raise RedisConnectionError
        head = Head(self.epoch, self.seqs[-1] if self.seqs else 0)
        entries = () if after is None else tuple(_entry(n, self.epoch) for n in self.seqs if n > after.seq)
        during, self.during_read = self.during_read, lambda: None
        during()
        await asyncio.sleep(0)
        return History(head, entries)


@pytest.fixture
def past() -> _Past:
    return _Past()


async def _live(past: _Past, outbox: Outbox) -> tuple[Channel, Member]:
    channel = Channel("clock", past.read_after)
    await channel.open()
    member = channel.admit(outbox, backlog_limit=3)
    member.go_live("{}", ())
    await outbox.take()
    return channel, member


async def _seqs(outbox: Outbox) -> list[tuple[str, int]]:
    async with asyncio.timeout(1):
        [message] = await outbox.take()
    return [(frame["type"], frame["seq"]) for frame in json.loads(message)]


class TestReceive:
    async def test_hands_on_the_next_frame_and_drops_an_old_one(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel, _ = await _live(past, outbox)
        for seq in (1, 2, 2, 1, 3):
            channel.receive(_entry(seq))
        assert await _seqs(outbox) == [("told", 1), ("told", 2), ("told", 3)]
        assert past.reads == 1

    async def test_fills_a_gap_from_the_history(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel, _ = await _live(past, outbox)
        past.seqs = [1, 2, 3]
        channel.receive(_entry(3))
        assert await _seqs(outbox) == [("told", 1), ("told", 2), ("told", 3)]

    async def test_loses_nothing_that_comes_while_it_fills(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel, _ = await _live(past, outbox)

        def publish_another() -> None:
            past.seqs.append(3)
            channel.receive(_entry(3))

        past.seqs = [1, 2]
        past.during_read = publish_another
        channel.receive(_entry(2))
        await channel.catch_up()
        assert await _seqs(outbox) == [("told", 1), ("told", 2), ("told", 3)]

    @pytest.mark.parametrize(("epoch", "seqs"), [("e", [2, 3]), ("f", [1, 2, 3])], ids=["trimmed", "other epoch"])
    async def test_tells_everyone_to_join_afresh_when_the_history_is_gone(
        self, past: _Past, epoch: str, seqs: list[int]
    ) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel, _ = await _live(past, outbox)
        past.epoch, past.seqs = epoch, seqs
        channel.receive(_entry(3, epoch))
        assert await _seqs(outbox) == [("resync", 3)]
        channel.receive(_entry(4, epoch))
        late = channel.admit(outbox, backlog_limit=3)
        assert late.place == Head(epoch, 4)
        late.go_live("{}", ())
        assert await outbox.take() == ["{}"], "who was told to join afresh hears nothing until then"

    async def test_passes_on_a_published_resync_as_the_last_frame(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel, _ = await _live(past, outbox)
        channel.receive(_entry(1))
        channel.receive(Entry(Head("e", 2), RESYNC_BODY))
        channel.receive(_entry(3))
        assert await _seqs(outbox) == [("told", 1), ("resync", 2)]

    async def test_tries_again_with_the_next_frame_when_redis_did_not_answer(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel, _ = await _live(past, outbox)
        past.failing = True
        channel.receive(_entry(2))
        await channel.catch_up()
        past.failing, past.seqs = False, [1, 2, 3]
        channel.receive(_entry(3))
        assert await _seqs(outbox) == [("told", 1), ("told", 2), ("told", 3)]


class TestMember:
    async def test_keeps_what_comes_before_its_answer_is_sent(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel = Channel("clock", past.read_after)
        await channel.open()
        member = channel.admit(outbox, backlog_limit=3)
        channel.receive(_entry(1))
        member.go_live('{"re":1}', ())
        channel.receive(_entry(2))
        answer, frames = await outbox.take()
        assert answer == '{"re":1}'
        assert [frame["seq"] for frame in json.loads(frames)] == [1, 2]

    async def test_is_told_to_join_afresh_when_too_much_comes_before(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel = Channel("clock", past.read_after)
        await channel.open()
        member = channel.admit(outbox, backlog_limit=3)
        for seq in range(1, 7):
            channel.receive(_entry(seq))
        member.go_live('{"re":1}', ())
        _, frames = await outbox.take()
        assert [frame["type"] for frame in json.loads(frames)] == ["resync"]

    async def test_is_told_after_its_answer_when_the_history_goes_before(self, past: _Past) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        channel = Channel("clock", past.read_after)
        await channel.open()
        member = channel.admit(outbox, backlog_limit=3)
        past.epoch, past.seqs = "f", [1]
        await channel.catch_up()
        member.go_live('{"re":1}', ())
        answer, frames = await outbox.take()
        assert answer == '{"re":1}'
        assert [(frame["epoch"], frame["type"]) for frame in json.loads(frames)] == [("f", "resync")]
