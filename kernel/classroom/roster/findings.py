"""What can be wrong with a roster: stable codes, how grave each is, and where it stands. Pure.

A finding never carries a full ID number or phone; its words stand in the catalogue under its code.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from kernel.classroom.roster.form import Column
from kernel.errors import Param


class Level(StrEnum):
    """An error keeps the whole roster out; a warning asks for a look; a note says what will be done."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """Every kind of finding."""

    NAME_MISSING = "kernel.roster.name_missing"
    NAME_DIGITS = "kernel.roster.name_digits"
    NAME_LATIN = "kernel.roster.name_latin"
    NAME_CHARACTERS = "kernel.roster.name_characters"
    NAME_LENGTH = "kernel.roster.name_length"
    ID_MISSING = "kernel.roster.id_missing"
    ID_AS_NUMBER = "kernel.roster.id_as_number"
    ID_OLD = "kernel.roster.id_old"
    ID_LENGTH = "kernel.roster.id_length"
    ID_CHARACTERS = "kernel.roster.id_characters"
    ID_REGION = "kernel.roster.id_region"
    ID_BIRTH_DATE = "kernel.roster.id_birth_date"
    ID_CHECKSUM = "kernel.roster.id_checksum"
    ID_TWICE = "kernel.roster.id_twice"
    AGE_UNUSUAL = "kernel.roster.age_unusual"
    PHONE_MISSING = "kernel.roster.phone_missing"
    PHONE_WRONG = "kernel.roster.phone_wrong"
    PHONE_TWICE = "kernel.roster.phone_twice"
    PHONE_CHANGED = "kernel.roster.phone_changed"
    GENDER_DIFFERS = "kernel.roster.gender_differs"
    NOT_OFFERED = "kernel.roster.not_offered"
    SEAT_WRONG = "kernel.roster.seat_wrong"
    SEAT_TAKEN = "kernel.roster.seat_taken"
    SEAT_TWICE = "kernel.roster.seat_twice"
    CLASS_MISSING = "kernel.roster.class_missing"
    CLASS_WRONG = "kernel.roster.class_wrong"
    CLASS_STARTED = "kernel.roster.class_started"
    CLASS_AMBIGUOUS = "kernel.roster.class_ambiguous"
    CLASS_FULL = "kernel.roster.class_full"
    ROW_REPEATED = "kernel.roster.row_repeated"
    KNOWN_PERSON = "kernel.roster.known_person"
    NAME_DIFFERS = "kernel.roster.name_differs"
    ALREADY_SEATED = "kernel.roster.already_seated"


LEVELS: dict[Code, Level] = {
    Code.AGE_UNUSUAL: Level.WARNING,
    Code.PHONE_TWICE: Level.WARNING,
    Code.PHONE_CHANGED: Level.WARNING,
    Code.ROW_REPEATED: Level.WARNING,
    Code.ALREADY_SEATED: Level.WARNING,
    Code.KNOWN_PERSON: Level.NOTE,
}
"""Whatever is not listed is an error."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one cell; `row` is the row's number in the workbook, from 1."""

    row: int
    column: Column
    code: Code
    params: dict[str, Param] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """How grave it is."""
        return LEVELS.get(self.code, Level.ERROR)


_LONG_NUMBER = re.compile(r"\d{7,}[Xx]?")


def without_numbers(text: str) -> str:
    """Returns a text in which no ID number or phone can be read, wherever somebody has typed it."""
    return _LONG_NUMBER.sub(lambda match: match[0][:3] + "*" * (len(match[0]) - 3), text)
