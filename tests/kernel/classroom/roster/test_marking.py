"""The workbook that comes back: marked at the right cells, and harmless."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.kernel.classroom.roster.conftest import School
from tests.kernel.classroom.roster.workbooks import HEADINGS, book, opened, row_of, saved
from tests.people import made

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


async def marked(school: School, content: bytes) -> Any:
    """Returns the sheet that the uploader gets back."""
    view = await school.checked(content)
    response = await school.lecturer.send("GET", f"/classroom/roster-imports/{view['id']}/marked")
    assert response.status_code == 200, response.text
    return opened(response.content).worksheets[0]


class TestMarks:
    async def test_stand_at_the_cells_and_at_the_end_of_the_row(self, school: School) -> None:
        rows = [row_of(made(1), id="610000"), row_of(made(2)), row_of(made(3), phone=made(2).phone)]
        sheet = await marked(school, book(rows, above=[["某某班名册"]]))
        assert (sheet["B3"].fill.start_color.rgb, sheet["C5"].fill.start_color.rgb) == (RED, YELLOW)
        assert sheet["B3"].comment.text == "身份证号应为 18 位，现在是 6 位"
        assert (sheet["H2"].value, sheet["H3"].value) == ("错误说明", "B3：身份证号应为 18 位，现在是 6 位")
        assert sheet["H5"].value == "C5：与第 4 行的手机号相同，请确认"
        assert sheet["H4"].value is None
        assert sheet["B4"].fill.fill_type is None

    async def test_leave_the_workbook_as_it_was(self, school: School) -> None:
        workbook = Workbook()
        [page] = workbook.worksheets
        page.append(HEADINGS)
        page.append(row_of(made(1), name=None))
        page.column_dimensions["B"].width = 33
        page["B2"].number_format = "@"
        workbook.create_sheet("别的表")["A1"] = "留着"
        view = await school.checked(saved(workbook))
        response = await school.lecturer.send("GET", f"/classroom/roster-imports/{view['id']}/marked")
        back = opened(response.content)
        assert back["别的表"]["A1"].value == "留着"
        sheet = back.worksheets[0]
        assert (sheet["B2"].value, sheet["B2"].number_format) == (made(1).id_number, "@")
        assert sheet.column_dimensions["B"].width == 33

    async def test_come_back_from_the_older_format_too(self, school: School) -> None:
        await school.imported(book([row_of(made(1), name="别人")]))
        sheet = await marked(school, Path(__file__).with_name("old-format.xls").read_bytes())
        assert sheet["A2"].fill.start_color.rgb == RED
        assert "以前登记的姓名是“*人”" in sheet["H2"].value
        assert sheet["A3"].value == made(2).name


class TestAttack:
    async def test_by_formulas_comes_back_as_text(self, school: School) -> None:
        workbook = Workbook()
        [page] = workbook.worksheets
        page.append([*HEADINGS, "备注"])
        evil = '=cmd|"/c calc"!A1'
        page.append([*row_of(made(1), name=None, education=evil), "=1+1"])
        page["E2"].data_type = "s"
        sheet = await marked(school, saved(workbook))
        assert (sheet["E2"].value, sheet["E2"].data_type, sheet["E2"].quotePrefix) == (evil, "s", True)
        assert sheet["H2"].value is None, "a formula comes back as its value, and this one never had one"
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        assert sheet["I2"].value.startswith("A2：")

    async def test_by_control_characters_in_a_name_comes_back_clean(self, school: School) -> None:
        sheet = await marked(school, book([row_of(made(1), name="张 三!", education="_x0007_坏_x001B_")]))
        assert "坏" in sheet["E2"].value
        assert sheet["H2"].value.startswith("A2：")
