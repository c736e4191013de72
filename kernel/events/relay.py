"""The relay: carries facts from the outbox to their handlers, at least once, in order per aggregate.

One relay works at a time (a session lock that dies with its process). It first gives every new fact an inbox row per
handler, then runs due rows one after the other. A failing row waits longer each time and holds back the later facts of the
same aggregate for the same handler; after `TRIES` failures it is parked, the later ones go on, and a lecturer can replay
it. Handlers must therefore be safe twice and late.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from kernel.errors import Conflict
from kernel.events.event import Event
from kernel.module import EVERY_TOPIC, Broadcast, Frame, Reaction
from kernel.realtime.publishing import publish, resync, take_turn
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork
from kernel.wake import Listener, Wake

log = structlog.get_logger(__name__)

RUN_SECONDS = 50.0
IDLE_SECONDS = 0.5
BATCH = 100
TRIES = 10
LONGEST_WAIT_SECONDS = 1800
_LOCK_KEY = 7_220_011  # any number that nothing else in this database locks

_LOCK = text("SELECT pg_try_advisory_lock(:key)")
_UNLOCK = text("SELECT pg_advisory_unlock(:key)")
_STILL_HELD = text("SELECT 1")  # fails when the connection, and with it the lock, is gone
_NEW = text("""
    SELECT id, sandbox_id, aggregate_id, seq, type FROM kernel_outbox
     WHERE fanned_at IS NULL ORDER BY seq LIMIT :limit
""")
_FAN = text("""
    INSERT INTO kernel_inbox (event_id, handler, sandbox_id, aggregate_id, seq, state, attempts, next_try_at)
    VALUES (:event_id, :handler, :sandbox_id, :aggregate_id, :seq, 'pending', 0, :now)
    ON CONFLICT DO NOTHING
""")
_FANNED = text("UPDATE kernel_outbox SET fanned_at = :now WHERE id = ANY(:ids)")
_DUE = text("""
    SELECT i.event_id, i.handler, i.sandbox_id, i.attempts, o.type, o.payload
      FROM kernel_inbox i JOIN kernel_outbox o ON o.id = i.event_id
     WHERE i.state = 'pending' AND i.next_try_at <= :now
       AND NOT EXISTS (SELECT 1 FROM kernel_inbox e
                        WHERE e.state = 'pending' AND e.handler = i.handler
                          AND e.aggregate_id = i.aggregate_id AND e.seq < i.seq)
     ORDER BY i.seq LIMIT :limit
""")
_DONE = text("""
    UPDATE kernel_inbox SET state = 'done', handled_at = :now, error = NULL
     WHERE event_id = :event_id AND handler = :handler AND state = 'pending'
""")
_FAILED = text("""
    UPDATE kernel_inbox
       SET attempts = attempts + 1, error = :error, next_try_at = :next_try_at,
           state = CASE WHEN attempts + 1 >= :tries THEN 'parked' ELSE state END
     WHERE event_id = :event_id AND handler = :handler AND state = 'pending'
""")
_PARKED = text("""
    SELECT i.event_id, i.handler, o.type AS event_type, i.attempts, i.error
      FROM kernel_inbox i JOIN kernel_outbox o ON o.id = i.event_id
     WHERE i.state = 'parked' ORDER BY i.seq LIMIT 100
""")
_REPLAY = text("""
    UPDATE kernel_inbox SET state = 'pending', attempts = 0, next_try_at = :now, error = NULL
     WHERE event_id = :event_id AND handler = :handler AND state = 'parked'
""")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One fact for one handler."""

    event_id: UUID
    handler: str
    sandbox_id: UUID
    attempts: int
    event: Event


class Directory:
    """Which handlers want which facts. Raises ValueError when two handlers share a name."""

    def __init__(
        self, *, events: Iterable[type[Event]], reactions: Iterable[Reaction], broadcasts: Iterable[Broadcast]
    ) -> None:
        self.events: dict[str, type[Event]] = {event.type: event for event in events}
        self.handlers: dict[str, Reaction | Broadcast] = {}
        self._by_event: dict[str, list[str]] = {}
        registered: list[Reaction | Broadcast] = [*reactions, *broadcasts]
        for handler in registered:
            if handler.name in self.handlers:
                raise ValueError(f"handler {handler.name} is registered twice")
            self.handlers[handler.name] = handler
            for event in handler.events:
                self._by_event.setdefault(event.type, []).append(handler.name)

    def handlers_of(self, event_type: str) -> list[str]:
        """Returns the names of the handlers of a fact, none if nobody listens."""
        return self._by_event.get(event_type, [])


@dataclass(slots=True)
class Relay:
    """Moves facts with one directory of handlers."""

    runtime: Runtime
    directory: Directory
    stopping: bool = False
    """Set when the process is asked to end: the run comes back early."""

    async def run(self, *, seconds: float = RUN_SECONDS) -> bool:
        """Relays for `seconds` of real time; returns at once with False when another relay is at work."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        async with self.runtime.engine.connect() as lock:
            await lock.execution_options(isolation_level="AUTOCOMMIT")
            if not (await lock.execute(_LOCK, {"key": _LOCK_KEY})).scalar_one():
                return False
            try:
                async with Listener(self.runtime.redis, Wake.OUTBOX) as listener:
                    while loop.time() < end and not self.stopping:
                        await lock.execute(_STILL_HELD)
                        if not await self.turn():
                            await listener.wait(IDLE_SECONDS)
            finally:
                if not lock.invalidated:  # a connection that was cut took its lock with it
                    await lock.execute(_UNLOCK, {"key": _LOCK_KEY})
        return True

    async def turn(self) -> int:
        """Fans out and delivers one batch; returns how much was done."""
        fanned = await self.fan_out()
        return fanned + await self.deliver_due()

    async def fan_out(self) -> int:
        """Gives every new fact an inbox row per handler; returns how many facts were new."""
        async with self.runtime.enter_system() as uow:
            rows = list(await uow.execute(_NEW, {"limit": BATCH}))
            if not rows:
                return 0
            inbox = [
                {
                    "event_id": row.id,
                    "handler": handler,
                    "sandbox_id": row.sandbox_id,
                    "aggregate_id": row.aggregate_id,
                    "seq": row.seq,
                    "now": uow.now.at,
                }
                for row in rows
                for handler in self.directory.handlers_of(row.type)
            ]
            if inbox:
                await uow.execute(_FAN, inbox)
            await uow.execute(_FANNED, {"now": uow.now.at, "ids": [row.id for row in rows]})
            return len(rows)

    async def deliver_due(self) -> int:
        """Runs the due handlers of one batch, one after the other; returns how many rows were tried."""
        async with self.runtime.enter_system() as uow:
            rows = list(await uow.execute(_DUE, {"now": uow.now.at, "limit": BATCH}))
        for row in rows:
            await self._deliver(row)
        return len(rows)

    async def _deliver(self, row: Any) -> None:
        try:
            event = self.directory.events[row.type].model_validate(row.payload)
            handler = self.directory.handlers[row.handler]
            delivery = Delivery(row.event_id, row.handler, row.sandbox_id, row.attempts, event)
            if isinstance(handler, Reaction):
                await self._react(delivery, handler)
            else:
                await self._broadcast(delivery, handler)
        except Exception as failure:  # noqa: BLE001  the edge of a delivery: recorded, retried, parked
            await self._record_failure(row, failure)

    async def _react(self, delivery: Delivery, reaction: Reaction) -> None:
        async with self.runtime.enter_sandbox(delivery.sandbox_id) as uow:
            if await self._mark_done(uow, delivery):
                await reaction.handle(uow, delivery.event)

    async def _broadcast(self, delivery: Delivery, broadcast: Broadcast) -> None:
        turn = await take_turn(self.runtime.redis)
        async with self.runtime.enter_sandbox(delivery.sandbox_id) as uow:
            frames: list[Frame] = await broadcast.frames(uow, delivery.event)
        once_key = f"{delivery.event_id}:{delivery.handler}"
        for frame in frames:
            if frame is EVERY_TOPIC:
                await resync(self.runtime.redis, delivery.sandbox_id, once_key=once_key)
                continue
            await publish(
                self.runtime.redis,
                sandbox_id=delivery.sandbox_id,
                topic=frame.topic,
                type=frame.type,
                data=frame.data,
                once_key=once_key,
                turn=turn,
            )
        async with self.runtime.enter_sandbox(delivery.sandbox_id) as uow:
            await self._mark_done(uow, delivery)

    async def _mark_done(self, uow: UnitOfWork, delivery: Delivery) -> bool:
        result = await uow.execute(
            _DONE, {"event_id": delivery.event_id, "handler": delivery.handler, "now": uow.now.at}
        )
        return bool(result.rowcount == 1)

    async def _record_failure(self, row: Any, failure: Exception) -> None:
        wait = timedelta(seconds=min(2**row.attempts, LONGEST_WAIT_SECONDS))
        # Not inside the sandbox: that it is gone may be the failure, and must not stop the relay for all the others.
        async with self.runtime.enter_system() as uow:
            await uow.execute(
                _FAILED,
                {
                    "event_id": row.event_id,
                    "handler": row.handler,
                    "error": repr(failure)[:1000],
                    "next_try_at": uow.now.at + wait,
                    "tries": TRIES,
                },
            )
        log.error(
            "delivery.failed", handler=row.handler, event_type=row.type, attempts=row.attempts + 1, exc_info=failure
        )


async def list_parked(uow: UnitOfWork) -> list[Any]:
    """Returns the deliveries of this sandbox that failed too often, oldest first."""
    return list(await uow.execute(_PARKED))


async def replay(uow: UnitOfWork, *, event_id: UUID, handler: str) -> None:
    """Gives a parked delivery another chance.

    Raises:
        Conflict: it is not parked (any more).

    """
    result = await uow.execute(_REPLAY, {"event_id": event_id, "handler": handler, "now": uow.now.at})
    if result.rowcount != 1:
        raise Conflict("kernel.delivery.not_parked")
    uow.wake(Wake.OUTBOX)
