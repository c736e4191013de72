"""The three measures of time, as values that are handed in and never looked up.

*Real time* (`_at`, aware UTC) comes from a `WallClock`. *Simulated time* (`_sim_at`, naive: the sandbox's own calendar)
and *class time* (`_class_ms`, milliseconds the sandbox has been running) are read from a `SandboxClock`. Naive and aware
datetimes cannot be subtracted in Python, so mixing the axes is a `TypeError` and not a silent fault.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

BEAT_GRACE = timedelta(seconds=10)
"""How far a running clock may move past its last heartbeat. A switched-off laptop therefore makes no one late."""

SPEED_LIMIT = 1440
"""Simulated seconds per real second at the most: one simulated day a minute."""


class WallClock(Protocol):
    """Where real time comes from."""

    def now(self) -> datetime:
        """Returns the current moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Returns the machine's current moment in UTC."""
        return datetime.now(UTC)  # noqa: TID251  the one place that reads the machine's clock


class ClockState(StrEnum):
    PAUSED = "paused"
    RUNNING = "running"
    JUMPING = "jumping"
    ENDED = "ended"
    """The class is over: time stands still for good."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One moment on all three axes."""

    at: datetime
    sim_at: datetime
    class_ms: int

    @property
    def day_start_sim_at(self) -> datetime:
        """The simulated midnight before this moment."""
        return self.sim_at.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class SandboxClock:
    """A sandbox's clock as anchors and a speed; reading it needs no database and no thread."""

    state: ClockState
    speed: int
    sim_anchor_at: datetime
    class_anchor_ms: int
    real_anchor_at: datetime
    beat_at: datetime
    jump_target_sim_at: datetime | None = None
    resume_after_jump: bool = False

    def elapsed(self, now: datetime) -> timedelta:
        """Returns the real time this clock has run since its anchor; zero unless it is running."""
        if self.state is not ClockState.RUNNING:
            return timedelta(0)
        trusted_now = min(now, self.beat_at + BEAT_GRACE)
        return max(trusted_now - self.real_anchor_at, timedelta(0))

    def read(self, now: datetime) -> Reading:
        """Returns the moment `now` on all three axes."""
        elapsed = self.elapsed(now)
        return Reading(
            at=now,
            sim_at=self.sim_anchor_at + elapsed * self.speed,
            class_ms=self.class_anchor_ms + elapsed // timedelta(milliseconds=1),
        )

    def anchored(self, now: datetime) -> "SandboxClock":
        """Returns the same clock with its anchors moved to `now`; readings after `now` stay what they were."""
        reading = self.read(now)
        return replace(
            self, sim_anchor_at=reading.sim_at, class_anchor_ms=reading.class_ms, real_anchor_at=now, beat_at=now
        )

    def started(self, now: datetime) -> "SandboxClock":
        """Returns the clock running from `now` on."""
        return replace(self.anchored(now), state=ClockState.RUNNING)

    def paused(self, now: datetime) -> "SandboxClock":
        """Returns the clock standing still from `now` on."""
        return replace(self.anchored(now), state=ClockState.PAUSED)

    def ended(self, now: datetime) -> "SandboxClock":
        """Returns the clock standing still from `now` on, for good."""
        return replace(self.anchored(now), state=ClockState.ENDED)

    def at_speed(self, now: datetime, speed: int) -> "SandboxClock":
        """Returns the clock with another speed from `now` on."""
        return replace(self.anchored(now), speed=speed)

    def jumping_to(self, now: datetime, target_sim_at: datetime) -> "SandboxClock":
        """Returns the clock on its way to a simulated moment; only the sandbox's runner moves it from here."""
        return replace(
            self.anchored(now),
            state=ClockState.JUMPING,
            jump_target_sim_at=target_sim_at,
            resume_after_jump=self.state is ClockState.RUNNING,
        )

    def moved_to(self, sim_at: datetime) -> "SandboxClock":
        """Returns a jumping clock moved forward to a simulated moment, never back."""
        return replace(self, sim_anchor_at=max(self.sim_anchor_at, sim_at))

    def landed(self, now: datetime) -> "SandboxClock":
        """Returns the clock at its jump's target, in the state it was in before the jump."""
        target = self.jump_target_sim_at or self.sim_anchor_at
        state = ClockState.RUNNING if self.resume_after_jump else ClockState.PAUSED
        return replace(
            self,
            state=state,
            sim_anchor_at=max(self.sim_anchor_at, target),
            real_anchor_at=now,
            beat_at=now,
            jump_target_sim_at=None,
            resume_after_jump=False,
        )
