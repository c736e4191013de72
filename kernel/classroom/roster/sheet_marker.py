"""A program of its own: gives a workbook back with its wrong cells marked. Standard input to standard output.

Like `sheet_reader`, the only part of ours that it imports, it limits itself, for the workbook is a stranger's. What comes back holds values only: no formula, macro or link of the workbook survives, and no text of ours or of the
workbook can become a formula.

Standard input: one line of JSON (`sheet`, `heading_row`, `heading`, `author`, `marks` as [cell, text, is error]), then
the workbook.
"""

import io
import json
import sys
from collections import defaultdict
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.worksheet.worksheet import Worksheet

from kernel.classroom.roster import sheet_reader

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_SECONDS = 60
COMMENTS_AT_MOST = 2000
"""Excel draws each one when it opens the file; beyond these the column of errors must do."""
ROWS_AT_MOST = 21_000
RED = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
YELLOW = PatternFill("solid", start_color="FFFFEB9C", end_color="FFFFEB9C")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
COMMENT_WIDTH, COMMENT_HEIGHT = 280, 110
ERRORS_WIDTH = 60


def open_values(content: bytes, name: str) -> tuple[Workbook, Worksheet]:
    """Returns the workbook with values for formulas; the older binary format is written anew."""
    if content.startswith(sheet_reader.ZIP):
        workbook = load_workbook(io.BytesIO(content), data_only=True, keep_vba=False, keep_links=False)
        return workbook, workbook[name]
    workbook = Workbook()
    [sheet] = workbook.worksheets
    sheet.title = name
    read = sheet_reader.read(content, ROWS_AT_MOST)
    rows = next(each["rows"] for each in read["sheets"] if each["name"] == name)
    for number, cells in rows:
        for position, value in enumerate(cells, start=1):
            if value is not None:
                text = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
                sheet.cell(number + 1, position).value = text
    return workbook, sheet


def defuse(workbook: Workbook) -> None:
    """Makes every text a text."""
    workbook.defined_names.clear()
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell, Cell) and isinstance(cell.value, str):
                    as_text(cell)


def as_text(cell: Cell | MergedCell) -> None:
    """Keeps a cell's text from being read as a formula, here and when it is typed over."""
    cell.data_type = "s"
    if str(cell.value).startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def mark(sheet: Worksheet, order: dict[str, Any]) -> None:
    """Colours the cells, comments them, and sums up each row in a column at the end."""
    per_row: dict[int, list[str]] = defaultdict(list)
    per_cell: dict[str, list[str]] = defaultdict(list)
    wrong: set[str] = set()
    for address, message, is_error in order["marks"]:
        per_cell[address].append(ILLEGAL_CHARACTERS_RE.sub("", message))
        per_row[coordinate_from_string(address)[1]].append(ILLEGAL_CHARACTERS_RE.sub("", f"{address}：{message}"))
        if is_error:
            wrong.add(address)
    for number, (address, messages) in enumerate(per_cell.items()):
        cell = sheet[address]
        cell.fill = RED if address in wrong else YELLOW
        if number < COMMENTS_AT_MOST and not isinstance(cell, MergedCell):
            cell.comment = Comment("\n".join(messages), order["author"], COMMENT_HEIGHT, COMMENT_WIDTH)
    column = sheet.max_column + 1
    heading = sheet.cell(order["heading_row"], column, order["heading"])
    heading.font = Font(bold=True)
    for row, messages in per_row.items():
        cell = sheet.cell(row, column)
        cell.value = "\n".join(messages)
        as_text(cell)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions[heading.column_letter].width = ERRORS_WIDTH


def main() -> None:
    """Reads standard input, writes standard output."""
    sheet_reader.limit(MEMORY_BYTES, CPU_SECONDS)
    order = json.loads(sys.stdin.buffer.readline())
    workbook, sheet = open_values(sys.stdin.buffer.read(), order["sheet"])
    defuse(workbook)
    mark(sheet, order)
    workbook.active = workbook.index(sheet)
    workbook.save(sys.stdout.buffer)
