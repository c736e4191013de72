"""The roster form: its columns, lists, limits and words, from `roster-1.toml`. Pure; labelled 示例 where it is only ours."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "roster-1"
_DECORATION = re.compile(r"[\s*＊﹡:：()（）\[\]【】]+|必填|选填")


class Column(StrEnum):
    """A column of the form, by what stands in it."""

    CLASS_NAME = "class_name"
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    GENDER = "gender"
    EDUCATION = "education"
    CATEGORY = "category"
    SEAT_NUMBER = "seat_number"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """How a column looks and what it accepts."""

    key: Column
    heading: str
    aliases: tuple[str, ...]
    required: bool
    width: int
    hint: str
    options: tuple[str, ...]
    synonyms: dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """One version of the form."""

    version: str
    sheet: str
    purpose: str
    keep_years: int
    age_from: int
    age_to: int
    example_prefix: str
    columns: dict[Column, ColumnForm]
    example: dict[Column, str]
    words: dict[str, Any]

    def columns_of(self, *, with_class: bool) -> list[ColumnForm]:
        """Returns the columns in the template's order."""
        return [form for key, form in self.columns.items() if with_class or key is not Column.CLASS_NAME]

    def column_named(self, heading: str) -> Column | None:
        """Returns the column that a heading means, whatever its blanks, stars, brackets and width."""
        return self._headings().get(bare(heading))

    def _headings(self) -> dict[str, Column]:
        return _headings(self.version)

    def kept_until(self, today: date) -> date:
        """Returns the date on which a person written down today is to be forgotten."""
        return today.replace(year=today.year + self.keep_years, day=min(today.day, 28))


def bare(heading: str) -> str:
    """Returns a heading without blanks, stars, brackets and differences of width."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", heading))


@cache
def load(version: str = VERSION) -> Form:
    """Returns a version of the form."""
    raw = tomllib.loads(Path(__file__).with_name(f"{version}.toml").read_text(encoding="utf-8"))
    columns = [_column(each) for each in raw["columns"]]
    return Form(
        version=raw["version"],
        sheet=raw["sheet"],
        purpose=raw["purpose"],
        keep_years=raw["keep_years"],
        age_from=raw["age_from"],
        age_to=raw["age_to"],
        example_prefix=raw["example_prefix"],
        columns={column.key: column for column in columns},
        example={Column(key): text for key, text in raw["example"].items()},
        words=raw["words"],
    )


def _column(raw: dict[str, Any]) -> ColumnForm:
    return ColumnForm(
        key=Column(raw["key"]),
        heading=raw["heading"],
        aliases=tuple(raw["aliases"]),
        required=raw["required"],
        width=raw["width"],
        hint=raw["hint"],
        options=tuple(raw.get("options", ())),
        synonyms=dict(raw.get("synonyms", {})),
    )


@cache
def _headings(version: str) -> dict[str, Column]:
    columns = load(version).columns.values()
    return {bare(heading): column.key for column in columns for heading in (column.heading, *column.aliases)}
