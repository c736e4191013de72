"""Workbooks for tests, as people make them."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.people import Made

HEADINGS = ("姓名*", "身份证号*", "手机号*", "性别", "文化程度", "人员类别", "座位号")


def row_of(person: Made, **changed: Any) -> list[Any]:
    """Returns the row of a person under `HEADINGS`, with some cells changed."""
    row: dict[str, Any] = {"name": person.name, "id": person.id_number, "phone": person.phone, "gender": person.gender}
    row = {**row, "education": "大专", "category": "返乡", "seat": None, **changed}
    return list(row.values())


def book(
    rows: Iterable[Sequence[Any]],
    *,
    headings: Sequence[Any] = HEADINGS,
    above: Sequence[Sequence[Any]] = (),
    sheet: str = "名册",
) -> bytes:
    """Returns a workbook with one sheet: what stands above, the headings, the rows."""
    workbook = Workbook()
    [page] = workbook.worksheets
    page.title = sheet
    for row in (*above, headings, *rows):
        page.append(list(row))
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Returns a workbook's bytes."""
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def opened(content: bytes) -> Workbook:
    """Returns the workbook of these bytes."""
    return load_workbook(BytesIO(content))
