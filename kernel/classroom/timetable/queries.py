"""Reads of the timetable."""

from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom.models import PeriodKind
from kernel.classroom.timetable import rules
from kernel.classroom.timetable.schemas import CurrentPeriodView, PeriodView, TimetableView
from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

MOST_PERIODS = 400
"""More than a class of 80 课时 has; a bound on one answer."""

_PERIODS = text(f"""
    SELECT id, kind, topic, starts_at, ends_at FROM kernel_period
     WHERE cohort_id = :cohort_id ORDER BY starts_at, number LIMIT {MOST_PERIODS}
""")
_ONE = text("SELECT id, starts_at FROM kernel_period WHERE cohort_id = :cohort_id AND id = :period_id")
_OVERLAPS = text("""
    SELECT EXISTS (SELECT 1 FROM kernel_period
                    WHERE cohort_id = :cohort_id AND id <> :period_id AND starts_at < :ends_at AND ends_at > :starts_at)
""")


async def list_periods(uow: UnitOfWork, cohort_id: UUID) -> list[PeriodView]:
    """Returns the periods of a class in the order of time, counted."""
    rows = list(await uow.execute(_PERIODS, {"cohort_id": cohort_id}))
    views: list[PeriodView] = []
    for day_number, (day, group) in enumerate(groupby(rows, key=lambda row: rules.local_date(row.starts_at)), start=1):
        for number_in_day, row in enumerate(group, start=1):
            place = {"number": len(views) + 1, "day_number": day_number, "number_in_day": number_in_day, "date": day}
            views.append(PeriodView(**row._mapping, **place))
    return views


async def access_period(uow: UnitOfWork, cohort_id: UUID, period_id: UUID) -> Any:
    """Returns (id, starts_at) of a period of a class.

    Raises:
        NotFound: the class has none of this id.

    """
    row = (await uow.execute(_ONE, {"cohort_id": cohort_id, "period_id": period_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.timetable.period_not_found")
    return row


async def overlaps(uow: UnitOfWork, cohort_id: UUID, period_id: UUID, starts_at: Any, ends_at: Any) -> bool:
    """Returns whether another period of the class takes a part of this time."""
    params = {"cohort_id": cohort_id, "period_id": period_id, "starts_at": starts_at, "ends_at": ends_at}
    return bool((await uow.execute(_OVERLAPS, params)).scalar_one())


async def view_timetable(uow: UnitOfWork, cohort: Any) -> TimetableView:
    """Returns the timetable of a class, with what it lacks."""
    periods = await list_periods(uow, cohort.id)
    return TimetableView(
        cohort_id=cohort.id,
        state=cohort.state,
        starts_on=cohort.starts_on,
        periods=periods,
        days=len({period.date for period in periods}),
        practice_periods=sum(period.kind is PeriodKind.PRACTICE for period in periods),
        periods_at_least=rules.PERIODS_AT_LEAST,
        days_at_least=rules.DAYS_AT_LEAST,
        shortfalls=rules.shortfalls(periods),
    )


async def view_current(uow: UnitOfWork, cohort_id: UUID) -> CurrentPeriodView:
    """Returns the period that is on now; the hint is for who is in the class and can see its clock."""
    periods = await list_periods(uow, cohort_id)
    current, following = rules.find_current(periods, uow.now.at)
    hint = None
    if uow.scope is not None:
        hint = rules.hint(
            current.kind if current else None,
            state=uow.scope.clock.state,
            now=uow.now.at,
            next_at=following.starts_at if following else None,
            has_periods=bool(periods),
        )
    left = None if current is None else int((current.ends_at - uow.now.at).total_seconds())
    return CurrentPeriodView(now=uow.now.at, current=current, next=following, seconds_left=left, hint=hint)
