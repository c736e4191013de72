"""The relay: at least once, in order per aggregate; back-off, parking and replay; poison stops nobody else."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.events.relay import LONGEST_WAIT_SECONDS, TRIES, Directory, Relay
from kernel.ids import new_id
from tests.kernel.events.desk import Desk, Happened, drain, tell
from tests.manual_clock import START, ManualClock


async def fail_until_parked(relay: Relay, wall: ManualClock) -> None:
    """Lets a relay try everything as often as it may."""
    for _ in range(TRIES):
        await drain(relay)
        wall.advance(seconds=LONGEST_WAIT_SECONDS)


class TestPublish:
    async def test_writes_with_the_transaction(self, desk: Desk) -> None:
        await desk.publish("a", "b")
        assert [(row.label, row.type, row.fanned_at) for row in await desk.outbox()] == [
            ("a", "test.thing.happened.v1", None),
            ("b", "test.thing.happened.v1", None),
        ]

    async def test_in_a_transaction_that_is_rolled_back_writes_nothing(self, desk: Desk) -> None:
        async def fail() -> None:
            async with desk.world.runtime.enter_sandbox(desk.world.sandbox_id) as uow:
                uow.publish(Happened(thing_id=new_id(), label="never"))
                await uow.flush_events()
                raise RuntimeError("boom")

        with pytest.raises(RuntimeError, match="boom"):
            await fail()
        assert await desk.outbox() == []

    async def test_by_concurrent_writers_stands_in_the_order_of_their_commits(self, desk: Desk) -> None:
        """All writers of an aggregate lock its row first, as `transition` does; so seq tells who was first."""
        runtime, sandbox_id, thing_id = desk.world.runtime, desk.world.sandbox_id, new_id()
        async with runtime.enter_sandbox(sandbox_id) as uow:
            row = {"sandbox_id": sandbox_id, "seat_id": thing_id}
            await uow.execute(text("INSERT INTO kernel_storage_usage VALUES (:sandbox_id, :seat_id, 0, 0)"), row)
        count_on = text("UPDATE kernel_storage_usage SET files = files + 1 WHERE seat_id = :id RETURNING files")

        async def write(number: int) -> None:
            async with runtime.enter_sandbox(sandbox_id) as uow:
                uow.publish(Happened(thing_id=new_id(), label="another thing"))
                await asyncio.sleep(0.001 * (number % 5))
                files = (await uow.execute(count_on, {"id": thing_id})).scalar_one()
                uow.publish(Happened(thing_id=thing_id, label=f"{files}"))

        await asyncio.gather(*(write(number) for number in range(19)))
        labels = [row.label for row in await desk.outbox() if row.label != "another thing"]
        assert labels == [f"{number}" for number in range(1, 20)]


class TestFanOut:
    async def test_gives_each_handler_its_own_row(self, desk: Desk) -> None:
        relay = desk.relay(desk.reaction("test.one"), desk.reaction("test.two"), broadcasts=[tell()])
        await desk.publish("a")
        assert await relay.fan_out() == 1
        rows = [(row.handler, row.state, row.attempts) for row in await desk.inbox()]
        assert rows == [(name, "pending", 0) for name in ("test.one", "test.tell", "test.two")]
        assert await relay.fan_out() == 0

    async def test_of_a_fact_nobody_wants_is_done(self, desk: Desk) -> None:
        relay = Relay(desk.world.runtime, Directory(events=[Happened], reactions=[], broadcasts=[]))
        await desk.publish("a")
        assert await relay.turn() == 1
        assert await desk.inbox() == []
        assert [row.fanned_at for row in await desk.outbox()] == [START]
        assert await relay.turn() == 0

    def test_knows_each_handler_once(self, desk: Desk) -> None:
        with pytest.raises(ValueError, match="registered twice"):
            desk.relay(desk.reaction("test.one"), desk.reaction("test.one"))


class TestDelivery:
    async def test_is_once_and_in_order(self, desk: Desk) -> None:
        labels = [f"{number}" for number in range(130)]  # more than one batch
        await desk.publish(*labels)
        await drain(desk.relay())
        assert desk.handled == labels
        assert await desk.effects() == labels
        assert set((await desk.states()).values()) == {"done"}
        await drain(desk.relay())
        assert desk.handled == labels

    async def test_of_several_aggregates_keeps_the_order_of_each(self, desk: Desk) -> None:
        things = [new_id() for _ in range(4)]
        for number in range(40):
            await desk.publish(f"{number}", thing_id=things[number % 4])
        await drain(desk.relay())
        for place in range(4):
            own = [label for label in desk.handled if int(label) % 4 == place]
            assert own == [f"{number}" for number in range(place, 40, 4)]

    async def test_runs_in_the_class_of_the_fact(self, desk: Desk) -> None:
        await desk.publish("a")
        await drain(desk.relay())
        assert await desk.effects() == ["a"]


class TestBackOff:
    async def test_holds_back_later_facts_of_the_same_thing_only(self, desk: Desk, wall: ManualClock) -> None:
        desk.failing = {"a1"}
        await desk.publish("a1", "a2")
        await desk.publish("b1", "b2")
        await drain(desk.relay())
        assert desk.handled == ["a1", "b1", "b2"]
        assert await desk.effects() == ["b1", "b2"]
        desk.failing.clear()
        wall.advance(seconds=1)
        await drain(desk.relay())
        assert await desk.effects() == ["b1", "b2", "a1", "a2"]

    async def test_holds_back_the_failing_handler_only(self, desk: Desk) -> None:
        desk.failing = {"a1"}

        async def note(_uow: object, event: Happened) -> None:
            seen.append(event.label)

        seen: list[str] = []
        await desk.publish("a1", "a2")
        await drain(desk.relay(desk.reaction(), broadcasts=[tell(note)]))
        assert seen == ["a1", "a2"]
        assert desk.handled == ["a1"]
        assert await desk.told() == 2

    async def test_doubles_up_to_half_an_hour(self, desk: Desk, wall: ManualClock) -> None:
        desk.failing = {"a"}
        await desk.publish("a")
        relay, waits = desk.relay(), []
        for _ in range(TRIES - 1):
            await drain(relay)
            [row] = await desk.inbox()
            waits.append((row.next_try_at - wall.at).total_seconds())
            wall.at = row.next_try_at - timedelta(microseconds=1)
            assert await relay.turn() == 0
            wall.at = row.next_try_at
        assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256]
        assert 2**TRIES <= LONGEST_WAIT_SECONDS


class TestParking:
    async def test_comes_after_ten_tries_and_lets_the_others_pass(self, desk: Desk, wall: ManualClock) -> None:
        desk.failing = {"a1"}
        await desk.publish("a1", "a2")
        await fail_until_parked(desk.relay(), wall)
        assert desk.handled == ["a1"] * TRIES + ["a2"]
        assert await desk.effects() == ["a2"]
        assert await desk.states() == {"a1": "parked", "a2": "done"}
        parked = await desk.world.lecturer.get("/sandbox/parked")
        assert parked["timers"] == []
        [shown] = parked["deliveries"]
        assert (shown["event_type"], shown["handler"], shown["attempts"], shown["error"]) == (
            "test.thing.happened.v1",
            "test.keep",
            10,
            "RuntimeError('boom')",
        )

    async def test_of_a_fact_that_cannot_be_read_harms_no_other(self, desk: Desk, wall: ManualClock) -> None:
        await desk.publish("unreadable", "next")
        relay = desk.relay()
        await relay.fan_out()
        async with desk.world.runtime.enter_sandbox(desk.world.sandbox_id) as uow:
            await uow.execute(text("UPDATE kernel_outbox SET payload = '{}' WHERE payload ->> 'label' = 'unreadable'"))
        await fail_until_parked(relay, wall)
        assert [row.state for row in await desk.inbox()] == ["parked", "done"]
        assert await desk.effects() == ["next"]

    async def test_of_an_unknown_handler_harms_no_other(self, desk: Desk, wall: ManualClock) -> None:
        """The row of a handler that a newer version of the program no longer has."""
        await desk.publish("a")
        await desk.relay(desk.reaction("test.gone"), desk.reaction()).fan_out()
        await fail_until_parked(desk.relay(), wall)
        assert [(row.handler, row.state) for row in await desk.inbox()] == [
            ("test.gone", "parked"),
            ("test.keep", "done"),
        ]

    async def test_of_a_class_that_is_gone_harms_no_other(
        self, desk: Desk, wall: ManualClock, admin: AsyncEngine
    ) -> None:
        await desk.publish("of the living")
        async with admin.begin() as connection:
            await connection.execute(
                text("""
                    INSERT INTO kernel_outbox (id, sandbox_id, aggregate_kind, aggregate_id, type, payload, sim_at, at)
                    SELECT :id, :gone, aggregate_kind, aggregate_id, type, payload, sim_at, at FROM kernel_outbox
                """),
                {"id": new_id(), "gone": new_id()},
            )
        await fail_until_parked(desk.relay(), wall)
        assert await desk.effects() == ["of the living"]
        async with admin.connect() as connection:
            states = await connection.execute(text("SELECT state FROM kernel_inbox ORDER BY seq"))
            assert [row.state for row in states] == ["done", "parked"]


class TestReplay:
    async def test_delivers_a_parked_fact_once(self, desk: Desk, wall: ManualClock) -> None:
        desk.failing = {"a"}
        await desk.publish("a")
        relay = desk.relay()
        await fail_until_parked(relay, wall)
        desk.failing.clear()
        lecturer = desk.world.lecturer
        [parked] = (await lecturer.get("/sandbox/parked"))["deliveries"]
        body = {"event_id": parked["event_id"], "handler": parked["handler"]}
        problem = await desk.world.learners[0].post("/sandbox/parked/deliveries/replay", body, status=403)
        assert problem["code"] == "kernel.identity.not_allowed"
        assert await desk.states() == {"a": "parked"}
        await lecturer.post("/sandbox/parked/deliveries/replay", body, status=204)
        await drain(relay)
        assert await desk.effects() == ["a"]
        again = await lecturer.post("/sandbox/parked/deliveries/replay", body, status=409)
        assert again["code"] == "kernel.delivery.not_parked"
        await drain(relay)
        assert await desk.effects() == ["a"]
