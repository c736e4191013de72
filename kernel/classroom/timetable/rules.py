"""Decisions about a timetable: which periods a template makes, what article 7 asks for, which period is on now. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Protocol, TypeVar

from kernel.classroom.models import PeriodKind
from kernel.clock import ClockState

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The wall clock of every class room; without summer time since 1992, so no table of zones is needed."""

PERIODS_AT_LEAST = 56
DAYS_AT_LEAST = 7
"""Source: 《网络创业培训技术要点》 article 7 (三), “不少于7天，56课时”."""

BREAK_AT_MOST = timedelta(minutes=30)
"""Between two periods the class is in a break; after a longer gap it has gone. 示例."""


class Shortfall(StrEnum):
    """What a timetable lacks against article 7 (三)."""

    PERIODS = "too_few_periods"
    DAYS = "too_few_days"


class Hint(StrEnum):
    """What the clock should do now, by the timetable."""

    START = "start"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one period of a template is about."""

    kind: PeriodKind
    topic: str


@dataclass(frozen=True, slots=True)
class Template:
    """A versioned timetable: the same slots on every day, one lesson a slot."""

    code: str
    name: str
    label: str
    slots: tuple[tuple[time, time], ...]
    days: tuple[tuple[Lesson, ...], ...]

    @property
    def lessons(self) -> list[Lesson]:
        """All lessons in their order."""
        return [lesson for day in self.days for lesson in day]


@dataclass(frozen=True, slots=True)
class PlannedPeriod:
    """One period to be written."""

    number: int
    day_number: int
    kind: PeriodKind
    topic: str
    starts_at: datetime
    ends_at: datetime


class Timed(Protocol):
    """Whatever has a beginning and an end in real time."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""

    @property
    def ends_at(self) -> datetime:
        """When it is over; not part of it any more."""


TimedT = TypeVar("TimedT", bound=Timed)


def local_date(at: datetime) -> date:
    """Returns the day on the class room's calendar."""
    return at.astimezone(CHINA).date()


def dates_from(starts_on: date, count: int, *, skip: Iterable[date] = ()) -> list[date]:
    """Returns `count` days in a row, those skipped left out."""
    left_out = set(skip)
    days: list[date] = []
    day = starts_on
    while len(days) < count:
        if day not in left_out:
            days.append(day)
        day += timedelta(days=1)
    return days


def plan(template: Template, starts_on: date, *, skip: Iterable[date] = ()) -> list[PlannedPeriod]:
    """Returns the periods of a template from a first day on."""
    periods: list[PlannedPeriod] = []
    for day_number, day in enumerate(dates_from(starts_on, len(template.days), skip=skip), start=1):
        for (starts, ends), lesson in zip(template.slots, template.days[day_number - 1], strict=True):
            periods.append(
                PlannedPeriod(
                    number=len(periods) + 1,
                    day_number=day_number,
                    kind=lesson.kind,
                    topic=lesson.topic,
                    starts_at=datetime.combine(day, starts, CHINA),
                    ends_at=datetime.combine(day, ends, CHINA),
                )
            )
    return periods


def shortfalls(periods: Sequence[Timed]) -> list[Shortfall]:
    """Returns what a timetable lacks; the class may be held all the same, its lecturer is told."""
    lacks: list[Shortfall] = []
    if len(periods) < PERIODS_AT_LEAST:
        lacks.append(Shortfall.PERIODS)
    if len({local_date(period.starts_at) for period in periods}) < DAYS_AT_LEAST:
        lacks.append(Shortfall.DAYS)
    return lacks


def find_current(periods: Sequence[TimedT], now: datetime) -> tuple[TimedT | None, TimedT | None]:
    """Returns the period that is on and the one that comes next; the periods are in the order of time."""
    current = next((period for period in periods if period.starts_at <= now < period.ends_at), None)
    following = next((period for period in periods if period.starts_at > now), None)
    return current, following


def hint(
    kind: PeriodKind | None, *, state: ClockState, now: datetime, next_at: datetime | None, has_periods: bool
) -> Hint | None:
    """Returns what the clock should do: run in practice, stand still once the class has gone.

    A lecture may use either, and a break is too short to call the class gone.
    """
    if kind is PeriodKind.PRACTICE:
        return Hint.START if state is ClockState.PAUSED else None
    if kind is not None or not has_periods or state is not ClockState.RUNNING:
        return None
    in_break = next_at is not None and next_at - now <= BREAK_AT_MOST
    return None if in_break else Hint.PAUSE
