"""When a backup is due and which ones may go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backup import rules
from app.backup.rules import Copy, Trigger

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ID = "0123456789abcdef"
MINUTE = timedelta(minutes=1)


def copies(*hours_ago: float) -> list[Copy]:
    return [Copy(rules.name_of(ID, NOW - timedelta(hours=h)), NOW - timedelta(hours=h)) for h in hours_ago]


class TestNames:
    def test_are_read_as_they_are_written(self) -> None:
        name = rules.name_of(ID, NOW)
        assert name == f"kaidian-{ID}-20261123T060000Z.backup"
        assert rules.copies_in([name, name + ".part", "notes.txt"], ID) == [Copy(name, NOW)]

    def test_of_another_installation_are_left_alone(self) -> None:
        assert rules.copies_in([rules.name_of("f" * 16, NOW)], ID) == []
        assert len(rules.copies_in([rules.name_of("f" * 16, NOW)], None)) == 1


class TestDue:
    @pytest.mark.parametrize(
        ("last_good", "last_try", "last_pause", "why"),
        [
            (None, None, None, Trigger.NIGHT),
            (30, 30, 20, Trigger.PAUSE),
            (30, 30, 40, None),
            (4, 4, 1, None),
            (5, 5, 1, Trigger.PAUSE),
            (60, 10, 20, None),
            (60, 16, 20, Trigger.PAUSE),
            (25 * 60, 25 * 60, None, Trigger.NIGHT),
            (12 * 60, 12 * 60, None, Trigger.NIGHT),
            (10 * 60, 10 * 60, None, None),
        ],
        ids=[
            "never made",
            "paused since",
            "paused before",
            "too soon after a good one",
            "soon enough after a good one",
            "too soon after a failed one",
            "soon enough after a failed one",
            "a day old",
            "made before the night",
            "made after the night",
        ],
    )
    def test_follows_from_what_was_done(
        self, last_good: int | None, last_try: int | None, last_pause: int | None, why: Trigger | None
    ) -> None:
        def ago(minutes: int | None) -> datetime | None:
            return None if minutes is None else NOW - minutes * MINUTE

        assert rules.due(NOW, last_good=ago(last_good), last_try=ago(last_try), last_pause=ago(last_pause)) == why


class TestToRemove:
    def test_keeps_all_of_a_day_one_a_day_and_one_a_week(self) -> None:
        everything = copies(*range(24 * 80))
        gone = set(rules.to_remove(everything, NOW))
        kept = [copy for copy in everything if copy not in gone]
        assert [copy for copy in kept if NOW - copy.at < timedelta(hours=24)] == copies(*range(24))
        days = {copy.at.date() for copy in kept if NOW.date() - copy.at.date() < timedelta(days=14)}
        assert len(days) == 14
        assert len(kept) <= 24 + 14 + 8
        assert min(copy.at for copy in kept) > NOW - timedelta(days=7 * 9)

    def test_caps_a_busy_day(self) -> None:
        everything = copies(*(minute / 60 for minute in range(0, 23 * 60, 6)))
        assert len(everything) - len(rules.to_remove(everything, NOW)) <= rules.KEEP_ALL_AT_MOST + 2

    @given(st.lists(st.floats(0, 24 * 400), min_size=1, max_size=60, unique=True))
    def test_never_takes_the_newest_and_is_settled_at_once(self, hours: list[float]) -> None:
        everything = copies(*hours)
        gone = rules.to_remove(everything, NOW)
        left = [copy for copy in everything if copy not in gone]
        assert max(everything, key=lambda copy: (copy.at, copy.name)) in left
        assert rules.to_remove(left, NOW) == []
