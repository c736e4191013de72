"""Moves a sandbox's clock: start, pause, speed, jump, heartbeat. Each is a compare-and-set on the clock's version."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update

from kernel.clock import BEAT_GRACE, ClockState, SandboxClock
from kernel.errors import Conflict, Invalid
from kernel.sandbox.events import ClockChanged
from kernel.sandbox.models import Sandbox, TimerState
from kernel.sandbox.timers import TIMER
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from kernel.wake import Wake

SANDBOX = table_of(Sandbox)
JUMP_LIMIT = timedelta(days=60)
"""One jump at the most; a class lasts about 42 simulated days (DESIGN §4.6)."""

_BEAT = text("UPDATE kernel_sandbox SET beat_at = :now WHERE id = :id AND clock_state = 'running'")
_MOVE = text("""
    UPDATE kernel_sandbox SET sim_anchor_at = greatest(sim_anchor_at, :sim_at), beat_at = :now
     WHERE id = :id AND clock_state = 'jumping'
""")


async def start(uow: UnitOfWork) -> None:
    """Lets time run. Idempotent. Emits: `ClockChanged`. Raises: `Conflict` while jumping or when raced."""
    _refuse_unless_free(uow)
    if uow.sandbox.clock.state is ClockState.PAUSED:
        await _set(uow, uow.sandbox.clock.started(uow.now.at))


async def pause(uow: UnitOfWork) -> None:
    """Lets time stand still: simulated and class time, so nobody comes late. Idempotent. Emits: `ClockChanged`."""
    _refuse_unless_free(uow)
    if uow.sandbox.clock.state is ClockState.RUNNING:
        await _set(uow, uow.sandbox.clock.paused(uow.now.at))


async def end(uow: UnitOfWork) -> None:
    """Stops time for good: the class is over. Idempotent. Emits: `ClockChanged`. Raises: `Conflict` while jumping."""
    if uow.sandbox.clock.state is not ClockState.ENDED:
        _refuse_unless_free(uow)
        await _set(uow, uow.sandbox.clock.ended(uow.now.at))


async def set_speed(uow: UnitOfWork, speed: int) -> None:
    """Sets simulated seconds per real second, 1–1440. Class time is not affected. Emits: `ClockChanged`."""
    _refuse_unless_free(uow)
    if uow.sandbox.clock.speed != speed:
        await _set(uow, uow.sandbox.clock.at_speed(uow.now.at, speed))


async def jump(uow: UnitOfWork, target_sim_at: datetime) -> None:
    """Sends the clock to a later simulated moment, deadlines only.

    The sandbox's runner fires the timers due until then in order, then lands; class time stands still meanwhile.

    Raises:
        Conflict: a jump is under way.
        Invalid: the target is not later, or more than `JUMP_LIMIT` away.
    Emits: `ClockChanged`.

    """
    _refuse_unless_free(uow)
    check_target(uow, target_sim_at)
    await _set(uow, uow.sandbox.clock.jumping_to(uow.now.at, target_sim_at))


def check_target(uow: UnitOfWork, target_sim_at: datetime) -> None:
    """Passes when a jump to this moment makes sense.

    Raises:
        Invalid: it is not later than now, or more than `JUMP_LIMIT` away.

    """
    if target_sim_at <= uow.now.sim_at:
        raise Invalid.field("/target_sim_at", "kernel.sandbox.jump_not_forward")
    if target_sim_at - uow.now.sim_at > JUMP_LIMIT:
        raise Invalid.field("/target_sim_at", "kernel.sandbox.jump_too_far", limit_days=JUMP_LIMIT.days)


async def beat(uow: UnitOfWork) -> None:
    """Says that the runner is alive. After a silence the gap becomes a pause instead of a leap."""
    clock = uow.sandbox.clock
    if clock.state is not ClockState.RUNNING:
        return
    if uow.now.at - clock.beat_at > BEAT_GRACE:
        await _set(uow, clock.anchored(uow.now.at))
    else:
        await uow.execute(_BEAT, {"id": uow.sandbox.id, "now": uow.now.at})


async def move_to(uow: UnitOfWork, sim_at: datetime) -> None:
    """Moves a jumping clock forward to the timer that fires now."""
    await uow.execute(_MOVE, {"id": uow.sandbox.id, "sim_at": sim_at, "now": uow.now.at})


async def land(uow: UnitOfWork) -> None:
    """Ends a jump at its target. Emits: `ClockChanged`."""
    await _set(uow, uow.sandbox.clock.landed(uow.wall.now()))


async def set_back(uow: UnitOfWork, *, sim_at: datetime, class_ms: int) -> None:
    """Puts a paused clock at a moment of its past, for a market that goes back to it. Emits: `ClockChanged`.

    The only way a reading ever goes back; `kernel.sandbox.snapshots` alone may go it.

    Raises:
        Conflict: the clock is not paused, or was raced.

    """
    clock = uow.sandbox.clock
    if clock.state is not ClockState.PAUSED:
        raise Conflict("kernel.snapshot.not_paused")
    await _set(uow, replace(clock.anchored(uow.now.at), sim_anchor_at=sim_at, class_anchor_ms=class_ms))


async def count_due(uow: UnitOfWork, target_sim_at: datetime) -> list[Any]:
    """Returns (kind, count, first_sim_at) of the timers that a jump to this moment would fire as of now."""
    rows = await uow.execute(
        select(TIMER.c.kind, func.count().label("count"), func.min(TIMER.c.due_sim_at).label("first_sim_at"))
        .where(TIMER.c.state == TimerState.PENDING, TIMER.c.due_sim_at <= target_sim_at)
        .group_by(TIMER.c.kind)
        .order_by(func.min(TIMER.c.due_sim_at), TIMER.c.kind)
    )
    return list(rows)


async def find_next(uow: UnitOfWork) -> Any:
    """Returns (kind, due_sim_at) of the next timer on the simulated axis, or `None`."""
    rows = await uow.execute(
        select(TIMER.c.kind, TIMER.c.due_sim_at)
        .where(TIMER.c.state == TimerState.PENDING, TIMER.c.due_sim_at.is_not(None))
        .order_by(TIMER.c.due_sim_at, TIMER.c.seq)
        .limit(1)
    )
    return rows.one_or_none()


def _refuse_unless_free(uow: UnitOfWork) -> None:
    if uow.sandbox.clock.state is ClockState.JUMPING:
        raise Conflict("kernel.sandbox.already_jumping")
    if uow.sandbox.clock.state is ClockState.ENDED:
        raise Conflict("kernel.sandbox.ended")


async def _set(uow: UnitOfWork, clock: SandboxClock) -> None:
    scope = uow.sandbox
    result = await uow.execute(
        update(SANDBOX)
        .where(SANDBOX.c.id == scope.id, SANDBOX.c.clock_version == scope.clock_version)
        .values(
            clock_state=clock.state,
            clock_version=scope.clock_version + 1,
            speed=clock.speed,
            sim_anchor_at=clock.sim_anchor_at,
            class_anchor_ms=clock.class_anchor_ms,
            real_anchor_at=clock.real_anchor_at,
            beat_at=clock.beat_at,
            jump_target_sim_at=clock.jump_target_sim_at,
            resume_after_jump=clock.resume_after_jump,
        )
    )
    if result.rowcount != 1:
        raise Conflict("kernel.sandbox.clock_changed")
    uow.scope = replace(scope, clock=clock, clock_version=scope.clock_version + 1)
    uow.now = clock.read(uow.now.at)
    uow.publish(ClockChanged(sandbox_id=scope.id, version=scope.clock_version + 1))
    uow.wake(Wake.SANDBOX)
