"""From a workbook's bytes to rows by column: starts the reader, finds the heading row, leaves out blanks and junk.

Owns what a workbook may be; judges nothing that stands in a row.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from openpyxl.utils import get_column_letter

from kernel.classroom.roster import confined
from kernel.classroom.roster.form import Column, Form
from kernel.classroom.roster.rules import Cell, RawRow, tidy
from kernel.errors import Invalid

ROWS_AT_MOST = 20_000
CLASS_ROWS_AT_MOST = 500
"""In a class that seats thirty; more means that the wrong file was chosen."""
FILE_BYTES_AT_MOST = 5 * 1024 * 1024
HEADING_WITHIN = 30
"""How far down the heading row may stand: below a title, an emblem, a few lines of notes."""
PATIENCE_SECONDS = 12

_CODES = {
    "not_a_workbook": "kernel.roster.not_a_workbook",
    "damaged": "kernel.roster.damaged",
    "locked": "kernel.roster.locked",
    "too_complex": "kernel.roster.too_complex",
}
"""What the reader's answers mean to the person."""
_FOOTER_WORDS = ("合计", "总计", "共计", "填表", "制表", "签名", "签字", "日期", "说明", "注")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet the roster stands on. Row numbers from 1 as in Excel; `columns` by position from 0."""

    name: str
    heading_row: int
    columns: dict[Column, int]
    rows: list[RawRow]
    examples: list[int]
    ignored: list[int]

    def address(self, row: int, column: Column) -> str:
        """Returns `C7`; of a column the sheet lacks, the first one's cell."""
        position = self.columns.get(column, min(self.columns.values()))
        return f"{get_column_letter(position + 1)}{row}"


def parse(content: bytes, form: Form, *, with_class: bool) -> Sheet:
    """Returns the roster in a workbook. Takes up to `PATIENCE_SECONDS`: run it in a thread.

    Raises:
        Invalid: it is no workbook, is locked, damaged or hostile; has no heading row, lacks a column, or has too many
            rows or none.

    """
    answer = _read(content)
    if "failure" in answer:
        raise Invalid(_CODES[answer["failure"]])
    sheet = _choose(answer["sheets"], form)
    lacking = [each.heading for each in form.columns_of(with_class=with_class) if each.required]
    lacking = [heading for heading in lacking if form.column_named(heading) not in sheet.columns]
    if lacking:
        raise Invalid("kernel.roster.column_missing", columns="、".join(lacking))
    most = ROWS_AT_MOST if with_class else CLASS_ROWS_AT_MOST
    if len(sheet.rows) > most:
        raise Invalid("kernel.roster.too_many_rows", limit=most)
    if not sheet.rows:
        raise Invalid("kernel.roster.no_rows")
    return sheet


def _read(content: bytes) -> dict[str, Any]:
    rows = str(ROWS_AT_MOST + HEADING_WITHIN + 1)
    answered = confined.run("sheet_reader", rows, content=content, seconds=PATIENCE_SECONDS)
    if answered is None:
        return {"failure": "too_complex"}
    answer: dict[str, Any] = orjson.loads(answered)
    return answer


def _choose(sheets: list[dict[str, Any]], form: Form) -> Sheet:
    """Returns the sheet with the form's name, else the first that has a heading row.

    Raises:
        Invalid: none has.

    """
    for raw in sorted(sheets, key=lambda each: each["name"] != form.sheet):
        found = _find_heading(raw["rows"], form)
        if found is not None:
            place, columns = found
            return _divide(raw, place, columns, form)
    raise Invalid("kernel.roster.no_heading")


def _find_heading(rows: list[list[Any]], form: Form) -> tuple[int, dict[Column, int]] | None:
    """Returns where the row with the most known headings is; it names at least the name and one more."""
    best: tuple[int, dict[Column, int]] | None = None
    for place, (number, cells) in enumerate(rows):
        if number > HEADING_WITHIN:
            break
        columns: dict[Column, int] = {}
        for position, cell in enumerate(cells):
            column = form.column_named(cell) if isinstance(cell, str) else None
            if column is not None:
                columns.setdefault(column, position)
        if Column.NAME in columns and len(columns) > max(1, len(best[1]) if best is not None else 1):
            best = place, columns
    return best


def _divide(raw: dict[str, Any], place: int, columns: dict[Column, int], form: Form) -> Sheet:
    """Tells people from the example, blank rows and what stands below the table."""
    rows: list[RawRow] = []
    examples: list[int] = []
    ignored: list[int] = []
    for number, cells in raw["rows"][place + 1 :]:
        row = RawRow(number + 1, {key: _at(cells, position) for key, position in columns.items()})
        name = tidy(row.cells.get(Column.NAME))
        if name.startswith(form.example_prefix):
            examples.append(row.number)
        elif _says_who(row):
            rows.append(row)
        elif name or tidy(row.cells.get(Column.CLASS_NAME)):
            ignored.append(row.number)
    if raw["more"]:
        raise Invalid("kernel.roster.too_many_rows", limit=ROWS_AT_MOST)
    return Sheet(raw["name"], raw["rows"][place][0] + 1, columns, rows, examples, ignored)


def _at(cells: list[Any], position: int) -> Cell:
    cell: Cell = cells[position] if position < len(cells) else None
    return cell


def _says_who(row: RawRow) -> bool:
    """Says whether a row is about a person: it has a number of one, or a name that is no footer's."""
    if tidy(row.cells.get(Column.ID_NUMBER)) or tidy(row.cells.get(Column.PHONE)):
        return True
    name = "".join(tidy(row.cells.get(Column.NAME)).split())
    is_footer = any(word in name for word in _FOOTER_WORDS) or ":" in name
    return name != "" and not is_footer
