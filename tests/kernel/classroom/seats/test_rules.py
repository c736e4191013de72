"""PINs as written and typed, states, and what is offered in each."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.classroom.models import CohortState
from kernel.classroom.seats import rules
from kernel.classroom.seats.rules import SeatAction, SeatState, TypedPin
from kernel.ids import new_id
from tests.manual_clock import ManualClock

SEATS = st.integers(1, 30)


class TestTypedPin:
    @given(SEATS, st.integers(0, rules.PINS - 1))
    def test_is_what_was_written(self, number: int, secret: int) -> None:
        written = rules.written_pin(number, rules.secret_of(secret))
        assert len(written) == 9
        for typed in (written, written.replace("-", ""), written.lstrip("0"), f" {written} ".replace("-", " — ")):
            assert rules.typed_pin(typed) == TypedPin(number, rules.secret_of(secret))

    def test_reads_full_width_digits(self) -> None:
        assert rules.typed_pin("０７－４８３９２０") == TypedPin(7, "483920")

    @pytest.mark.parametrize(
        "typed",
        ["", "483920", "00-483920", "31-483920", "07-48392", "07-4839200", "O7-483920", "٠٧٤٨٣٩٢٠", "07+483920"],
    )
    def test_is_none_for_what_can_be_no_pin(self, typed: str) -> None:
        assert rules.typed_pin(typed) is None

    @given(st.text(max_size=20))
    def test_never_fails(self, typed: str) -> None:
        found = rules.typed_pin(typed)
        assert found is None or (1 <= found.number <= 30 and len(found.secret) == 6)


class TestState:
    def test_follows_from_account_and_withdrawal(self) -> None:
        now = ManualClock().now()
        assert rules.state_of(None, None) is SeatState.UNCLAIMED
        assert rules.state_of(new_id(), None) is SeatState.CLAIMED
        assert rules.state_of(new_id(), now) is SeatState.WITHDRAWN
        assert rules.state_of(None, now) is SeatState.WITHDRAWN

    def test_locks_an_unclaimed_seat_only_and_for_a_time(self) -> None:
        now = ManualClock().now()
        later = now + timedelta(seconds=1)
        assert rules.is_locked(SeatState.UNCLAIMED, later, now)
        assert not rules.is_locked(SeatState.UNCLAIMED, now, now)
        assert not rules.is_locked(SeatState.UNCLAIMED, None, now)
        assert not rules.is_locked(SeatState.CLAIMED, later, now)


class TestLock:
    @pytest.mark.parametrize(
        ("failures", "minutes"), [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (8, 16), (9, 30), (10, 30), (10**6, 30)]
    )
    def test_doubles_up_to_half_an_hour(self, failures: int, minutes: int) -> None:
        assert rules.lock_after(failures) == (timedelta(minutes=minutes) if minutes else None)


class TestActions:
    def test_are_those_of_the_state(self) -> None:
        assert rules.actions(SeatState.UNCLAIMED, CohortState.PLANNED) == (
            SeatAction.NEW_PIN,
            SeatAction.CHANGE,
            SeatAction.WITHDRAW,
        )
        assert SeatAction.UNDO_CLAIM in rules.actions(SeatState.CLAIMED, CohortState.OPEN)
        assert rules.actions(SeatState.WITHDRAWN, CohortState.OPEN) == (SeatAction.READMIT,)

    @pytest.mark.parametrize("state", SeatState)
    def test_are_none_once_the_class_is_over(self, state: SeatState) -> None:
        assert rules.actions(state, CohortState.CLOSED) == ()


class TestNumbers:
    def test_are_tidied(self) -> None:
        assert rules.tidy_number(" ６１０１０２ 1990-0101 123x ") == "61010219900101123X"

    @pytest.mark.parametrize(
        ("number", "is_one"),
        [("13800138000", True), ("12800138000", False), ("1380013800", False), ("１3800138000", False)],
    )
    def test_of_phones_have_eleven_digits(self, number: str, *, is_one: bool) -> None:
        assert rules.is_mobile(number) is is_one
