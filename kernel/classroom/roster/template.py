"""The workbook that learners' data is collected in: typed columns, drop-downs, an example, a page on how to fill it."""

from functools import cache
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kernel.classroom.roster import form as forms
from kernel.classroom.roster import id_numbers
from kernel.classroom.roster.form import Column, ColumnForm, Form
from kernel.classroom.rules import SEATS_AT_MOST

TEXT = "@"
TYPED_ROWS = {False: 200, True: 1000}
"""Rows with a format of their own, for one class and for many; below, the column's format holds."""
LAST_ROW = 1_048_576
PHONE_LENGTH = 11

HEADING_FILL = PatternFill("solid", start_color="FF33416B", end_color="FF33416B")
OPTIONAL_FILL = PatternFill("solid", start_color="FF7D87A6", end_color="FF7D87A6")
HEADING_FONT = Font(bold=True, color="FFFFFFFF")
EXAMPLE_FILL = PatternFill("solid", start_color="FFF1F1F1", end_color="FFF1F1F1")
EXAMPLE_FONT = Font(italic=True, color="FF8A8A8A")
LINE = Border(bottom=Side("thin", color="FFD9D9D9"), right=Side("thin", color="FFD9D9D9"))
TITLE_FONT = Font(bold=True, size=14)


@cache
def build(*, with_class: bool) -> bytes:
    """Returns the template as xlsx, for one class or for many."""
    form = forms.load()
    workbook = Workbook()
    [sheet] = workbook.worksheets
    sheet.title = form.sheet
    columns = form.columns_of(with_class=with_class)
    for position, column in enumerate(columns, start=1):
        _write_column(sheet, position, column, form, rows=TYPED_ROWS[with_class])
    sheet.row_dimensions[1].height = 26
    sheet.freeze_panes = "A2"
    _write_guide(workbook.create_sheet(form.words["guide_sheet"]), form, with_class=with_class)
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _write_column(sheet: Worksheet, position: int, column: ColumnForm, form: Form, *, rows: int) -> None:
    letter = get_column_letter(position)
    heading = sheet.cell(1, position, column.heading + (form.words["required_mark"] if column.required else ""))
    heading.fill = HEADING_FILL if column.required else OPTIONAL_FILL
    heading.font = HEADING_FONT
    heading.alignment = Alignment(horizontal="center", vertical="center")
    heading.comment = Comment(column.hint, form.words["comment_author"], 90, 260)
    sheet.column_dimensions[letter].width = column.width
    if column.key is not Column.SEAT_NUMBER:
        sheet.column_dimensions[letter].number_format = TEXT
    for row in range(2, rows + 2):
        cell = sheet.cell(row, position)
        cell.border = LINE
        if column.key is not Column.SEAT_NUMBER:
            cell.number_format = TEXT
    example = sheet.cell(2, position, form.example[column.key])
    example.fill = EXAMPLE_FILL
    example.font = EXAMPLE_FONT
    validation = _validation(column, form)
    if validation is not None:
        validation.add(f"{letter}3:{letter}{LAST_ROW}")
        sheet.add_data_validation(validation)


def _validation(column: ColumnForm, form: Form) -> DataValidation | None:
    """Returns what Excel itself holds a column to; the lists strictly, lengths as a question."""
    words = form.words
    if column.options:
        rule = DataValidation("list", formula1=f'"{",".join(column.options)}"', allow_blank=True)
        rule.errorTitle = words["option_error_title"]
    elif column.key is Column.SEAT_NUMBER:
        rule = DataValidation("whole", operator="between", formula1="1", formula2=str(SEATS_AT_MOST), allow_blank=True)
        rule.errorTitle = words["seat_error_title"]
    elif column.key in {Column.ID_NUMBER, Column.PHONE}:
        length = id_numbers.LENGTH if column.key is Column.ID_NUMBER else PHONE_LENGTH
        rule = DataValidation("textLength", operator="equal", formula1=str(length), allow_blank=True)
        rule.errorStyle = "warning"
        rule.errorTitle = words["text_length_title"]
    else:
        return None
    rule.error = column.hint
    rule.showErrorMessage = True
    return rule


def _write_guide(sheet: Worksheet, form: Form, *, with_class: bool) -> None:
    sheet.column_dimensions["A"].width = 96
    for row, line in enumerate(form.words["guide_institution" if with_class else "guide_class"], start=1):
        cell = sheet.cell(row, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if row == 1:
            cell.font = TITLE_FONT
