"""One socket: reads operations, writes frames, and ends when the session, the client or a limit says so.

Why a snapshot and frames make a fresh snapshot. A member hears every frame after its *place* (epoch, seq). The place
is taken first, the snapshot is read in a transaction that begins later. A frame is published after the commit of what
it tells, so the snapshot already contains all that the frames up to the place have told; they are never sent. Each
later commit is followed by a frame whose value was read after that commit, in turn (`publishing.take_turn`). A frame
may tell again what the snapshot already holds, or for a moment something older than it: since frames carry absolute
values, the last one decides, and the last one was read after the last commit. If there was no later frame, there was
no later commit.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol
from uuid import UUID

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from kernel.errors import Conflict, DomainError, TooMany, Unauthorised, Unavailable
from kernel.i18n.catalogue import Catalogue
from kernel.realtime import operations, presence
from kernel.realtime.channel import Member
from kernel.realtime.ending import end
from kernel.realtime.hub import Hub
from kernel.realtime.limits import Limits, TokenBucket
from kernel.realtime.outbox import Outbox
from kernel.realtime.publishing import Entry
from kernel.realtime.tickets import Admission
from kernel.realtime.topics import Address, Topics, encode
from kernel.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


class CloseCode(IntEnum):
    """Why the server closes a socket; the page acts on it."""

    TOO_BIG = 1009
    UNEXPECTED = 1011
    TRY_LATER = 1013
    SIGNED_OUT = 4401
    CROSS_ORIGIN = 4403
    IDLE = 4408
    TOO_SLOW = 4413
    TOO_MANY_OPS = 4429


class SignedOut(Exception):  # noqa: N818  the name says what happened
    """The session has ended, or is in another sandbox than when the socket was opened."""


class Entrance(Protocol):
    """The way into a transaction, as `kernel.runtime.Runtime` offers it."""

    @property
    def redis(self) -> Redis:
        """The process's Redis client."""

    def enter_session(self, token_hash: bytes, *, read_only: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        """Opens the transaction of a signed-in person."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What all sockets of a process share."""

    entrance: Entrance
    hub: Hub
    topics: Topics
    catalogue: Catalogue
    limits: Limits


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens. The seat is the session's as of now, not a claim of the client."""

    admission: Admission
    seat_id: UUID | None


def listener_of(uow: UnitOfWork, admission: Admission) -> Listener | None:
    """Returns who a session is now, or None when it has left the sandbox the ticket was asked for in."""
    if uow.scope is None or uow.scope.id != admission.sandbox_id:
        return None
    return Listener(admission, uow.actor.seat_id)


class Connection:
    """A socket that has been let in."""

    def __init__(self, websocket: WebSocket, listener: Listener, environment: Environment) -> None:
        limits = environment.limits
        self._websocket = websocket
        self._listener = listener
        self._environment = environment
        self._limits = limits
        self._outbox = Outbox(frame_limit=limits.queued_frames, reply_limit=limits.queued_replies)
        self._members: dict[str, Member] = {}

    async def serve(self) -> CloseCode | None:
        """Serves until it ends, and returns the code to close with, or None when the client has gone."""
        loops: list[Coroutine[None, None, CloseCode | None]] = [self._read(), self._write(), self._watch_session()]
        if self._listener.seat_id is not None:
            loops.append(self._show_presence(self._listener.seat_id))
        tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            await end(tasks)
            for member in self._members.values():
                member.leave()

    async def _read(self) -> CloseCode | None:
        clock = asyncio.get_running_loop().time
        bucket = TokenBucket(rate=self._limits.ops_per_second, burst=self._limits.ops_burst, now=clock())
        refused = 0
        while True:
            try:
                async with asyncio.timeout(self._limits.idle_seconds):
                    event = await self._websocket.receive()
            except TimeoutError:
                return CloseCode.IDLE
            if event["type"] == "websocket.disconnect":
                return None
            text: str = event.get("text") or ""
            if len(text.encode()) > self._limits.message_bytes:
                return CloseCode.TOO_BIG
            refused = 0 if bucket.take(clock()) else refused + 1
            if refused > self._limits.refused_ops:
                return CloseCode.TOO_MANY_OPS
            try:
                await self._answer(text, allowed=refused == 0)
            except SignedOut:
                return CloseCode.SIGNED_OUT
            await self._outbox.room()

    async def _write(self) -> CloseCode | None:
        while True:
            for message in await self._outbox.take():
                try:
                    async with asyncio.timeout(self._limits.write_seconds):
                        await self._websocket.send_text(message)
                except TimeoutError:
                    return CloseCode.TOO_SLOW
                except WebSocketDisconnect:
                    return None

    async def _watch_session(self) -> CloseCode | None:
        while True:
            await asyncio.sleep(self._limits.session_check_seconds)
            try:
                async with self._enter():
                    pass
            except SignedOut:
                return CloseCode.SIGNED_OUT
            except (SQLAlchemyError, OSError) as failure:
                log.warning("realtime.session_not_checked", error=repr(failure)[:200])

    async def _show_presence(self, seat_id: UUID) -> CloseCode | None:
        while True:
            try:
                await presence.mark(self._environment.entrance.redis, self._listener.admission.sandbox_id, seat_id)
            except (RedisError, OSError) as failure:
                log.warning("realtime.presence_not_shown", error=repr(failure)[:200])
            await asyncio.sleep(presence.BEAT_SECONDS)

    async def _answer(self, text: str, *, allowed: bool) -> None:
        re, message = operations.parse(text)
        if not allowed:
            self._refuse(re, TooMany("kernel.realtime.too_many_ops"))
            return
        try:
            match operations.read_op(message):
                case operations.Join() as join:
                    await self._join(re, join)
                case operations.Leave(topic=topic):
                    self._leave(topic)
                    self._outbox.put_reply(operations.ok(re, "{}"))
                case operations.Ping():
                    self._outbox.put_reply(operations.ok(re, "{}"))
        except SignedOut:
            raise
        except DomainError as failure:
            self._refuse(re, failure)
        except (RedisError, SQLAlchemyError, OSError) as failure:
            log.warning("realtime.dependency_gone", error=repr(failure)[:200])
            self._refuse(re, Unavailable("kernel.realtime.unavailable"))
        except Exception:
            log.exception("realtime.unexpected")
            self._refuse(re, Unavailable("kernel.unexpected"))

    def _refuse(self, re: int | None, failure: DomainError) -> None:
        self._outbox.put_reply(operations.err(re, failure, self._environment.catalogue))

    def _leave(self, topic: str) -> None:
        member = self._members.pop(topic, None)
        if member is not None:
            member.leave()

    async def _join(self, re: int | None, join: operations.Join) -> None:
        address = self._environment.topics.address(join.topic, seat_id=self._listener.seat_id)
        self._leave(join.topic)
        if len(self._members) >= self._limits.topics:
            raise Conflict("kernel.realtime.too_many_topics", limit=self._limits.topics)
        hub, sandbox_id = self._environment.hub, self._listener.admission.sandbox_id
        if not hub.follows(sandbox_id, address):
            # Nobody makes this process subscribe to what he may not hear; and nothing waits on Redis in a transaction.
            async with self._enter() as uow:
                await address.topic.authorise(uow, address.server_name)
        member = await hub.admit(sandbox_id, address, self._outbox, after=join.after)
        self._members[join.topic] = member
        try:
            await self._send_place(re, join, address, member)
        except BaseException:
            self._leave(join.topic)
            raise

    async def _send_place(self, re: int | None, join: operations.Join, address: Address, member: Member) -> None:
        resumed: tuple[Entry, ...] | None = None
        if join.after is not None:
            resumed = await self._environment.hub.missed(
                self._listener.admission.sandbox_id, address, after=join.after, until=member.place
            )
        async with self._enter() as uow:
            await address.topic.authorise(uow, address.server_name)
            snapshot = None
            if resumed is None:
                snapshot = encode(await address.topic.snapshot(uow, address.server_name))
        place = member.place if join.after is None or resumed is None else join.after
        member.go_live(operations.joined(re, place, snapshot), resumed or ())

    @asynccontextmanager
    async def _enter(self) -> AsyncIterator[UnitOfWork]:
        """Opens a read-only transaction, if the session still is what it was when it asked for the ticket."""
        admission = self._listener.admission
        try:
            async with self._environment.entrance.enter_session(admission.token_hash, read_only=True) as uow:
                if listener_of(uow, admission) != self._listener:
                    raise SignedOut
                yield uow
        except Unauthorised as failure:
            raise SignedOut from failure
