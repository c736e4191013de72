"""Requests and answers about a sandbox's clock and its parked work."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kernel.clock import SPEED_LIMIT, ClockState
from kernel.http.fields import Command, View, Word
from kernel.unit_of_work import UnitOfWork


def _without_zone(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise PydanticCustomError("kernel.field.wrong", "simulated time has no zone")
    return value


SimAt = Annotated[datetime, AfterValidator(_without_zone)]


class SpeedSet(Command):
    speed: Annotated[int, Field(strict=True, ge=1, le=SPEED_LIMIT)]


class Jump(Command):
    target_sim_at: SimAt


class ClockView(View):
    """A clock as a browser needs it: it counts on from `server_at` at `speed` by itself while running."""

    state: ClockState
    speed: int
    sim_at: datetime
    day_number: int
    class_seconds: int
    jump_target_sim_at: datetime | None
    server_at: datetime
    version: int


class DueGroup(View):
    kind: str
    count: int
    first_sim_at: datetime


class JumpPreview(View):
    target_sim_at: datetime
    total: int
    groups: list[DueGroup]


class NextTimer(View):
    kind: str
    due_sim_at: datetime


class NextTimerView(View):
    next: NextTimer | None


class ParkedTimer(View):
    id: UUID
    kind: str
    due_sim_at: datetime | None
    attempts: int
    error: str | None


class ParkedDelivery(View):
    event_id: UUID
    handler: str
    event_type: str
    attempts: int
    error: str | None


class ParkedView(View):
    timers: list[ParkedTimer]
    deliveries: list[ParkedDelivery]


class DeliveryReplay(Command):
    event_id: UUID
    handler: Annotated[Word, Field(min_length=1, max_length=96)]


def clock_view(uow: UnitOfWork) -> ClockView:
    """Returns the clock of the unit of work's sandbox at its moment."""
    scope = uow.sandbox
    return ClockView(
        state=scope.clock.state,
        speed=scope.clock.speed,
        sim_at=uow.now.sim_at.replace(microsecond=0),
        day_number=(uow.now.sim_at.date() - scope.starts_sim_at.date()).days + 1,
        class_seconds=uow.now.class_ms // 1000,
        jump_target_sim_at=scope.clock.jump_target_sim_at,
        server_at=uow.now.at,
        version=scope.clock_version,
    )
