"""Requests and answers about classes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.classroom.models import CohortState
from kernel.classroom.timetable.rules import Shortfall
from kernel.classroom.timetable.schemas import Day, SkippedDays, TemplateCode
from kernel.http.fields import Command, Line, View

ClassName = Annotated[Line, Field(min_length=2, max_length=60)]
Login = Annotated[Line, Field(min_length=1, max_length=40)]


class ClassCreate(Command):
    """A class as it is planned. A lecturer becomes its first lecturer himself; an institution names one."""

    name: ClassName
    starts_on: Day
    is_trial: Annotated[bool, Field(strict=True)] = False
    template: TemplateCode | None = None
    skip_dates: SkippedDays = Field(default_factory=list)
    lecturer: Login | None = None
    second_lecturer: Login | None = None


class ClassChange(Command):
    """What is absent stays. The first day moves the timetable with it."""

    name: ClassName | None = None
    starts_on: Day | None = None
    is_trial: Annotated[bool, Field(strict=True)] | None = None


class LecturerAdd(Command):
    login: Login


class LecturerView(View):
    account_id: UUID
    login: str
    name: str
    place: int


class ClassView(View):
    """One class with how far it is: the checklist before the opening."""

    id: UUID
    name: str
    code: str
    state: CohortState
    is_trial: bool
    starts_on: date | None
    opened_at: datetime | None
    closed_at: datetime | None
    institution: str
    lecturers: list[LecturerView]
    is_own: bool
    """The acting person teaches it."""
    seats_at_most: int
    seated: int
    claimed: int
    devices_checked: int
    devices_passed: int
    periods: int
    days: int
    shortfalls: list[Shortfall]
    open_requests: int
