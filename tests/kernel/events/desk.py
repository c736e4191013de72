"""Facts and handlers of the tests' own, and a relay that knows only them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import text

from kernel.events.event import Event
from kernel.events.relay import Directory, Relay
from kernel.ids import new_id
from kernel.module import Broadcast, Frame, Reaction
from kernel.realtime import publishing
from kernel.unit_of_work import UnitOfWork
from tests.world import World

TOPIC = "test"

_EFFECT = text("""
    INSERT INTO kernel_state_log
        (id, sandbox_id, machine, entity_id, event, to_state, actor_kind, params, sim_at, at)
    VALUES (:id, :sandbox_id, 'test', :thing_id, :handler, :label, 'system', '{}', :sim_at, :at)
""")
_EFFECTS = text("SELECT to_state FROM kernel_state_log WHERE machine = 'test' ORDER BY seq")
_INBOX = text("""
    SELECT i.handler, o.payload ->> 'label' AS label, i.state, i.attempts, i.error, i.next_try_at, i.handled_at
      FROM kernel_inbox i JOIN kernel_outbox o ON o.id = i.event_id ORDER BY i.seq, i.handler
""")
_OUTBOX = text("SELECT id, payload ->> 'label' AS label, type, fanned_at FROM kernel_outbox ORDER BY seq")


class Happened(Event):
    """Emitted by tests."""

    type: ClassVar[str] = "test.thing.happened.v1"
    aggregate_kind: ClassVar[str] = "test.thing"

    thing_id: UUID
    label: str

    def aggregate_id(self) -> UUID:
        """Returns the thing."""
        return self.thing_id


@dataclass(slots=True)
class Desk:
    """A class whose facts go to one reaction, `keep`, unless told otherwise."""

    world: World
    failing: set[str] = field(default_factory=set)
    """Labels at which `keep` fails."""
    handled: list[str] = field(default_factory=list)
    """Every call of `keep`, also of those that fail."""

    def reaction(self, name: str = "test.keep") -> Reaction:
        """Returns a handler that leaves a line in the database."""

        async def keep(uow: UnitOfWork, event: Happened) -> None:
            await self.effect(uow, event, name)
            self.handled.append(event.label)
            if event.label in self.failing:
                raise RuntimeError("boom")

        return Reaction(name, (Happened,), keep)

    def relay(self, *reactions: Reaction, broadcasts: Sequence[Broadcast] = ()) -> Relay:
        """Returns a relay of these handlers."""
        chosen = reactions or (() if broadcasts else (self.reaction(),))
        directory = Directory(events=[Happened], reactions=chosen, broadcasts=broadcasts)
        return Relay(self.world.runtime, directory)

    async def effect(self, uow: UnitOfWork, event: Happened, handler: str) -> None:
        """Leaves a line in the database."""
        await uow.execute(
            _EFFECT,
            {
                "id": new_id(),
                "sandbox_id": uow.sandbox.id,
                "thing_id": event.thing_id,
                "handler": handler,
                "label": event.label,
                "sim_at": uow.now.sim_at,
                "at": uow.now.at,
            },
        )

    async def publish(self, *labels: str, thing_id: UUID | None = None) -> UUID:
        """Publishes facts about one thing, each in a transaction of its own."""
        thing_id = thing_id or new_id()
        for label in labels:
            async with self.world.runtime.enter_sandbox(self.world.sandbox_id) as uow:
                uow.publish(Happened(thing_id=thing_id, label=label))
        return thing_id

    async def effects(self) -> list[str]:
        """Returns the lines that handlers have left, in their order."""
        return [row.to_state for row in await self._rows(_EFFECTS)]

    async def inbox(self) -> list[Any]:
        """Returns the deliveries of the class, in the order of their facts."""
        return await self._rows(_INBOX)

    async def states(self, handler: str = "test.keep") -> dict[str, str]:
        """Returns the state of each fact's delivery to one handler."""
        return {row.label: row.state for row in await self.inbox() if row.handler == handler}

    async def outbox(self) -> list[Any]:
        """Returns the facts of the class, in their order."""
        return await self._rows(_OUTBOX)

    async def told(self) -> int:
        """Returns how many frames the class's topic has carried."""
        channel = publishing.channel_of(self.world.sandbox_id, TOPIC)
        return (await publishing.read(self.world.runtime.redis, channel, after=None, limit=1)).head.seq

    async def _rows(self, statement: Any) -> list[Any]:
        async with self.world.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            return list(await uow.execute(statement))


def tell(handle: Callable[[UnitOfWork, Happened], Awaitable[None]] | None = None) -> Broadcast:
    """Returns a broadcast of each fact's label; `handle` may fail or wait before."""

    async def frames(uow: UnitOfWork, event: Happened) -> list[Frame]:
        if handle is not None:
            await handle(uow, event)
        return [Frame(TOPIC, "test.told", {"label": event.label})]

    return Broadcast("test.tell", (Happened,), frames)


async def drain(relay: Relay) -> None:
    """Lets a relay work until nothing is due."""
    async with asyncio.timeout(20):
        while await relay.turn():
            pass
