"""Requests and answers about the timetable. Moments travel with their zone, dates are the class room's."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from kernel.classroom.models import PeriodKind
from kernel.classroom.timetable.rules import Hint, Shortfall
from kernel.http.fields import Command, Line, View, Word

_FIRST, _LAST = date(2020, 1, 1), date(2099, 12, 31)


def _sensible_day(value: date) -> date:
    if not _FIRST <= value <= _LAST:
        raise PydanticCustomError("kernel.field.wrong", "no day of a class")
    return value


def _sensible_moment(value: datetime) -> datetime:
    if value.tzinfo is None or not _FIRST.year <= value.year <= _LAST.year:
        raise PydanticCustomError("kernel.field.wrong", "no moment of a class")
    return value


Day = Annotated[date, AfterValidator(_sensible_day)]
Moment = Annotated[datetime, AfterValidator(_sensible_moment)]
TemplateCode = Annotated[Word, Field(min_length=1, max_length=24)]
SkippedDays = Annotated[list[Day], Field(max_length=60)]


class TimetableMake(Command):
    template: TemplateCode
    starts_on: Day
    skip_dates: SkippedDays = Field(default_factory=list)


class PeriodChange(Command):
    kind: PeriodKind
    topic: Annotated[Line, Field(min_length=1, max_length=60)]
    starts_at: Moment
    ends_at: Moment


class DayShift(Command):
    from_date: Day
    to_date: Day


class TemplateView(View):
    code: str
    name: str
    label: str
    days: int
    periods: int
    practice_periods: int


class PeriodView(View):
    """One 课时. `number`, `day_number` and `number_in_day` count in the order of time."""

    id: UUID
    number: int
    day_number: int
    number_in_day: int
    date: date
    kind: PeriodKind
    topic: str
    starts_at: datetime
    ends_at: datetime


class TimetableView(View):
    cohort_id: UUID
    state: str
    starts_on: date | None
    periods: list[PeriodView]
    days: int
    practice_periods: int
    periods_at_least: int
    days_at_least: int
    shortfalls: list[Shortfall]


class CurrentPeriodView(View):
    """The period that is on, how long it still lasts, what comes next, and what the clock should do."""

    now: datetime
    current: PeriodView | None
    next: PeriodView | None
    seconds_left: int | None
    hint: Hint | None
