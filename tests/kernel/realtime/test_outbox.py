"""The queue of one socket."""

import asyncio

from kernel.realtime.outbox import Outbox


class _Owner:
    def __init__(self, name: str) -> None:
        self.name = name
        self.losses = 0

    def lose_place(self) -> str:
        self.losses += 1
        return f'"{self.name} resync"'


class TestTake:
    async def test_sends_a_run_of_frames_as_one_array_and_answers_alone_in_order(self) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        owner = _Owner("a")
        for frame in ("1", "2"):
            assert outbox.put_frame(frame, owner)
        outbox.put_reply("{}")
        assert outbox.put_frame("3", owner)
        assert await outbox.take() == ["[1,2]", "{}", "[3]"]

    async def test_waits_when_there_is_nothing(self) -> None:
        outbox = Outbox(frame_limit=10, reply_limit=10)
        taking = asyncio.create_task(outbox.take())
        await asyncio.sleep(0)
        assert not taking.done()
        outbox.put_reply("{}")
        assert await taking == ["{}"]


class TestOverflow:
    async def test_drops_the_frames_of_all_owners_and_tells_each_once(self) -> None:
        outbox = Outbox(frame_limit=3, reply_limit=10)
        first, second, untouched = _Owner("a"), _Owner("b"), _Owner("c")
        outbox.put_frame("1", first)
        outbox.put_reply("{}")
        outbox.put_frame("2", second)
        outbox.put_frame("3", first)
        assert not outbox.put_frame("4", second)
        assert [owner.losses for owner in (first, second, untouched)] == [1, 1, 0]
        assert await outbox.take() == ["{}", '["a resync","b resync"]']

    async def test_leaves_room_for_new_frames(self) -> None:
        outbox = Outbox(frame_limit=1, reply_limit=10)
        owner = _Owner("a")
        outbox.put_frame("1", owner)
        outbox.put_frame("2", owner)
        assert outbox.put_frame("3", owner)
        assert await outbox.take() == ['["a resync",3]']


class TestRoom:
    async def test_is_there_again_once_answers_are_taken(self) -> None:
        outbox = Outbox(frame_limit=1, reply_limit=2)
        await outbox.room()
        outbox.put_reply("1")
        outbox.put_reply("2")
        waiting = asyncio.create_task(outbox.room())
        await asyncio.sleep(0)
        assert not waiting.done()
        await outbox.take()
        await waiting
