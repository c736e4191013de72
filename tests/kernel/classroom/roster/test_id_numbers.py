"""Resident identity numbers by GB 11643-1999."""

from datetime import date

import pytest

from kernel.classroom.roster import id_numbers
from tests.people import made


class TestCheckCharacter:
    @pytest.mark.parametrize(("digits", "expected"), [("11010519491231002", "X"), ("44052418800101001", "4")])
    def test_is_that_of_the_examples_in_the_standard(self, digits: str, expected: str) -> None:
        """Source: GB 11643-1999, the two worked examples."""
        assert id_numbers.check_character(digits) == expected

    def test_finds_every_single_wrong_digit(self) -> None:
        number = made(7).id_number
        for place in range(17):
            for digit in "0123456789":
                wrong = number[:place] + digit + number[place + 1 :]
                assert id_numbers.checks(wrong) == (wrong == number)

    def test_finds_every_exchange_of_neighbours(self) -> None:
        number = made(4321).id_number
        for place in range(16):
            wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
            assert id_numbers.checks(wrong) == (wrong == number)


class TestBirthDate:
    def test_must_be_in_the_calendar(self) -> None:
        assert id_numbers.birth_date("610000200002290010") == date(2000, 2, 29)
        assert id_numbers.birth_date("610000190002290010") is None
        assert id_numbers.birth_date("610000200013010010") is None


class TestAge:
    def test_counts_completed_years(self) -> None:
        born = date(2000, 6, 15)
        assert [id_numbers.age_on(born, date(2026, 6, day)) for day in (14, 15)] == [25, 26]
