"""Timers that fail: tried three times, then parked; the class goes on; a lecturer can replay; a crash leaves nothing."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from kernel.events.event import Event
from kernel.sandbox.timers import DueTimer
from kernel.unit_of_work import UnitOfWork
from tests.kernel.sandbox.stage import Stage, at
from tests.world import STARTS_SIM_AT, count_rows

POISON = "test.poison"


class _Nameless(Event):
    """A fact that cannot be written: it does not name its aggregate."""

    type = "test.nameless.v1"
    aggregate_kind = "test"


async def _raise(_uow: UnitOfWork, _timer: DueTimer) -> None:
    raise RuntimeError("boom")


async def _break_the_transaction(uow: UnitOfWork, _timer: DueTimer) -> None:
    await uow.execute(text("SELECT 1 / 0"))


async def _publish_what_cannot_be_written(uow: UnitOfWork, _timer: DueTimer) -> None:
    uow.publish(_Nameless())


@pytest.fixture
def poisoned(stage: Stage) -> Stage:
    """Returns a stage whose poisonous timers leave a line behind before they fail."""

    async def fail_late(uow: UnitOfWork, timer: DueTimer) -> None:
        await stage.note(uow, timer)
        raise RuntimeError("boom")

    stage.handlers[POISON] = fail_late
    return stage


class TestPoison:
    async def test_is_parked_after_three_tries_and_the_others_go_on(self, poisoned: Stage) -> None:
        first = await poisoned.schedule("first", sim_at=at(minutes=1))
        await poisoned.schedule("bad", sim_at=at(minutes=2), kind=POISON)
        last = await poisoned.schedule("last", sim_at=at(minutes=3))
        await poisoned.world.lecturer.post("/sandbox/clock/start")
        await poisoned.pass_time(seconds=10)
        assert poisoned.labels == ["first", "bad", "bad", "bad", "last"]
        assert await poisoned.effects() == [first, last]
        rows = {row.payload["label"]: row for row in await poisoned.rows()}
        bad = rows["bad"]
        assert (bad.state, bad.attempts, bad.error, bad.fired_order) == ("parked", 3, "RuntimeError('boom')", None)
        assert (rows["first"].state, rows["last"].state) == ("fired", "fired")

    @pytest.mark.parametrize(
        ("handler", "error"),
        [
            (_raise, "RuntimeError"),
            (_break_the_transaction, "division by zero"),
            (_publish_what_cannot_be_written, "_Nameless does not name its aggregate"),
            (None, "KeyError('test.poison')"),
        ],
        ids=["raises", "breaks its transaction", "publishes nonsense", "is of an unknown kind"],
    )
    async def test_never_stops_a_class(self, stage: Stage, handler: object, error: str) -> None:
        if handler is not None:
            stage.handlers[POISON] = handler  # type: ignore[assignment]
        await stage.schedule("bad", sim_at=STARTS_SIM_AT, kind=POISON)
        await stage.schedule("next", sim_at=STARTS_SIM_AT)
        for _ in range(4):
            assert (await stage.one_turn()).more
        assert not (await stage.one_turn()).more
        assert await stage.states() == {"bad": "parked", "next": "fired"}
        [bad] = [row for row in await stage.rows() if row.state == "parked"]
        assert error in bad.error
        assert await count_rows(stage.world.runtime, stage.world.sandbox_id, "kernel_outbox") == 0

    async def test_is_parked_in_a_jump_as_well(self, poisoned: Stage) -> None:
        await poisoned.schedule("bad", sim_at=at(days=1), kind=POISON)
        await poisoned.schedule("next", sim_at=at(days=2))
        target = {"target_sim_at": at(days=3).isoformat()}
        await poisoned.world.lecturer.post("/sandbox/clock/jump", target, status=202)
        while (await poisoned.one_turn()).more:
            pass
        assert await poisoned.states() == {"bad": "parked", "next": "fired"}
        assert (await poisoned.clock())["state"] == "paused"


async def park(stage: Stage) -> str:
    """Lets one timer fail until it is parked, and returns its id."""
    await stage.schedule("bad", sim_at=STARTS_SIM_AT, kind=POISON)
    for _ in range(3):
        await stage.one_turn()
    [timer] = (await stage.world.lecturer.get("/sandbox/parked"))["timers"]
    return str(timer["id"])


class TestReplay:
    async def test_fires_a_mended_timer_once(self, poisoned: Stage) -> None:
        timer_id = await park(poisoned)
        shown = (await poisoned.world.lecturer.get("/sandbox/parked"))["timers"]
        assert shown == [
            {
                "id": timer_id,
                "kind": POISON,
                "due_sim_at": STARTS_SIM_AT.isoformat(),
                "attempts": 3,
                "error": "RuntimeError('boom')",
            }
        ]
        poisoned.handlers[POISON] = poisoned.note
        poisoned.notebook.clear()
        await poisoned.world.lecturer.post(f"/sandbox/parked/timers/{timer_id}/replay", status=204)
        while (await poisoned.one_turn()).more:
            pass
        assert poisoned.labels == ["bad"]
        assert await poisoned.world.lecturer.get("/sandbox/parked") == {"timers": [], "deliveries": []}

    async def test_parks_again_what_is_still_broken(self, poisoned: Stage) -> None:
        timer_id = await park(poisoned)
        await poisoned.world.lecturer.post(f"/sandbox/parked/timers/{timer_id}/replay", status=204)
        for _ in range(3):
            assert (await poisoned.one_turn()).more
        assert await poisoned.states() == {"bad": "parked"}

    async def test_is_refused_twice(self, poisoned: Stage) -> None:
        timer_id = await park(poisoned)
        path = f"/sandbox/parked/timers/{timer_id}/replay"
        await poisoned.world.lecturer.post(path, status=204)
        problem = await poisoned.world.lecturer.post(path, status=409)
        assert problem["code"] == "kernel.timer.not_parked"

    async def test_is_not_a_learners(self, poisoned: Stage) -> None:
        timer_id = await park(poisoned)
        learner = poisoned.world.learners[0]
        problem = await learner.post(f"/sandbox/parked/timers/{timer_id}/replay", status=403)
        assert problem["code"] == "kernel.identity.not_allowed"
        assert await poisoned.states() == {"bad": "parked"}


class TestCrash:
    async def test_in_a_handler_leaves_the_timer_and_no_effect(self, stage: Stage) -> None:
        reached = asyncio.Event()

        async def hang(uow: UnitOfWork, timer: DueTimer) -> None:
            await stage.note(uow, timer)
            reached.set()
            await asyncio.Event().wait()

        stage.handlers[POISON] = hang
        subject_id = await stage.schedule("crashed", sim_at=STARTS_SIM_AT, kind=POISON)
        runner = stage.runner()
        token = await stage.take(runner)
        assert token is not None
        firing = asyncio.create_task(runner.fire_next(stage.world.sandbox_id, token))
        await reached.wait()
        firing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await firing
        assert await _untouched(stage)
        stage.handlers[POISON] = stage.note
        await stage.expire()
        while (await stage.one_turn()).more:
            pass
        assert await stage.effects() == [subject_id]

    async def test_of_the_connection_counts_as_a_try_and_leaves_no_effect(self, stage: Stage) -> None:
        async def cut(uow: UnitOfWork, timer: DueTimer) -> None:
            await stage.note(uow, timer)
            await uow.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        stage.handlers[POISON] = cut
        subject_id = await stage.schedule("cut", sim_at=STARTS_SIM_AT, kind=POISON)
        await stage.one_turn()
        [row] = await stage.rows()
        assert (row.state, row.attempts, await stage.effects()) == ("pending", 1, [])
        stage.handlers[POISON] = stage.note
        await stage.one_turn()
        assert await stage.effects() == [subject_id]


async def _untouched(stage: Stage) -> bool:
    [row] = await stage.rows()
    effects: list[UUID] = await stage.effects()
    return (row.state, row.attempts, row.fired_order, effects) == ("pending", 0, None, [])


class TestBadMoment:
    async def test_does_not_count_and_the_timer_fires_in_its_turn(self, stage: Stage) -> None:
        met: list[int] = []

        async def crowded(uow: UnitOfWork, timer: DueTimer) -> None:
            met.append(1)
            if len(met) < 6:
                await uow.execute(text("DO $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '55P03'; END $$"))
            await stage.note(uow, timer)

        stage.handlers[POISON] = crowded
        await stage.schedule("crowded", sim_at=at(minutes=1), kind=POISON)
        await stage.schedule("after", sim_at=at(minutes=2))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=80)
        assert len(met) == 6
        assert await stage.states() == {"crowded": "fired", "after": "fired"}
        assert stage.labels == ["crowded", "after"]
        assert [row.attempts for row in await stage.rows()] == [0, 0]
