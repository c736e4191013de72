"""Requests and answers about the list of a class."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.classroom.models import CohortState
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.classroom.seats.rules import SeatAction, SeatState
from kernel.http.fields import Command, Line, View

Name = Annotated[Line, Field(min_length=1, max_length=20)]
Number = Annotated[int, Field(strict=True, ge=1, le=SEATS_AT_MOST)]
Reason = Annotated[Line, Field(max_length=100)]
IdNumber = Annotated[Line, Field(min_length=1, max_length=24)]
Phone = Annotated[Line, Field(min_length=1, max_length=20)]


class SeatAdd(Command):
    """One learner by hand; without an ID number he can be taught, but not yet certified."""

    name: Name
    number: Number | None = None
    id_number: IdNumber | None = None
    phone: Phone | None = None


class SeatChange(Command):
    """The whole of what can be put right; `id_number` and `phone` are only added where none is known."""

    name: Name
    number: Number
    id_number: IdNumber | None = None
    phone: Phone | None = None


class SeatReason(Command):
    """Why a lecturer did it; stands in the record of interventions."""

    reason: Reason = ""


class SeatRow(View):
    """One seat as its lecturer sees it."""

    id: UUID
    number: int
    name: str
    state: SeatState
    account_id: UUID | None
    login: str | None
    claimed_at: datetime | None
    claim_browser: str | None
    has_pin: bool
    pin_failures: int
    is_locked: bool
    locked_until: datetime | None
    """When the lock ends by itself; null while there is none."""
    is_late: bool
    has_person: bool
    """Whether the person behind it is known; else no certificate can be made out."""
    withdrawn_at: datetime | None
    actions: list[SeatAction]


class SeatListView(View):
    """The list of a class with its counts; `seated` and `claimed` leave out who has withdrawn."""

    cohort_id: UUID
    class_name: str
    class_code: str
    class_state: CohortState
    seats_at_most: int
    seated: int
    claimed: int
    open_requests: int
    rows: list[SeatRow]


class PinSlip(View):
    """What a learner is handed on paper."""

    seat_id: UUID
    number: int
    name: str
    pin: str


class PinSlipsView(View):
    class_name: str
    class_code: str
    slips: list[PinSlip]
