"""Resident identity numbers (公民身份号码): length, region, birth date, check character, gender. Pure.

Source: GB 11643-1999 《公民身份号码》: 18 characters: six digits of region (GB/T 2260), eight of birth date, three in
sequence (odd: male, even: female), one check character by ISO 7064 MOD 11-2.
"""

import re
from datetime import date

LENGTH = 18
OLD_LENGTH = 15
"""The numbers before 1999. No longer valid since 2013 (Source: 《居民身份证法》 article 23)."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
"""By the weighted sum of the seventeen digits modulo 11."""

PROVINCES = frozenset(
    map(
        str,
        (
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
        ),
    )
)
"""First two digits of GB/T 2260, with 83 for residence permits of Taiwan residents. Counties come and go, provinces stay."""

_SHAPE = re.compile(r"\d{17}[\dX]", re.ASCII)


def has_shape(number: str) -> bool:
    """Says whether it is seventeen digits and a digit or X."""
    return _SHAPE.fullmatch(number) is not None


def check_character(digits: str) -> str:
    """Returns the check character of the first seventeen digits."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11]


def checks(number: str) -> bool:
    """Says whether the last character is the one that the others demand."""
    return number[-1] == check_character(number)


def is_known_province(number: str) -> bool:
    """Says whether the first two digits name a province."""
    return number[:2] in PROVINCES


def birth_date(number: str) -> date | None:
    """Returns the date in the number; `None` if the calendar has no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def is_male(number: str) -> bool:
    """Says whether the sequence is odd."""
    return int(number[16]) % 2 == 1


def age_on(born: date, today: date) -> int:
    """Returns the completed years of life."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
