"""A classroom without a database: stands in at the port `Entrance`, with commits and reads that take their time.

Each seat has badges: a few counters that change one by one and are read one by one, so that a reading which began
before a commit can end after it. That is the hardest order PostgreSQL at READ COMMITTED would show us.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import cast
from uuid import UUID

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.actor import Actor, ActorKind
from kernel.clock import ClockState, Reading, SandboxClock, SystemClock
from kernel.errors import NotFound, Unauthorised
from kernel.i18n.catalogue import Catalogue
from kernel.ids import new_id
from kernel.randomness import integer
from kernel.realtime.publishing import publish, take_turn
from kernel.realtime.topics import Addressing, Topic, Topics, everyone, seat_topic
from kernel.settings import Settings
from kernel.unit_of_work import SandboxScope, UnitOfWork

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
SIM_NOON = datetime(2026, 10, 12, 12)  # noqa: DTZ001  simulated time has no zone
KINDS = ("wait_pay", "wait_ship", "shipped")

Badges = dict[str, int]


def hash_of(token: str) -> bytes:
    """Returns the key of a session."""
    return sha256(token.encode()).digest()


@dataclass(slots=True)
class Visit:
    """One log-in session."""

    sandbox_id: UUID
    seat_id: UUID | None


@dataclass(slots=True)
class Classroom:
    """Sessions, badges and rooms, kept in this process."""

    redis: Redis
    settings: Settings = field(default_factory=lambda: Settings(_env_file=None))
    visits: dict[bytes, Visit] = field(default_factory=dict)
    badges: dict[UUID, Badges] = field(default_factory=dict)
    rooms: dict[str, UUID] = field(default_factory=dict)
    broken: bool = False
    _reads: int = 0

    def sign_in(self, token: str, *, sandbox_id: UUID, seated: bool = True) -> UUID | None:
        """Adds a session, and returns its seat."""
        seat_id = new_id() if seated else None
        self.visits[hash_of(token)] = Visit(sandbox_id, seat_id)
        if seat_id is not None:
            self.badges[seat_id] = dict.fromkeys(KINDS, 0)
        return seat_id

    def sign_out(self, token: str) -> None:
        """Ends a session."""
        del self.visits[hash_of(token)]

    @asynccontextmanager
    async def enter_session(self, token_hash: bytes, *, read_only: bool = False) -> AsyncIterator[UnitOfWork]:
        """Opens a transaction, as `Runtime.enter_session` does."""
        assert read_only, "the hub only reads"
        if self.broken:
            raise OSError("the database is gone")
        await asyncio.sleep(0)
        visit = self.visits.get(token_hash)
        if visit is None:
            raise Unauthorised("kernel.identity.not_signed_in")
        yield _unit_of_work(visit)

    async def read_badges(self, seat_id: UUID) -> Badges:
        """Reads the counters one after the other, giving way in between."""
        self._reads += 1
        seen: Badges = {}
        for ordinal, kind in enumerate(KINDS):
            for _ in range(integer(7, "read", self._reads, ordinal, low=0, high=3)):
                await asyncio.sleep(0)
            seen[kind] = self.badges[seat_id][kind]
        return seen

    async def commit_and_tell(self, sandbox_id: UUID, seat_id: UUID, kind: str, event_id: str) -> None:
        """Changes one counter and publishes all of them, as an event's broadcast does."""
        self.badges[seat_id][kind] += 1
        turn = await take_turn(self.redis)
        data = await self.read_badges(seat_id)
        await asyncio.sleep(integer(7, "publish", self._reads, low=0, high=4) / 1000)
        topic = seat_topic("badges", seat_id)
        await publish(
            self.redis,
            sandbox_id=sandbox_id,
            topic=topic,
            type="badges.changed",
            data=data,
            once_key=f"{event_id}:badges",
            turn=turn,
        )

    def topics(self) -> Topics:
        """Returns a registry with one topic of each addressing: `clock`, `badges`, `room.<id>`."""
        topics = Topics()
        topics.register(Topic("clock", Addressing.SANDBOX, everyone, self._clock))
        topics.register(Topic("badges", Addressing.SEAT, everyone, self._badges))
        topics.register(Topic("room", Addressing.SUBJECT, self._room_is_here, self._room))
        topics.register(Topic("faulty", Addressing.SANDBOX, everyone, self._fail))
        return topics

    async def _clock(self, uow: UnitOfWork, _name: str) -> dict[str, object]:
        return {"sandbox": uow.sandbox.id, "server_at": uow.now.at}

    async def _badges(self, uow: UnitOfWork, name: str) -> Badges:
        assert name == seat_topic("badges", uow.actor.seat)
        return await self.read_badges(uow.actor.seat)

    async def _room_is_here(self, uow: UnitOfWork, name: str) -> None:
        if self.rooms.get(name) != uow.sandbox.id:
            raise NotFound("test.room.not_found")

    async def _room(self, _uow: UnitOfWork, name: str) -> dict[str, object]:
        return {"room": name}

    async def _fail(self, _uow: UnitOfWork, _name: str) -> dict[str, object]:
        raise ZeroDivisionError


def catalogue() -> Catalogue:
    """Returns an empty catalogue: codes speak for themselves."""
    return Catalogue()


def _unit_of_work(visit: Visit) -> UnitOfWork:
    clock = SandboxClock(
        state=ClockState.PAUSED,
        speed=24,
        sim_anchor_at=SIM_NOON,
        class_anchor_ms=0,
        real_anchor_at=NOON,
        beat_at=NOON,
    )
    scope = SandboxScope(
        id=visit.sandbox_id, seed=1, policy="teaching-1", starts_sim_at=SIM_NOON, clock=clock, clock_version=1
    )
    kind = ActorKind.LEARNER if visit.seat_id is not None else ActorKind.LECTURER
    return UnitOfWork(
        connection=cast("AsyncConnection", None),  # these topics ask no database
        wall=SystemClock(),
        actor=Actor(kind=kind, account_id=new_id(), seat_id=visit.seat_id, display_name="学员"),
        scope=scope,
        now=Reading(at=NOON, sim_at=SIM_NOON, class_ms=0),
    )
