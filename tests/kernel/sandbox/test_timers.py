"""Timers: each fires exactly once, in the order of due, at its own moment; pauses and gaps make no one late."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.clock import BEAT_GRACE, ClockState, Reading, SandboxClock
from kernel.ids import new_id
from kernel.sandbox import timers
from kernel.sandbox.runner import moment_of
from kernel.sandbox.timers import DueTimer
from tests.kernel.sandbox.stage import Stage, at
from tests.kernel.waiting import until_waiting
from tests.manual_clock import START
from tests.world import STARTS_SIM_AT


class TestOrder:
    async def test_runs_over_both_axes_together(self, stage: Stage) -> None:
        # At 24× the running clock passes class second 5 at simulated second 120, and class second 10 at 240.
        await stage.schedule("sim 241", sim_at=at(seconds=241))
        await stage.schedule("class 10", class_ms=10_000)
        await stage.schedule("sim 100", sim_at=at(seconds=100))
        await stage.schedule("sim 239", sim_at=at(seconds=239))
        await stage.schedule("class 5", class_ms=5_000)
        await stage.schedule("sim 240", sim_at=at(seconds=240))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=11)
        assert stage.labels == ["sim 100", "class 5", "sim 239", "class 10", "sim 240", "sim 241"]

    async def test_gives_each_handler_its_own_moment(self, stage: Stage) -> None:
        await stage.schedule("class 5", class_ms=5_000)
        await stage.schedule("sim 120.024", sim_at=at(seconds=120, milliseconds=24))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=9)
        moments = [(noted.now.sim_at, noted.now.class_ms, noted.jumping) for noted in stage.notebook]
        assert moments == [(at(seconds=120), 5_000, False), (at(seconds=120, milliseconds=24), 5_001, False)]

    async def test_breaks_ties_by_the_order_of_scheduling(self, stage: Stage) -> None:
        for number in range(5):
            await stage.schedule(f"tie {number}", sim_at=at(minutes=1))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=9)
        assert stage.labels == [f"tie {number}" for number in range(5)]

    async def test_holds_at_the_highest_speed(self, stage: Stage) -> None:
        dues = [at(minutes=(number * 1117) % 4300) for number in range(40)]
        for number, due in enumerate(dues):
            await stage.schedule(f"{number}", sim_at=due)
        await stage.world.lecturer.put("/sandbox/clock/speed", {"speed": 1440})
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(minutes=3)  # three simulated days
        assert [noted.now.sim_at for noted in stage.notebook] == sorted(dues)
        assert sorted(stage.labels, key=int) == [f"{number}" for number in range(40)]
        assert set((await stage.states()).values()) == {"fired"}
        assert (await stage.clock())["sim_at"] == at(days=3).isoformat()

    async def test_follows_a_change_of_speed(self, stage: Stage) -> None:
        await stage.schedule("at 60×", sim_at=at(seconds=60))
        await stage.world.lecturer.put("/sandbox/clock/speed", {"speed": 1})
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=30)
        assert stage.labels == []
        await stage.world.lecturer.put("/sandbox/clock/speed", {"speed": 60})
        await stage.pass_time(seconds=1)
        [noted] = stage.notebook
        assert (noted.now.sim_at, noted.now.class_ms) == (at(seconds=60), 30_500)


class TestFiring:
    async def test_happens_once_however_often_the_sweep_comes(self, stage: Stage) -> None:
        subject_id = await stage.schedule("once", sim_at=STARTS_SIM_AT)
        assert (await stage.one_turn()).more
        assert not (await stage.one_turn()).more
        assert not (await stage.one_turn()).more
        assert stage.labels == ["once"]
        assert await stage.effects() == [subject_id]

    async def test_needs_the_moment_to_have_come(self, stage: Stage) -> None:
        await stage.schedule("due", sim_at=at(seconds=240))
        await stage.schedule("not yet", sim_at=at(seconds=240, microseconds=1))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=10)
        assert await stage.states() == {"due": "fired", "not yet": "pending"}

    async def test_is_scheduled_once_per_subject_and_ordinal(self, stage: Stage) -> None:
        async def twice() -> None:
            async with stage.world.runtime.enter_sandbox(stage.world.sandbox_id) as uow:
                subject_id = new_id()
                for _ in range(2):
                    await timers.schedule_sim(uow, "test.note", subject_id, due_sim_at=STARTS_SIM_AT)

        with pytest.raises(IntegrityError, match="kernel_timer_once"):
            await twice()
        assert await stage.rows() == []

    async def test_gives_way_to_a_cancellation_that_commits_first(self, stage: Stage, admin: AsyncEngine) -> None:
        subject_id = await stage.schedule("cancelled", sim_at=STARTS_SIM_AT)
        await stage.schedule("next", sim_at=STARTS_SIM_AT)
        async with stage.world.runtime.enter_sandbox(stage.world.sandbox_id) as uow:
            await timers.cancel(uow, "test.note", subject_id)
            firing = asyncio.create_task(stage.one_turn())
            await until_waiting(admin, 1)
        await firing
        assert await stage.states() == {"cancelled": "cancelled", "next": "fired"}
        assert stage.labels == ["next"]

    async def test_wins_over_a_cancellation_that_comes_later(self, stage: Stage) -> None:
        subject_id = await stage.schedule("fired", sim_at=STARTS_SIM_AT)
        await stage.one_turn()
        async with stage.world.runtime.enter_sandbox(stage.world.sandbox_id) as uow:
            await timers.cancel(uow, "test.note", subject_id)
        assert await stage.states() == {"fired": "fired"}


class TestPause:
    async def test_of_two_days_makes_no_one_late(self, stage: Stage) -> None:
        await stage.schedule("class 15 min", class_ms=15 * 60_000)
        await stage.schedule("sim 6 h", sim_at=at(hours=6))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(minutes=14)
        await stage.world.lecturer.post("/sandbox/clock/pause")
        stage.wall.advance(days=2)
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=59)
        assert stage.labels == []
        clock = await stage.clock()
        assert (clock["class_seconds"], clock["sim_at"]) == (899, at(seconds=899 * 24).isoformat())
        await stage.pass_time(seconds=1)
        assert stage.labels == ["class 15 min", "sim 6 h"]

    async def test_fires_nothing_by_itself(self, stage: Stage) -> None:
        await stage.schedule("later", sim_at=at(seconds=1))
        stage.wall.advance(days=2)
        await stage.pass_time(minutes=1)
        assert stage.labels == []
        assert (await stage.clock())["sim_at"] == STARTS_SIM_AT.isoformat()


class TestGap:
    async def test_of_a_dead_laptop_becomes_a_pause(self, stage: Stage) -> None:
        await stage.schedule("sim 1 h", sim_at=at(hours=1))
        await stage.schedule("class 1 min", class_ms=60_000)
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(seconds=30)
        stage.wall.advance(days=2)
        ran = timedelta(seconds=30) + BEAT_GRACE
        frozen = await stage.clock()
        assert (frozen["class_seconds"], frozen["sim_at"]) == (40, (STARTS_SIM_AT + ran * 24).isoformat())
        await stage.pass_time(seconds=0)
        assert stage.labels == []
        after = await stage.clock()
        assert (after["state"], after["class_seconds"], after["version"]) == ("running", 40, frozen["version"] + 1)
        await stage.pass_time(seconds=19)
        assert stage.labels == []
        await stage.pass_time(seconds=1)
        assert stage.labels == ["class 1 min"]


READINGS = st.integers(min_value=0, max_value=10**9)


class TestMomentOf:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(anchor_ms=READINGS, ahead_ms=READINGS, speed=st.integers(1, 1440))
    def test_is_where_the_running_clock_passes_on_both_axes(self, anchor_ms: int, ahead_ms: int, speed: int) -> None:
        clock = SandboxClock(ClockState.RUNNING, speed, STARTS_SIM_AT, anchor_ms, START, START + timedelta(days=100))
        passing = clock.read(START + timedelta(milliseconds=ahead_ms))
        timer = DueTimer(new_id(), "test", new_id(), 0, None, anchor_ms + ahead_ms, {})
        assert moment_of(timer, clock, START) == Reading(START, passing.sim_at, passing.class_ms)
        sim_timer = DueTimer(new_id(), "test", new_id(), 0, passing.sim_at, None, {})
        assert moment_of(sim_timer, clock, START) == Reading(START, passing.sim_at, passing.class_ms)
