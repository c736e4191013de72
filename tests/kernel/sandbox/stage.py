"""A class with timers of the test's own: each writes one line into the database and one into the test's notebook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.clock import Reading
from kernel.ids import new_id
from kernel.sandbox import lease, timers
from kernel.sandbox.runner import Runner, TimerHandler, Turn
from kernel.sandbox.timers import DueTimer
from kernel.unit_of_work import UnitOfWork
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, World

NOTE = "test.note"

_EFFECT = text("""
    INSERT INTO kernel_state_log
        (id, sandbox_id, machine, entity_id, event, to_state, actor_kind, params, sim_at, at)
    VALUES (:id, :sandbox_id, 'test', :entity_id, 'noted', 'done', 'system', '{}', :sim_at, :at)
""")
_ROWS = text("SELECT kind, payload, state, attempts, error, fired_order FROM kernel_timer ORDER BY fired_order, seq")
_EFFECTS = text("SELECT entity_id FROM kernel_state_log WHERE machine = 'test' ORDER BY seq")


def at(**after: float) -> datetime:
    """Returns a simulated moment so long after the class's first."""
    return STARTS_SIM_AT + timedelta(**after)


@dataclass(frozen=True, slots=True)
class Noted:
    """One firing as its handler saw it."""

    label: str
    now: Reading
    jumping: bool


@dataclass(slots=True)
class Stage:
    """A class with its notebook. Handlers of other kinds are added to `handlers`."""

    world: World
    wall: ManualClock
    notebook: list[Noted] = field(default_factory=list)
    handlers: dict[str, TimerHandler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.handlers.setdefault(NOTE, self.note)

    @property
    def labels(self) -> list[str]:
        """What has fired, in order."""
        return [noted.label for noted in self.notebook]

    async def note(self, uow: UnitOfWork, timer: DueTimer) -> None:
        """Writes one line here and one in the database."""
        values = {
            "id": new_id(),
            "sandbox_id": uow.sandbox.id,
            "entity_id": timer.subject_id,
            "sim_at": uow.now.sim_at,
            "at": uow.now.at,
        }
        await uow.execute(_EFFECT, values)
        self.notebook.append(Noted(timer.payload["label"], uow.now, uow.jumping))

    async def schedule(
        self,
        label: str,
        *,
        sim_at: datetime | None = None,
        class_ms: int | None = None,
        kind: str = NOTE,
        **payload: Any,
    ) -> UUID:
        """Adds a timer on one of the axes and returns its subject."""
        subject_id = new_id()
        content = {"label": label, **payload}
        async with self.world.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            if sim_at is not None:
                await timers.schedule_sim(uow, kind, subject_id, due_sim_at=sim_at, payload=content)
            if class_ms is not None:
                await timers.schedule_class(uow, kind, subject_id, due_class_ms=class_ms, payload=content)
        return subject_id

    def runner(self, holder: str = "test", handlers: Mapping[str, TimerHandler] | None = None) -> Runner:
        """Returns a runner with this stage's handlers."""
        return self.world.runner(self.handlers if handlers is None else handlers, holder)

    async def pass_time(self, **duration: float) -> None:
        """Lets real time pass while the sandbox is run."""
        await self.world.pass_time(self.wall, runner=self.runner(), **duration)

    async def take(self, runner: Runner) -> int | None:
        """Takes the lease for a runner, if nobody holds it."""
        async with self.world.runtime.enter_system() as uow:
            return await lease.take(uow, self.world.sandbox_id, holder=runner.holder)

    async def expire(self) -> None:
        """Lets the lease run out, as if its holder had been silent for too long."""
        async with self.world.runtime.enter_system() as uow:
            statement = text("UPDATE kernel_lease SET expires_at = clock_timestamp() - interval '1 second'")
            await uow.execute(statement)

    async def one_turn(self) -> Turn:
        """Takes the lease, fires what is next, gives the lease back."""
        runner = self.runner()
        token = await self.take(runner)
        assert token is not None
        turn = await runner.fire_next(self.world.sandbox_id, token)
        async with self.world.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            await lease.give_back(uow, token)
        return turn

    async def rows(self) -> list[Any]:
        """Returns the timers of the class: the fired ones in their order, then the others."""
        async with self.world.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            return list(await uow.execute(_ROWS))

    async def states(self) -> dict[str, str]:
        """Returns the state of each timer by its label."""
        return {row.payload["label"]: row.state for row in await self.rows()}

    async def effects(self) -> list[UUID]:
        """Returns the subjects of the lines that handlers have left in the database."""
        async with self.world.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            return [row.entity_id for row in await uow.execute(_EFFECTS)]

    async def clock(self) -> Any:
        """Returns the clock as a page shows it."""
        return await self.world.lecturer.get("/sandbox/clock")
