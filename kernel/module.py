"""What a package registers; `app.modules` only lists packages."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from kernel.crypto.rotation import EncryptedColumn
from kernel.events.event import Event
from kernel.realtime.topics import Payload, Topic
from kernel.sandbox.runner import TimerHandler
from kernel.unit_of_work import UnitOfWork

Handler = Callable[[UnitOfWork, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Frame:
    """One message for a realtime topic of the sandbox. `data` carries absolute values, so a later frame wins."""

    topic: str
    type: str
    data: Payload


EVERY_TOPIC = Frame(topic="*", type="resync", data={})
"""Not one frame: every topic of the sandbox tells its listeners to join afresh."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A handler that changes rows: it runs in the transaction that marks its inbox row done, hence once."""

    name: str
    events: tuple[type[Event], ...]
    handle: Handler


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A handler that tells browsers: it reads frames in one transaction and pushes them after it, at least once."""

    name: str
    events: tuple[type[Event], ...]
    frames: Callable[[UnitOfWork, Any], Awaitable[list[Frame]]]


@dataclass(frozen=True, slots=True)
class Module:
    """One package's contribution to the application."""

    name: str
    locales: Path
    routers: tuple[APIRouter, ...] = ()
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    events: tuple[type[Event], ...] = ()
    reactions: tuple[Reaction, ...] = ()
    broadcasts: tuple[Broadcast, ...] = ()
    topics: tuple[Topic, ...] = ()
    encrypted: tuple[EncryptedColumn, ...] = ()
