"""Runs one sandbox for a while: keeps the lease, beats the clock's heart, fires due timers in order, carries out jumps.

Each timer is one transaction: fence, claim, handler. A timer that fails is tried `TIMER_TRIES` times and then parked, so
that one poisoned row cannot stop a class. One that only met others' locks is tried again after a pause that grows, in its
place in the order, and that does not count: a crowd at one row must not park a healthy timer. The handler's `uow.now` is the timer's own moment, not the moment of the sweep,
so durations are exact at every speed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from kernel.clock import ClockState, Reading, SandboxClock
from kernel.database.violations import is_bad_moment
from kernel.runtime import Runtime
from kernel.sandbox import clockwork, lease
from kernel.sandbox.lease import StaleLeaseError
from kernel.sandbox.timers import DueTimer
from kernel.unit_of_work import UnitOfWork
from kernel.wake import Listener, Wake

log = structlog.get_logger(__name__)

TimerHandler = Callable[[UnitOfWork, DueTimer], Awaitable[None]]

RUN_SECONDS = 50.0
"""One bounded run; the next one is handed over through the queue."""
BEAT_SECONDS = 2.0
IDLE_SECONDS = 0.5
TIMER_TRIES = 3
BAD_MOMENTS = 30
"""So often in a row a timer may meet others' locks before that counts as a failure after all."""
PAUSE_SECONDS = 0.25
"""The first pause after a bad moment; each doubles, up to a heartbeat."""

_COLUMNS = "id, kind, subject_id, ordinal, due_sim_at, due_class_ms, payload"
# Both axes on one line: a class-time timer stands where the running clock passes it in simulated time.
_CLAIM_RUNNING = text(f"""
    UPDATE kernel_timer SET state = 'fired', fired_at = :now, fired_order = nextval('kernel_timer_fired')
     WHERE id = (
        SELECT id FROM kernel_timer
         WHERE state = 'pending' AND (due_sim_at <= :sim_at OR due_class_ms <= :class_ms)
         ORDER BY coalesce(due_sim_at, CAST(:sim_anchor_at AS timestamp)
                    + greatest(due_class_ms - CAST(:class_anchor_ms AS bigint), 0) * :speed * interval '1 ms'),
                  seq
         LIMIT 1 FOR UPDATE)
    RETURNING {_COLUMNS}
""")
_CLAIM_JUMPING = text(f"""
    UPDATE kernel_timer SET state = 'fired', fired_at = :now, fired_order = nextval('kernel_timer_fired')
     WHERE id = (
        SELECT id FROM kernel_timer WHERE state = 'pending' AND due_sim_at <= :target_sim_at
         ORDER BY due_sim_at, seq LIMIT 1 FOR UPDATE)
    RETURNING {_COLUMNS}
""")
_FAILED = text("""
    UPDATE kernel_timer
       SET attempts = attempts + 1, error = :error,
           state = CASE WHEN attempts + 1 >= :tries THEN 'parked' ELSE state END
     WHERE id = :id AND state = 'pending'
    RETURNING state
""")


class _HandlerFailedError(Exception):
    def __init__(self, timer: DueTimer, state: ClockState, cause: Exception) -> None:
        super().__init__(str(cause))
        self.timer = timer
        self.state = state
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn found: whether there may be more to do at once, and the state of the clock."""

    more: bool
    state: ClockState
    pause_seconds: float = 0.0
    """How long to let others finish before the next turn."""


@dataclass(slots=True)
class Runner:
    """Runs sandboxes with one set of timer handlers. `holder` names this process in the lease."""

    runtime: Runtime
    handlers: Mapping[str, TimerHandler]
    holder: str
    stopping: bool = False
    """Set when the process is asked to end: runs come back early, give their lease back and ask for another run."""
    bad_moments: dict[UUID, int] = field(default_factory=dict)
    """How often in a row each timer has met others' locks."""

    async def run(self, sandbox_id: UUID, *, seconds: float = RUN_SECONDS) -> bool:
        """Runs a sandbox until it stands still, another runner takes it, or `seconds` of real time are over.

        Returns whether the sandbox wants another run.
        """
        async with self.runtime.enter_system() as uow:
            token = await lease.take(uow, sandbox_id, holder=self.holder)
        if token is None:
            return False
        try:
            wants_more = await self._run(sandbox_id, token, seconds)
            async with self.runtime.enter_sandbox(sandbox_id) as uow:
                await lease.give_back(uow, token)
        except StaleLeaseError:
            log.warning("sandbox.lease_lost", sandbox_id=str(sandbox_id), token=token)
            return False
        return wants_more

    async def _run(self, sandbox_id: UUID, token: int, seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        next_beat = 0.0
        async with Listener(self.runtime.redis, Wake.SANDBOX) as listener:
            while (now := loop.time()) < end and not self.stopping:
                if now >= next_beat:
                    await self.beat(sandbox_id, token)
                    next_beat = now + BEAT_SECONDS
                turn = await self.fire_next(sandbox_id, token)
                if turn.more:
                    continue
                if turn.state is ClockState.PAUSED and turn.pause_seconds == 0:
                    return False
                await listener.wait(min(turn.pause_seconds or IDLE_SECONDS, max(next_beat - loop.time(), 0.01)))
        return True

    async def beat(self, sandbox_id: UUID, token: int) -> None:
        """Renews the lease and the clock's heartbeat.

        Raises:
            StaleLeaseError: the lease is another's.

        """
        async with self.runtime.enter_sandbox(sandbox_id) as uow:
            await lease.renew(uow, token)
            await clockwork.beat(uow)

    async def fire_next(self, sandbox_id: UUID, token: int) -> Turn:
        """Fires the next due timer, or lands a jump with none left.

        Raises:
            StaleLeaseError: the lease is another's; nothing was written.

        """
        try:
            return await self._fire_next(sandbox_id, token)
        except _HandlerFailedError as failure:
            if (pause := self._pause_after(failure)) > 0:
                return Turn(more=False, state=failure.state, pause_seconds=pause)
            await self._record_failure(sandbox_id, failure)
            return Turn(more=True, state=failure.state)

    def _pause_after(self, failure: _HandlerFailedError) -> float:
        """Returns how long to wait before the timer is tried again as if nothing had been; zero: it has failed."""
        timer = failure.timer
        met = self.bad_moments.pop(timer.id, 0)
        if not is_bad_moment(failure.cause) or met >= BAD_MOMENTS:
            return 0.0
        self.bad_moments[timer.id] = met + 1
        log.warning("timer.bad_moment", kind=timer.kind, timer_id=str(timer.id), times=met + 1)
        return float(min(PAUSE_SECONDS * 2**met, BEAT_SECONDS))

    async def _fire_next(self, sandbox_id: UUID, token: int) -> Turn:
        async with self.runtime.enter_sandbox(sandbox_id) as uow:
            await lease.fence(uow, token)
            clock = uow.sandbox.clock
            jumping = clock.state is ClockState.JUMPING
            timer = await self._claim(uow, clock)
            if timer is None:
                if jumping:
                    await clockwork.land(uow)
                return Turn(more=jumping, state=clock.state)
            uow.now = moment_of(timer, clock, uow.now.at)
            uow.jumping = jumping
            if jumping and timer.due_sim_at is not None:
                await clockwork.move_to(uow, timer.due_sim_at)
            try:
                await self.handlers[timer.kind](uow, timer)
                await uow.flush_events()  # a fact that cannot be written is its handler's failure, and not the class's
            except Exception as cause:
                raise _HandlerFailedError(timer, clock.state, cause) from cause
            self.bad_moments.pop(timer.id, None)
            return Turn(more=True, state=clock.state)

    async def _claim(self, uow: UnitOfWork, clock: SandboxClock) -> DueTimer | None:
        if clock.state is ClockState.JUMPING:
            result = await uow.execute(_CLAIM_JUMPING, {"now": uow.now.at, "target_sim_at": clock.jump_target_sim_at})
        else:
            result = await uow.execute(
                _CLAIM_RUNNING,
                {
                    "now": uow.now.at,
                    "sim_at": uow.now.sim_at,
                    "class_ms": uow.now.class_ms,
                    "sim_anchor_at": clock.sim_anchor_at,
                    "class_anchor_ms": clock.class_anchor_ms,
                    "speed": clock.speed,
                },
            )
        row = result.one_or_none()
        return None if row is None else DueTimer(**row._mapping)

    async def _record_failure(self, sandbox_id: UUID, failure: _HandlerFailedError) -> None:
        timer = failure.timer
        async with self.runtime.enter_sandbox(sandbox_id) as uow:
            row = (
                await uow.execute(_FAILED, {"id": timer.id, "error": repr(failure.cause)[:1000], "tries": TIMER_TRIES})
            ).one_or_none()
        parked = row is not None and row.state == "parked"
        log.error("timer.failed", kind=timer.kind, timer_id=str(timer.id), parked=parked, exc_info=failure.cause)


def moment_of(timer: DueTimer, clock: SandboxClock, at: datetime) -> Reading:
    """Returns the moment a timer is due, on all axes; real time is the sweep's."""
    if timer.due_sim_at is not None:
        ahead = (timer.due_sim_at - clock.sim_anchor_at) / clock.speed
        class_ms = clock.class_anchor_ms
        if clock.state is ClockState.RUNNING:
            class_ms += max(ahead // timedelta(milliseconds=1), 0)
        return Reading(at=at, sim_at=timer.due_sim_at, class_ms=class_ms)
    due_class_ms = timer.due_class_ms or 0
    ahead_ms = max(due_class_ms - clock.class_anchor_ms, 0)
    sim_at = clock.sim_anchor_at + timedelta(milliseconds=ahead_ms) * clock.speed
    return Reading(at=at, sim_at=sim_at, class_ms=due_class_ms)
