"""Makes snapshots of a class's market and goes back to one. Each is one transaction; the rows move inside the database."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.clock import ClockState, SandboxClock
from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.sandbox import clockwork
from kernel.sandbox.events import SandboxRolledBack
from kernel.sandbox.snapshots import queries, rules
from kernel.sandbox.snapshots.models import SnapshotCause
from kernel.sandbox.snapshots.schemas import RollbackPreview, RolledBack, SnapshotView
from kernel.unit_of_work import UnitOfWork

AUTOMATIC_NAME = "before"
"""The stored name of an automatic snapshot; its page writes the words."""

RETOLD_FROM = timedelta(minutes=1)
"""How long before a snapshot a fact may have begun and still have been committed after it; telling it twice is harmless."""

# A class of 20 000 trades takes seconds, more than the ordinary time-out of a statement.
_PATIENCE = text("SET LOCAL statement_timeout = '180s'")
_SAVE = text("SELECT kernel_save_snapshot(:id, :name, :cause, :account_id, :at) AS clock")
_DATE = text("SELECT kernel_date_snapshot(:id, :sim_at, :class_ms)")
_THIN = text("SELECT kernel_thin_snapshots(:kept, :spare)")
_CLOSE = text("SELECT kernel_close_gate(:sandbox_id) AS state")
_RESTORE = text("SELECT kernel_restore_snapshot(:id)")
_RETELL = text("SELECT kernel_retell_facts(:since, :now)")


async def make(uow: UnitOfWork, name: str) -> SnapshotView:
    """Keeps the market as it is now, while it goes on or not; the oldest beyond `rules.KEPT` goes.

    Raises:
        Conflict: the clock jumps; half a jump is no moment to go back to.

    """
    snapshot_id = await _save(uow, name, SnapshotCause.MANUAL)
    await uow.execute(_THIN, {"kept": rules.KEPT, "spare": None})
    return queries.view_of(uow, await queries.access_snapshot(uow, snapshot_id))


async def preview(uow: UnitOfWork, snapshot_id: UUID) -> RollbackPreview:
    """Returns what a rollback to this snapshot would take away as of now."""
    row = await queries.access_snapshot(uow, snapshot_id)
    now = await queries.count_rows(uow)
    lost = {name: now[name] - row.counts.get(name, 0) for name in sorted(now)}
    return RollbackPreview(
        snapshot=queries.view_of(uow, row),
        lost={name: number for name, number in lost.items() if number > 0},
        sim_seconds=max(int((uow.now.sim_at - row.sim_at).total_seconds()), 0),
        paused=uow.sandbox.clock.state is ClockState.PAUSED,
    )


async def roll_back(uow: UnitOfWork, snapshot_id: UUID) -> RolledBack:
    """Puts the market back to a snapshot, its clock paused at that moment, and keeps the present as a snapshot.

    Closes the class's gate until commit: requests and the runner wait, and a runner from before is refused by its token.

    Raises:
        NotFound: the class has no such snapshot.
        Conflict: the clock is not paused, or the snapshot is of tables that have changed since.
    Emits: `SandboxRolledBack`, `ClockChanged`.

    """
    await uow.execute(_PATIENCE)
    state = (await uow.execute(_CLOSE, {"sandbox_id": uow.sandbox.id})).scalar_one()
    if state != ClockState.PAUSED:
        raise Conflict("kernel.snapshot.not_paused")
    row = await queries.access_snapshot(uow, snapshot_id)
    if not row.usable:
        raise Conflict("kernel.snapshot.other_shape")
    kept_as = await _save(uow, AUTOMATIC_NAME, SnapshotCause.BEFORE_ROLLBACK)
    await uow.execute(_RESTORE, {"id": snapshot_id})
    await uow.execute(_RETELL, {"since": row.at - RETOLD_FROM, "now": uow.now.at})
    await clockwork.set_back(uow, sim_at=row.sim_at, class_ms=row.class_ms)
    await uow.execute(_THIN, {"kept": rules.KEPT, "spare": snapshot_id})
    uow.publish(SandboxRolledBack(sandbox_id=uow.sandbox.id, snapshot_id=snapshot_id, kept_as=kept_as))
    present = await queries.access_snapshot(uow, kept_as)
    return RolledBack(snapshot=queries.view_of(uow, row), kept_as=queries.view_of(uow, present))


async def _save(uow: UnitOfWork, name: str, cause: SnapshotCause) -> UUID:
    """Keeps the rows in one statement, then dates them by the clock as it was in that statement."""
    snapshot_id = new_id()
    await uow.execute(_PATIENCE)
    saved = await uow.execute(
        _SAVE,
        {
            "id": snapshot_id,
            "name": name,
            "cause": cause.value,
            "account_id": uow.actor.account_id,
            "at": uow.wall.now(),
        },
    )
    clock = _clock_of(saved.scalar_one())
    if clock.state is ClockState.JUMPING:
        raise Conflict("kernel.snapshot.jumping")
    # Read after the statement: no kept row is younger than the moment the clock will be put back to.
    reading = clock.read(uow.wall.now())
    await uow.execute(_DATE, {"id": snapshot_id, "sim_at": reading.sim_at, "class_ms": reading.class_ms})
    return snapshot_id


def _clock_of(row: dict[str, Any]) -> SandboxClock:
    target = row["jump_target_sim_at"]
    return SandboxClock(
        state=ClockState(row["clock_state"]),
        speed=row["speed"],
        sim_anchor_at=datetime.fromisoformat(row["sim_anchor_at"]),
        class_anchor_ms=row["class_anchor_ms"],
        real_anchor_at=datetime.fromisoformat(row["real_anchor_at"]),
        beat_at=datetime.fromisoformat(row["beat_at"]),
        jump_target_sim_at=None if target is None else datetime.fromisoformat(target),
        resume_after_jump=row["resume_after_jump"],
    )
