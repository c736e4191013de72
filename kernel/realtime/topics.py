"""The registry of topics: which kinds exist, who may hear them, what a newcomer is told.

A client names a topic as it sees it (`badges`); the server's name (`badges.<seat id>`) is made here from who he is.
So no client ever names another person's topic, and a forged name is one that does not exist.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import orjson
from pydantic import BaseModel

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

Payload = BaseModel | Mapping[str, object]
"""A JSON object, as a schema or as a mapping of plain values, UUIDs and datetimes."""

Authorise = Callable[[UnitOfWork, str], Awaitable[None]]
Snapshot = Callable[[UnitOfWork, str], Awaitable[Payload]]

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_SUBJECT = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Addressing(StrEnum):
    """How a client's name becomes the server's name."""

    SANDBOX = "sandbox"
    """One topic for the whole sandbox: `clock` is `clock`."""

    SEAT = "seat"
    """One topic a seat: `badges` is `badges.<own seat id>`."""

    SUBJECT = "subject"
    """One topic a thing the client names: `room.<id>` is `room.<id>`, and `authorise` decides."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One kind of topic. Both functions get the server's name and run inside a read-only transaction.

    `authorise` raises `NotFound` for what is absent or hidden. `snapshot` returns the present state in absolute
    values, in the shape its frames leave it in; see `kernel.realtime.connection` for why that suffices.
    """

    kind: str
    addressing: Addressing
    authorise: Authorise
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Address:
    """A topic with its two names."""

    topic: Topic
    client_name: str
    server_name: str


async def everyone(_uow: UnitOfWork, _name: str) -> None:
    """Authorises whoever is in the sandbox, or whose own seat it is."""


def seat_topic(kind: str, seat_id: UUID) -> str:
    """Returns the server's name of a seat's topic, for `publish`."""
    return f"{kind}.{seat_id}"


class Topics:
    """The kinds of topic the domains have registered."""

    def __init__(self) -> None:
        self._kinds: dict[str, Topic] = {}

    def register(self, topic: Topic) -> None:
        """Adds a kind.

        Raises:
            ValueError: the kind is taken, or is not a plain word.

        """
        if not _KIND.fullmatch(topic.kind):
            raise ValueError(f"{topic.kind!r} cannot be the name of a topic")
        if topic.kind in self._kinds:
            raise ValueError(f"topic {topic.kind} is registered twice")
        self._kinds[topic.kind] = topic

    def address(self, name: str, *, seat_id: UUID | None) -> Address:
        """Returns the topic a client means.

        Raises:
            NotFound: there is none of that name for him.

        """
        kind, dot, subject = name.partition(".")
        topic = self._kinds.get(kind)
        if topic is None:
            raise NotFound("kernel.realtime.no_such_topic")
        if topic.addressing is Addressing.SUBJECT:
            if not _SUBJECT.fullmatch(subject):
                raise NotFound("kernel.realtime.no_such_topic")
            return Address(topic, client_name=name, server_name=name)
        if dot or (topic.addressing is Addressing.SEAT and seat_id is None):
            raise NotFound("kernel.realtime.no_such_topic")
        server_name = kind if seat_id is None or topic.addressing is Addressing.SANDBOX else seat_topic(kind, seat_id)
        return Address(topic, client_name=name, server_name=server_name)


def encode(payload: Payload) -> str:
    """Returns the payload as JSON text; aware datetimes end in Z."""
    plain = payload.model_dump(mode="json") if isinstance(payload, BaseModel) else dict(payload)
    return orjson.dumps(plain, option=orjson.OPT_UTC_Z).decode()
