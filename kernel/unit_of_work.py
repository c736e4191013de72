"""The unit of work: one request, timer or event is one transaction, committed at the edge.

Carries what a use case needs and may not look up: connection, scope, actor, clock, `publish`. Services receive it and
never commit. Statements are Core on one connection (ADR 0003); there is no ambient session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Executable, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.actor import Actor
from kernel.clock import Reading, SandboxClock, WallClock
from kernel.errors import Unauthorised
from kernel.events.event import Event
from kernel.events.models import Outbox
from kernel.ids import new_id
from kernel.wake import Wake


@dataclass(frozen=True, slots=True)
class SandboxScope:
    """The sandbox a transaction is confined to, with its clock as of the transaction's first statement."""

    id: UUID
    seed: int
    policy: str
    starts_sim_at: datetime
    clock: SandboxClock
    clock_version: int


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
            Unauthorised: the actor has not entered one.

        """
        if self.scope is None:
            raise Unauthorised("kernel.sandbox.not_entered")
        return self.scope

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
