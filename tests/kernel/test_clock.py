"""The clock as a value: three axes, anchors, speed, pause, heartbeat, jump."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import BEAT_GRACE, ClockState, Reading, SandboxClock
from tests.manual_clock import START
from tests.world import STARTS_SIM_AT

SECONDS = st.integers(0, 40 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
MOMENTS = st.integers(0, 10**10).map(lambda micros: timedelta(microseconds=micros))
SPEEDS = st.integers(1, 1440)
ALWAYS_BEATING = START + timedelta(days=10_000)


def running(speed: int = 24, *, beat_after: timedelta | None = None) -> SandboxClock:
    """Returns a clock that has run since `START`, its heart beating for ever unless told otherwise."""
    beat_at = ALWAYS_BEATING if beat_after is None else START + beat_after
    return SandboxClock(ClockState.RUNNING, speed, STARTS_SIM_AT, 0, START, beat_at)


def beating(clock: SandboxClock) -> SandboxClock:
    """Returns a clock whose heart beats for ever."""
    return replace(clock, beat_at=ALWAYS_BEATING)


class TestReading:
    def test_goes_on_at_its_speed(self) -> None:
        reading = running(24).read(START + timedelta(seconds=10, microseconds=1500))
        assert reading == Reading(
            at=START + timedelta(seconds=10, microseconds=1500),
            sim_at=STARTS_SIM_AT + timedelta(seconds=240, microseconds=36_000),
            class_ms=10_001,
        )

    def test_knows_where_its_day_began(self) -> None:
        reading = running(1440).read(START + timedelta(minutes=2, seconds=30))
        assert reading.sim_at == STARTS_SIM_AT + timedelta(days=2, hours=12)
        assert reading.day_start_sim_at == STARTS_SIM_AT.replace(hour=0) + timedelta(days=2)

    @given(first=MOMENTS, more=MOMENTS, speed=SPEEDS)
    def test_never_goes_back(self, first: timedelta, more: timedelta, speed: int) -> None:
        clock = running(speed)
        before, after = clock.read(START + first), clock.read(START + first + more)
        assert (after.sim_at - before.sim_at, after.class_ms >= before.class_ms) == (more * speed, True)

    def test_before_the_anchor_is_the_anchor(self) -> None:
        """The machine's clock was put back: time stands until it has caught up."""
        reading = running().read(START - timedelta(hours=1))
        assert (reading.sim_at, reading.class_ms) == (STARTS_SIM_AT, 0)

    @given(state=st.sampled_from([ClockState.PAUSED, ClockState.JUMPING]), passed=SECONDS)
    def test_stands_on_both_axes_unless_running(self, state: ClockState, passed: timedelta) -> None:
        target = STARTS_SIM_AT if state is ClockState.JUMPING else None
        clock = replace(running(), state=state, jump_target_sim_at=target)
        reading = clock.read(START + passed)
        assert (reading.sim_at, reading.class_ms) == (STARTS_SIM_AT, 0)

    def test_mixes_no_axes(self) -> None:
        reading = running().read(START)
        with pytest.raises(TypeError):
            _ = reading.at - reading.sim_at


class TestAnchoring:
    @given(passed=MOMENTS, later=MOMENTS, speed=SPEEDS)
    def test_changes_no_simulated_reading(self, passed: timedelta, later: timedelta, speed: int) -> None:
        clock = running(speed)
        anchored = beating(clock.anchored(START + passed))
        assert anchored.read(START + passed + later).sim_at == clock.read(START + passed + later).sim_at

    @given(passed=st.lists(MOMENTS, max_size=5), later=MOMENTS)
    def test_loses_a_millisecond_of_class_time_at_the_most(self, passed: list[timedelta], later: timedelta) -> None:
        """Class time is whole milliseconds; each anchor rounds down once."""
        clock, now = running(), START
        for step in passed:
            now += step
            clock = beating(clock.anchored(now))
        lost = running().read(now + later).class_ms - clock.read(now + later).class_ms
        assert 0 <= lost <= len(passed)


class TestChanges:
    @given(ran=MOMENTS, stood=SECONDS, again=MOMENTS)
    def test_pause_stops_both_axes(self, ran: timedelta, stood: timedelta, again: timedelta) -> None:
        paused = running().paused(START + ran)
        then = START + ran + stood
        assert paused.read(then).sim_at == STARTS_SIM_AT + ran * 24
        assert paused.read(then).class_ms == ran // timedelta(milliseconds=1)
        restarted = beating(paused.started(then))
        assert restarted.read(then + again).sim_at == STARTS_SIM_AT + (ran + again) * 24

    @given(ran=MOMENTS, later=MOMENTS, speed=SPEEDS)
    def test_speed_touches_simulated_time_only(self, ran: timedelta, later: timedelta, speed: int) -> None:
        now = START + ran
        clock = running(24)
        faster = beating(clock.at_speed(now, speed))
        assert faster.read(now + later).sim_at == STARTS_SIM_AT + ran * 24 + later * speed
        assert faster.read(now + later).class_ms - beating(clock.anchored(now)).read(now + later).class_ms == 0

    @given(change=st.sampled_from(["started", "paused", "at_speed", "jumping_to", "anchored"]), ran=MOMENTS)
    def test_never_move_the_present(self, change: str, ran: timedelta) -> None:
        now, clock = START + ran, running()
        more = {"at_speed": (1440,), "jumping_to": (STARTS_SIM_AT + timedelta(days=99),)}.get(change, ())
        assert getattr(clock, change)(now, *more).read(now) == clock.read(now)


class TestHeartbeat:
    def test_carries_the_clock_for_its_grace(self) -> None:
        clock = running(beat_after=timedelta(seconds=30))
        frozen = STARTS_SIM_AT + (timedelta(seconds=30) + BEAT_GRACE) * 24
        just_in_time = START + timedelta(seconds=30) + BEAT_GRACE
        assert clock.read(just_in_time).sim_at == frozen
        assert clock.read(just_in_time - timedelta(seconds=1)).sim_at == frozen - timedelta(seconds=24)
        for silence in (timedelta(seconds=1), timedelta(days=2)):
            reading = clock.read(just_in_time + silence)
            assert (reading.sim_at, reading.class_ms) == (frozen, 40_000)

    @given(silence=SECONDS, later=MOMENTS)
    def test_after_a_silence_goes_on_from_where_it_froze(self, silence: timedelta, later: timedelta) -> None:
        clock = running(beat_after=timedelta(0))
        now = START + BEAT_GRACE + silence
        revived = beating(clock.anchored(now))
        assert revived.read(now + later).sim_at == STARTS_SIM_AT + (BEAT_GRACE + later) * 24


class TestJump:
    @given(was=st.sampled_from([ClockState.RUNNING, ClockState.PAUSED]), took=SECONDS)
    def test_lands_at_its_target_as_it_was(self, was: ClockState, took: timedelta) -> None:
        target = STARTS_SIM_AT + timedelta(days=15)
        clock = replace(running(), state=was)
        jumping = clock.jumping_to(START, target)
        assert (jumping.state, jumping.jump_target_sim_at) == (ClockState.JUMPING, target)
        landed = jumping.landed(START + took)
        assert landed == replace(
            clock, sim_anchor_at=target, real_anchor_at=START + took, beat_at=START + took, resume_after_jump=False
        )

    def test_moves_forward_only(self) -> None:
        jumping = running().jumping_to(START, STARTS_SIM_AT + timedelta(days=15))
        third = jumping.moved_to(STARTS_SIM_AT + timedelta(days=3))
        assert third.sim_anchor_at == STARTS_SIM_AT + timedelta(days=3)
        assert third.moved_to(STARTS_SIM_AT + timedelta(days=1)) == third
