"""The unit of work: one request, timer or event is one transaction, committed at the edge.

Carries what a use case needs and may not look up: connection, scope, actor, clock, `publish`. Services receive it and
never commit. Statements are Core on one connection (ADR 0003); there is no ambient session.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Executable, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.actor import Actor
from kernel.clock import ClockState, Reading, SandboxClock, WallClock
from kernel.errors import Conflict
from kernel.events.event import Event
from kernel.events.models import Outbox
from kernel.ids import new_id
from kernel.wake import Wake

# Whoever may write holds the class's gate open until commit, so that a rollback never meets a half-done command. False
# says that the clock moved while waiting at the gate.
_ENTER_SANDBOX = text("""
    SELECT e.*, kernel_hold_open(e.sandbox_id, e.clock_version) AS is_fresh FROM kernel_enter_sandbox(:sandbox_id) e
""")
_SCOPE = text("SELECT coalesce(current_setting('kaidian.scope', true), '')")
_SET_SCOPE = text("SELECT set_config('kaidian.scope', :scope, true)")


@dataclass(frozen=True, slots=True)
class SandboxScope:
    """The sandbox a transaction is confined to, with its clock as of the transaction's first statement."""

    id: UUID
    seed: int
    policy: str
    starts_sim_at: datetime
    clock: SandboxClock
    clock_version: int


def scope_of(row: Any) -> SandboxScope:
    """Returns the scope that a row of `kernel_enter_sandbox` or `kernel_enter_session` describes."""
    return SandboxScope(
        id=row.sandbox_id,
        seed=row.seed,
        policy=row.policy,
        starts_sim_at=row.starts_sim_at,
        clock=SandboxClock(
            state=ClockState(row.clock_state),
            speed=row.speed,
            sim_anchor_at=row.sim_anchor_at,
            class_anchor_ms=row.class_anchor_ms,
            real_anchor_at=row.real_anchor_at,
            beat_at=row.beat_at,
            jump_target_sim_at=row.jump_target_sim_at,
            resume_after_jump=row.resume_after_jump,
        ),
        clock_version=row.clock_version,
    )


async def pass_gate(connection: AsyncConnection, door: Executable, params: Mapping[str, Any]) -> Any:
    """Returns who enters where, read again if the class changed at its gate; the second time the gate is ours."""
    row = (await connection.execute(door, params)).one_or_none()
    if row is not None and not row.is_fresh:
        row = (await connection.execute(door, params)).one_or_none()
    return row


async def enter_sandbox(connection: AsyncConnection, sandbox_id: UUID) -> SandboxScope | None:
    """Confines a transaction to a sandbox and returns its scope, `None` when there is no such sandbox."""
    row = await pass_gate(connection, _ENTER_SANDBOX, {"sandbox_id": sandbox_id})
    return None if row is None or row.sandbox_id is None else scope_of(row)


@dataclass(slots=True)
class UnitOfWork:
    """One transaction. `now` is the moment of the transaction on all three axes."""

    connection: AsyncConnection
    wall: WallClock
    actor: Actor
    scope: SandboxScope | None
    now: Reading
    jumping: bool = False
    _events: list[Event] = field(default_factory=list)
    _wakes: set[Wake] = field(default_factory=set)

    @property
    def sandbox(self) -> SandboxScope:
        """The sandbox of this transaction.

        Raises:
            Conflict: the actor is in no class, or in one that has not opened yet.

        """
        if self.scope is None:
            in_class = self.actor.cohort_id is not None
            raise Conflict("kernel.classroom.not_open" if in_class else "kernel.sandbox.not_entered")
        return self.scope

    @property
    def realm_id(self) -> UUID:
        """Within what an idempotency key is unique: the sandbox, outside one the account.

        Raises:
            Conflict: neither sandbox nor account.

        """
        if self.scope is None and self.actor.account_id is not None:
            return self.actor.account_id
        return self.sandbox.id

    async def enter(self, sandbox_id: UUID) -> None:
        """Confines the rest of this transaction to a sandbox that it opened itself or has found by an id of its own.

        Raises:
            LookupError: there is no such sandbox.

        """
        scope = await enter_sandbox(self.connection, sandbox_id)
        if scope is None:
            raise LookupError(f"no sandbox {sandbox_id}")
        self.scope, self.now = scope, scope.clock.read(self.now.at)

    @asynccontextmanager
    async def as_system(self) -> AsyncIterator[None]:
        """Lifts the wall to the system scope for the statements inside: for what a person may cause but not see.

        The caller has checked that the actor may; the block states by id which rows it touches.
        """
        before = (await self.execute(_SCOPE)).scalar_one()
        await self.execute(_SET_SCOPE, {"scope": "system"})
        yield  # after an error the transaction is lost, and its settings with it
        await self.execute(_SET_SCOPE, {"scope": before})

    async def execute(
        self, statement: Executable, params: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Runs one Core statement in this transaction."""
        return await self.connection.execute(statement, params)

    def publish(self, event: Event) -> None:
        """Adds a fact to the outbox of this transaction; it is written just before the commit."""
        self._events.append(event)
        self._wakes.add(Wake.OUTBOX)

    @property
    def published(self) -> tuple[Event, ...]:
        """The facts published so far."""
        return tuple(self._events)

    def wake(self, wake: Wake) -> None:
        """Asks for a hint to a waiting worker after the commit. A lost hint only costs a second."""
        self._wakes.add(wake)

    @property
    def wakes(self) -> frozenset[Wake]:
        """The hints to give after the commit."""
        return frozenset(self._wakes)

    async def flush_events(self) -> None:
        """Writes the published facts, after all row locks are held, so that their order is the commit order."""
        if not self._events:
            return
        rows = [
            {
                "id": new_id(),
                "sandbox_id": self.sandbox.id,
                "aggregate_kind": event.aggregate_kind,
                "aggregate_id": event.aggregate_id(),
                "type": event.type,
                "payload": event.model_dump(mode="json"),
                "sim_at": self.now.sim_at,
                "at": self.now.at,
            }
            for event in self._events
        ]
        await self.connection.execute(insert(Outbox), rows)
        self._events.clear()
