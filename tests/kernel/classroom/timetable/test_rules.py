"""Which periods a template makes, what a timetable lacks, and which period is on."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.classroom.models import PeriodKind
from kernel.classroom.timetable import rules
from kernel.classroom.timetable.rules import Hint, PlannedPeriod, Shortfall
from kernel.classroom.timetable.templates import templates
from kernel.clock import ClockState

WEEK = templates()["week-1"]
MONDAY = date(2026, 11, 30)


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """Returns a moment of the class room on a day of the course."""
    return datetime(2026, 11, 29, hour, minute, tzinfo=rules.CHINA) + timedelta(days=day)


class TestTemplate:
    @pytest.mark.parametrize("template", templates().values(), ids=lambda template: template.code)
    def test_holds_what_article_seven_asks_for(self, template: rules.Template) -> None:
        planned = rules.plan(template, MONDAY)
        assert rules.shortfalls(planned) == []
        assert {len(day) for day in template.days} == {len(template.slots)}
        assert {period.ends_at - period.starts_at for period in planned} == {timedelta(minutes=45)}
        assert template.label in {"官方", "地方", "示例"}


class TestPlan:
    def test_begins_at_half_past_eight_in_china_and_ends_a_week_later(self) -> None:
        planned = rules.plan(WEEK, MONDAY)
        assert len(planned) == 56
        first, last = planned[0], planned[-1]
        assert (first.number, first.day_number, first.topic) == (1, 1, "认识网络创业与电商平台")
        assert first.starts_at == datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
        assert (last.number, last.day_number, last.ends_at) == (56, 7, moment(7, 17, 30))

    def test_leaves_skipped_days_out_and_goes_on_behind_them(self) -> None:
        planned = rules.plan(WEEK, MONDAY, skip=[date(2026, 12, 2), date(2026, 12, 6), date(2027, 1, 1)])
        assert sorted({rules.local_date(period.starts_at).day for period in planned}) == [1, 3, 4, 5, 7, 8, 30]

    def test_never_overlaps_itself(self) -> None:
        planned = rules.plan(WEEK, MONDAY)
        assert all(before.ends_at <= after.starts_at for before, after in itertools.pairwise(planned))


class TestShortfalls:
    def test_name_what_is_missing(self) -> None:
        planned = rules.plan(WEEK, MONDAY)
        assert rules.shortfalls(planned[:55]) == [Shortfall.PERIODS]
        assert rules.shortfalls(planned[:48]) == [Shortfall.PERIODS, Shortfall.DAYS]
        assert rules.shortfalls([]) == [Shortfall.PERIODS, Shortfall.DAYS]


class TestCurrent:
    planned = rules.plan(WEEK, MONDAY)

    @pytest.mark.parametrize(
        ("now", "current", "following"),
        [
            (moment(1, 8), None, 1),
            (moment(1, 8, 30), 1, 2),
            (moment(1, 9, 14), 1, 2),
            (moment(1, 9, 15), None, 2),
            (moment(1, 17, 30), None, 9),
            (moment(7, 17, 29), 56, None),
            (moment(7, 17, 30), None, None),
        ],
    )
    def test_is_half_open(self, now: datetime, current: int | None, following: int | None) -> None:
        found: tuple[PlannedPeriod | None, PlannedPeriod | None] = rules.find_current(self.planned, now)
        assert tuple(period and period.number for period in found) == (current, following)


class TestHint:
    def ask(self, kind: PeriodKind | None, state: ClockState, *, next_in: int | None = None) -> Hint | None:
        now = moment(1, 10)
        next_at = None if next_in is None else now + timedelta(minutes=next_in)
        return rules.hint(kind, state=state, now=now, next_at=next_at, has_periods=True)

    def test_asks_for_the_clock_in_practice(self) -> None:
        assert self.ask(PeriodKind.PRACTICE, ClockState.PAUSED) is Hint.START
        assert self.ask(PeriodKind.PRACTICE, ClockState.RUNNING) is None
        assert self.ask(PeriodKind.PRACTICE, ClockState.JUMPING) is None
        assert self.ask(PeriodKind.PRACTICE, ClockState.ENDED) is None

    def test_leaves_lectures_alone(self) -> None:
        assert self.ask(PeriodKind.LECTURE, ClockState.RUNNING) is None
        assert self.ask(PeriodKind.LECTURE, ClockState.PAUSED) is None

    def test_asks_for_a_pause_when_the_class_has_gone_and_not_in_a_break(self) -> None:
        assert self.ask(None, ClockState.RUNNING) is Hint.PAUSE
        assert self.ask(None, ClockState.RUNNING, next_in=31) is Hint.PAUSE
        assert self.ask(None, ClockState.RUNNING, next_in=30) is None
        assert self.ask(None, ClockState.PAUSED) is None

    def test_says_nothing_to_a_class_without_a_timetable(self) -> None:
        now = moment(1, 10)
        assert rules.hint(None, state=ClockState.RUNNING, now=now, next_at=None, has_periods=False) is None
