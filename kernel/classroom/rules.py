"""Decisions about a class that need no database: codes, free seats. Pure."""

from collections.abc import Iterable

SEATS_AT_MOST = 30
"""Learners in a class. Source: 《网络创业培训技术要点》 article 7 (一), “最多不超过30人”."""

LECTURERS_AT_MOST = 2
"""Teaching lecturers of a class. Source: 《网络创业培训技术要点》 article 7 (二)."""

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which a learner reads wrongly from the projector."""

CODE_LENGTH = 6


def code_of(number: int) -> str:
    """Returns the class code of a large random number."""
    letters = []
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return "".join(letters)


def tidy_code(typed: str) -> str:
    """Returns a typed class code as it is stored: capitals, without blanks and dashes."""
    return typed.upper().replace(" ", "").replace("-", "")


def first_free(taken: Iterable[int]) -> int | None:
    """Returns the lowest free seat number; `None` when all thirty are taken (article 7)."""
    occupied = set(taken)
    return next((number for number in range(1, SEATS_AT_MOST + 1) if number not in occupied), None)
