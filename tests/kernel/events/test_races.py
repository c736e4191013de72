"""Relays that die or meet: every handler's effect happens once, whatever happens to the relay."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.events.relay import Delivery, Relay
from kernel.module import Reaction
from kernel.unit_of_work import UnitOfWork
from tests.kernel.events.desk import Desk, Happened, drain, tell
from tests.kernel.waiting import until_waiting
from tests.manual_clock import ManualClock


class Gate:
    """A place where a handler waits until the test lets it go on."""

    def __init__(self) -> None:
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    async def pass_through(self) -> None:
        """Waits."""
        self.reached.set()
        await self.open.wait()


def gated(desk: Desk, gate: Gate) -> Reaction:
    """Returns a reaction that stops at a gate after its effect."""

    async def keep(uow: UnitOfWork, event: Happened) -> None:
        await desk.effect(uow, event, "test.keep")
        desk.handled.append(event.label)
        await gate.pass_through()

    return Reaction("test.keep", (Happened,), keep)


class _DyingRelay(Relay):
    """Dies after the frames are out and before the delivery is marked."""

    async def _mark_done(self, _uow: UnitOfWork, _delivery: Delivery) -> bool:
        raise asyncio.CancelledError


class TestTwoRelays:
    async def test_handle_a_fact_once(self, desk: Desk, admin: AsyncEngine) -> None:
        gate = Gate()
        await desk.publish("a")
        first, second = (desk.relay(gated(desk, gate)) for _ in range(2))
        await first.fan_out()
        holding = asyncio.create_task(first.deliver_due())
        await gate.reached.wait()
        waiting = asyncio.create_task(second.deliver_due())
        await until_waiting(admin, 1)
        gate.open.set()
        await asyncio.gather(holding, waiting)
        assert desk.handled == ["a"]
        assert await desk.effects() == ["a"]
        [row] = await desk.inbox()
        assert (row.state, row.attempts) == ("done", 0)

    async def test_in_full_swing_keep_once_and_order(self, desk: Desk) -> None:
        labels = [f"{number}" for number in range(60)]
        await desk.publish(*labels)
        await asyncio.gather(*(drain(desk.relay()) for _ in range(4)))
        await drain(desk.relay())
        assert await desk.effects() == labels
        assert set((await desk.states()).values()) == {"done"}

    async def test_tell_a_topic_once(self, desk: Desk) -> None:
        await desk.publish(*(f"{number}" for number in range(20)))
        await asyncio.gather(*(drain(desk.relay(broadcasts=[tell()])) for _ in range(3)))
        assert await desk.told() == 20

    async def test_of_which_one_works_the_other_goes_home(self, desk: Desk) -> None:
        gate = Gate()
        await desk.publish("a")
        working = asyncio.create_task(desk.relay(gated(desk, gate)).run(seconds=30))
        await gate.reached.wait()
        assert await desk.relay().run(seconds=30) is False
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        assert await desk.relay().run(seconds=0) is True


class TestDeath:
    async def test_in_a_reaction_leaves_no_effect_and_the_next_relay_does_it(self, desk: Desk) -> None:
        gate = Gate()
        await desk.publish("a")
        dying = desk.relay(gated(desk, gate))
        await dying.fan_out()
        task = asyncio.create_task(dying.deliver_due())
        await gate.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await desk.effects() == []
        [row] = await desk.inbox()
        assert (row.state, row.attempts) == ("pending", 0)
        await drain(desk.relay())
        assert await desk.effects() == ["a"]

    async def test_of_its_connection_leaves_no_effect(self, desk: Desk, wall: ManualClock) -> None:
        async def cut(uow: UnitOfWork, event: Happened) -> None:
            await desk.effect(uow, event, "test.keep")
            await uow.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        await desk.publish("a")
        await drain(desk.relay(Reaction("test.keep", (Happened,), cut)))
        assert await desk.effects() == []
        [row] = await desk.inbox()
        assert (row.state, row.attempts) == ("pending", 1)
        wall.advance(seconds=1)
        await drain(desk.relay())
        assert await desk.effects() == ["a"]

    async def test_after_a_reaction_finds_it_done(self, desk: Desk) -> None:
        """Effect and mark are one commit, so there is no moment between them to die in."""
        await desk.publish("a")
        await drain(desk.relay())
        [row] = await desk.inbox()
        assert (row.state, await desk.effects()) == ("done", ["a"])
        await drain(desk.relay())
        assert desk.handled == ["a"]

    async def test_between_telling_and_marking_tells_nobody_twice(self, desk: Desk) -> None:
        await desk.publish("a")
        healthy = desk.relay(broadcasts=[tell()])
        await healthy.fan_out()
        with pytest.raises(asyncio.CancelledError):
            await _DyingRelay(desk.world.runtime, healthy.directory).deliver_due()
        assert await desk.told() == 1
        assert await desk.states("test.tell") == {"a": "pending"}
        await drain(healthy)
        assert await desk.told() == 1
        assert await desk.states("test.tell") == {"a": "done"}

    async def test_gives_its_place_to_the_next(self, desk: Desk) -> None:
        """The lock is its connection's: when that is cut, the relay stops and another may work."""
        await desk.publish("a")
        gate = Gate()
        working = asyncio.create_task(desk.relay(gated(desk, gate)).run(seconds=30))
        await gate.reached.wait()
        async with desk.world.runtime.enter_system() as uow:
            cut = text("""
                SELECT pg_terminate_backend(pid) FROM pg_locks
                 WHERE locktype = 'advisory' AND granted AND objid = 7220011
            """)
            assert (await uow.execute(cut)).scalar_one() is True
        gate.open.set()
        with pytest.raises(DBAPIError) as failure:
            await working
        assert failure.value.connection_invalidated
        assert await desk.relay().run(seconds=0) is True
        assert await desk.effects() == ["a"]
