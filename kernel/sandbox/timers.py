"""Durable timers: future actions as rows, each due on one axis and fired exactly once (see `runner`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.sandbox.models import Timer, TimerState
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from kernel.wake import Wake

TIMER = table_of(Timer)


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer as its handler receives it."""

    id: UUID
    kind: str
    subject_id: UUID
    ordinal: int
    due_sim_at: datetime | None
    due_class_ms: int | None
    payload: Mapping[str, Any]


async def schedule_sim(
    uow: UnitOfWork,
    kind: str,
    subject_id: UUID,
    *,
    due_sim_at: datetime,
    ordinal: int = 0,
    payload: Mapping[str, Any] | None = None,
) -> None:
    """Adds a timer on the simulated axis. (kind, subject, ordinal) is unique: scheduling twice is a conflict."""
    await _schedule(uow, kind, subject_id, ordinal, payload, due_sim_at=due_sim_at)


async def schedule_class(
    uow: UnitOfWork, kind: str, subject_id: UUID, *, due_class_ms: int, payload: Mapping[str, Any] | None = None
) -> None:
    """Adds a timer on the axis of class time: what a person must do within minutes of the lesson."""
    await _schedule(uow, kind, subject_id, 0, payload, due_class_ms=due_class_ms)


async def _schedule(
    uow: UnitOfWork,
    kind: str,
    subject_id: UUID,
    ordinal: int,
    payload: Mapping[str, Any] | None,
    *,
    due_sim_at: datetime | None = None,
    due_class_ms: int | None = None,
) -> None:
    await uow.execute(
        insert(TIMER),
        {
            "id": new_id(),
            "sandbox_id": uow.sandbox.id,
            "kind": kind,
            "subject_id": subject_id,
            "ordinal": ordinal,
            "due_sim_at": due_sim_at,
            "due_class_ms": due_class_ms,
            "payload": dict(payload or {}),
            "state": TimerState.PENDING,
            "attempts": 0,
        },
    )


async def reschedule_sim(uow: UnitOfWork, kind: str, subject_id: UUID, *, due_sim_at: datetime) -> None:
    """Makes this the only pending timer of its kind and subject, whatever became of earlier ones."""
    await cancel(uow, kind, subject_id)
    latest = await uow.execute(
        select(func.coalesce(func.max(TIMER.c.ordinal), -1)).where(
            TIMER.c.kind == kind, TIMER.c.subject_id == subject_id
        )
    )
    await _schedule(uow, kind, subject_id, latest.scalar_one() + 1, None, due_sim_at=due_sim_at)


async def cancel(uow: UnitOfWork, kind: str, subject_id: UUID) -> None:
    """Cancels the pending timers of this kind and subject; of one that fires at this moment, one waits for the other."""
    await uow.execute(
        update(TIMER)
        .where(TIMER.c.kind == kind, TIMER.c.subject_id == subject_id, TIMER.c.state == TimerState.PENDING)
        .values(state=TimerState.CANCELLED)
    )


async def lock_pending(uow: UnitOfWork, kind: str, subject_ids: Sequence[UUID]) -> None:
    """Keeps the pending timers of these subjects from firing or being cancelled until the commit, in the order of ids."""
    await uow.execute(
        select(TIMER.c.id)
        .where(TIMER.c.kind == kind, TIMER.c.subject_id.in_(subject_ids), TIMER.c.state == TimerState.PENDING)
        .order_by(TIMER.c.id)
        .with_for_update()
    )


async def replay(uow: UnitOfWork, timer_id: UUID) -> None:
    """Gives a parked timer another chance at the runner's next turn.

    Raises:
        Conflict: it is not parked (any more).

    """
    result = await uow.execute(
        update(TIMER)
        .where(TIMER.c.id == timer_id, TIMER.c.state == TimerState.PARKED)
        .values(state=TimerState.PENDING, attempts=0, error=None)
    )
    if result.rowcount != 1:
        raise Conflict("kernel.timer.not_parked")
    uow.wake(Wake.SANDBOX)


async def list_parked(uow: UnitOfWork, *, limit: int = 100) -> list[Any]:
    """Returns the timers that failed too often, earliest due first."""
    rows = await uow.execute(
        select(TIMER.c.id, TIMER.c.kind, TIMER.c.due_sim_at, TIMER.c.attempts, TIMER.c.error)
        .where(TIMER.c.state == TimerState.PARKED)
        .order_by(TIMER.c.due_sim_at, TIMER.c.seq)
        .limit(limit)
    )
    return list(rows)
