"""Makes a class's timetable from a template and changes it. Locks the class, so that two lecturers do not plan past each other."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update

from kernel.classroom import queries as classes
from kernel.classroom.models import CohortState, Period
from kernel.classroom.service import Home
from kernel.classroom.timetable import queries, rules
from kernel.classroom.timetable.schemas import DayShift, PeriodChange, TimetableMake
from kernel.classroom.timetable.templates import templates
from kernel.errors import Conflict, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

PERIOD = table_of(Period)
LONGEST = timedelta(hours=4)

_CLEAR = text("DELETE FROM kernel_period WHERE cohort_id = :cohort_id")
_SHIFT = text("""
    UPDATE kernel_period SET starts_at = starts_at + make_interval(days => :days),
                             ends_at = ends_at + make_interval(days => :days)
     WHERE cohort_id = :cohort_id AND starts_at >= :begin AND starts_at < :end
""")
_SHIFT_ALL = text("""
    UPDATE kernel_period SET starts_at = starts_at + make_interval(days => :days),
                             ends_at = ends_at + make_interval(days => :days)
     WHERE cohort_id = :cohort_id
""")
_STARTS_ON = text("UPDATE kernel_cohort SET starts_on = :starts_on WHERE id = :cohort_id")


async def make(uow: UnitOfWork, home: Home, command: TimetableMake) -> None:
    """Replaces the timetable of a planned class by a template's, and sets the class's first day.

    Raises:
        Conflict: the class has opened and has a timetable: what was taught is changed period by period.
        Invalid: there is no such template.

    """
    cohort = await _lock(uow, home)
    if cohort.state != CohortState.PLANNED and await queries.list_periods(uow, home.cohort_id):
        raise Conflict("kernel.timetable.class_open")
    await fill(uow, home, command.template, command.starts_on, command.skip_dates)
    await uow.execute(_STARTS_ON, {"cohort_id": home.cohort_id, "starts_on": command.starts_on})


async def fill(uow: UnitOfWork, home: Home, code: str, starts_on: date, skip: Iterable[date]) -> None:
    """Writes the periods of a template in place of those there are.

    Raises:
        Invalid: there is no such template.

    """
    template = templates().get(code)
    if template is None:
        raise Invalid.field("/template", "kernel.timetable.unknown_template")
    await uow.execute(_CLEAR, {"cohort_id": home.cohort_id})
    rows = [
        {
            "id": new_id(),
            "institution_id": home.institution_id,
            "region_code": home.region_code,
            "cohort_id": home.cohort_id,
            "number": period.number,
            "day_number": period.day_number,
            "kind": period.kind,
            "topic": period.topic,
            "starts_at": period.starts_at,
            "ends_at": period.ends_at,
        }
        for period in rules.plan(template, starts_on, skip=skip)
    ]
    await uow.execute(insert(PERIOD), rows)


async def change(uow: UnitOfWork, home: Home, period_id: UUID, command: PeriodChange) -> None:
    """Changes one period.

    Raises:
        NotFound: the class has none of this id.
        Invalid: it would end before it begins, last too long or over midnight, or overlap another.

    """
    await _lock(uow, home)
    await queries.access_period(uow, home.cohort_id, period_id)
    length = command.ends_at - command.starts_at
    one_day = rules.local_date(command.starts_at) == rules.local_date(command.ends_at)
    if not timedelta(0) < length <= LONGEST or not one_day:
        raise Invalid.field("/ends_at", "kernel.timetable.wrong_length", limit_hours=LONGEST // timedelta(hours=1))
    if await queries.overlaps(uow, home.cohort_id, period_id, command.starts_at, command.ends_at):
        raise Invalid.field("/starts_at", "kernel.timetable.overlaps")
    await uow.execute(update(PERIOD).where(PERIOD.c.id == period_id).values(**command.model_dump()))


async def shift_day(uow: UnitOfWork, home: Home, command: DayShift) -> None:
    """Moves all periods of one day to another that is free.

    Raises:
        Invalid: the first day has no periods, or the other day has some.

    """
    await _lock(uow, home)
    taken = {period.date for period in await queries.list_periods(uow, home.cohort_id)}
    if command.from_date not in taken:
        raise Invalid.field("/from_date", "kernel.timetable.no_such_day")
    if command.to_date in taken:
        raise Invalid.field("/to_date", "kernel.timetable.day_taken")
    begin = datetime.combine(command.from_date, datetime.min.time(), rules.CHINA)
    days = (command.to_date - command.from_date).days
    params = {"cohort_id": home.cohort_id, "days": days, "begin": begin, "end": begin + timedelta(days=1)}
    await uow.execute(_SHIFT, params)


async def move_start(uow: UnitOfWork, home: Home, before: date | None, after: date) -> None:
    """Moves the whole timetable with the first day of a class."""
    if before is not None and before != after:
        await uow.execute(_SHIFT_ALL, {"cohort_id": home.cohort_id, "days": (after - before).days})
    await uow.execute(_STARTS_ON, {"cohort_id": home.cohort_id, "starts_on": after})


async def _lock(uow: UnitOfWork, home: Home) -> Any:
    cohort = await classes.lock_cohort(uow, home.cohort_id)
    if cohort.state == CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    return cohort
