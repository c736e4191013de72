"""What a row of a roster must say, cell by cell. Pure: the form and today are arguments."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kernel.classroom.roster import id_numbers
from kernel.classroom.roster.findings import Code, Finding, without_numbers
from kernel.classroom.roster.form import Column, Form
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.errors import Param
from kernel.identity.models import Gender

Cell = str | float | bool | None
"""What stands in a cell: text, a number, yes or no, nothing. A date arrives as its ISO text."""

NAME_FROM, NAME_TO = 2, 20
CLASS_NAME_TO = 60

_DOTS = str.maketrans(dict.fromkeys("•・‧∙.．｡●", "·"))
_BETWEEN_IDEOGRAPHS = re.compile(r"\s+")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d{2}", re.IGNORECASE)
_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_COUNTRY = re.compile(r"^(\+|00)?86(?=1\d{10}$)")
_SEAT = re.compile(r"(\d{1,3})号?", re.ASCII)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the workbook, by column."""

    number: int
    cells: Mapping[Column, Cell]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says. A field that is missing or wrong is `None`, the class of a class import is empty."""

    row: int
    name: str | None
    id_number: str | None
    phone: str | None
    gender: Gender | None
    education: str | None
    category: str | None
    seat_number: int | None
    class_name: str | None


def tidy(cell: Cell) -> str:
    """Returns a cell's text: one width, no invisible characters, no blanks at the ends, whole numbers as digits."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    visible = "".join(char for char in unicodedata.normalize("NFKC", cell) if unicodedata.category(char) != "Cf")
    return visible.strip().lstrip("'`’")


class RowReader:
    """Reads one row and notes what is wrong in it; at most one error a cell."""

    def __init__(self, raw: RawRow, form: Form, today: date) -> None:
        self.raw = raw
        self.form = form
        self.today = today
        self.findings: list[Finding] = []

    def read(self, *, with_class: bool) -> Entry:
        """Returns what the row says; what is wrong stands in `findings`."""
        id_number = self._id_number()
        return Entry(
            row=self.raw.number,
            name=self._name(),
            id_number=id_number,
            phone=self._phone(),
            gender=self._gender(id_number),
            education=self._option(Column.EDUCATION),
            category=self._option(Column.CATEGORY),
            seat_number=self._seat_number(),
            class_name=self._class_name() if with_class else None,
        )

    def _text(self, column: Column) -> str:
        return tidy(self.raw.cells.get(column))

    def _note(self, column: Column, code: Code, **params: Param) -> None:
        self.findings.append(Finding(self.raw.number, column, code, params))

    def _name(self) -> str | None:
        name = _BETWEEN_IDEOGRAPHS.sub("", self._text(Column.NAME)).translate(_DOTS)
        code = wrong_name(name)
        if code is not None:
            self._note(Column.NAME, code, **({"limit": NAME_TO} if code is Code.NAME_LENGTH else {}))
        return None if code is not None else name

    def _id_number(self) -> str | None:
        cell = self.raw.cells.get(Column.ID_NUMBER)
        number = "".join(self._text(Column.ID_NUMBER).split()).upper()
        code = wrong_id_number(number, is_number_cell=isinstance(cell, float | int))
        if code is None:
            born = id_numbers.birth_date(number)
            code = Code.ID_BIRTH_DATE if born is None or born > self.today else None
            if born is not None and code is None and id_numbers.checks(number):
                self._judge_age(id_numbers.age_on(born, self.today))
                return number
        if code is None:
            # Excel keeps fifteen digits of a number and fills up with zeros.
            code = Code.ID_AS_NUMBER if number.endswith("000") else Code.ID_CHECKSUM
        self._note(Column.ID_NUMBER, code, **({"length": len(number)} if code is Code.ID_LENGTH else {}))
        return None

    def _judge_age(self, age: int) -> None:
        if not self.form.age_from <= age <= self.form.age_to:
            self._note(
                Column.ID_NUMBER, Code.AGE_UNUSUAL, age=age, youngest=self.form.age_from, oldest=self.form.age_to
            )

    def _phone(self) -> str | None:
        phone = _COUNTRY.sub("", re.sub(r"[\s\-‐–—]", "", self._text(Column.PHONE)))
        if _PHONE.fullmatch(phone):
            return phone
        self._note(Column.PHONE, Code.PHONE_WRONG if phone else Code.PHONE_MISSING)
        return None

    def _option(self, column: Column) -> str | None:
        offered = self.form.columns[column]
        given = "".join(self._text(column).split())
        value = offered.synonyms.get(given, given)
        if value in offered.options or value == "":
            return value or None
        self._note(column, Code.NOT_OFFERED, given=without_numbers(value[:NAME_TO]), options="、".join(offered.options))
        return None

    def _gender(self, id_number: str | None) -> Gender | None:
        male, _ = self.form.columns[Column.GENDER].options
        given = self._option(Column.GENDER)
        said = None if given is None else (Gender.MALE if given == male else Gender.FEMALE)
        if id_number is None:
            return said
        written = Gender.MALE if id_numbers.is_male(id_number) else Gender.FEMALE
        if said is not None and said is not written:
            self._note(Column.GENDER, Code.GENDER_DIFFERS)
        return written

    def _seat_number(self) -> int | None:
        given = "".join(self._text(Column.SEAT_NUMBER).split())
        if given == "":
            return None
        match = _SEAT.fullmatch(given)
        if match is None or not 1 <= int(match[1]) <= SEATS_AT_MOST:
            self._note(Column.SEAT_NUMBER, Code.SEAT_WRONG, limit=SEATS_AT_MOST)
            return None
        return int(match[1])

    def _class_name(self) -> str | None:
        name = " ".join(self._text(Column.CLASS_NAME).split())
        if name == "":
            self._note(Column.CLASS_NAME, Code.CLASS_MISSING)
            return None
        if len(name) > CLASS_NAME_TO or not name.isprintable():
            self._note(Column.CLASS_NAME, Code.CLASS_WRONG, limit=CLASS_NAME_TO)
            return None
        return name


def wrong_name(name: str) -> Code | None:
    """Returns what is wrong with a name: it is Chinese characters, with · between the parts of some."""
    if name == "":
        return Code.NAME_MISSING
    if any(char.isdigit() for char in name):
        return Code.NAME_DIGITS
    if any("a" <= char.lower() <= "z" for char in name):
        return Code.NAME_LATIN
    if not all(_is_ideograph(char) or char == "·" for char in name) or name.startswith("·") or name.endswith("·"):
        return Code.NAME_CHARACTERS
    return None if NAME_FROM <= len(name) <= NAME_TO else Code.NAME_LENGTH


def _is_ideograph(char: str) -> bool:
    return char == "〇" or unicodedata.name(char, "").startswith(
        ("CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH")
    )


def wrong_id_number(number: str, *, is_number_cell: bool) -> Code | None:
    """Returns what is wrong with the shape of an ID number; its date and check character are judged after."""
    if number == "":
        return Code.ID_MISSING
    if is_number_cell or _SCIENTIFIC.fullmatch(number):
        return Code.ID_AS_NUMBER
    if len(number) == id_numbers.OLD_LENGTH and number.isdigit():
        return Code.ID_OLD
    if len(number) != id_numbers.LENGTH:
        return Code.ID_LENGTH
    if not id_numbers.has_shape(number):
        return Code.ID_CHARACTERS
    return None if id_numbers.is_known_province(number) else Code.ID_REGION
