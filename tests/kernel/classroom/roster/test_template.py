"""The template: what Excel holds people to, and that our own reader takes it back."""

import pytest

from kernel.classroom.roster import form as forms
from kernel.classroom.roster import template
from kernel.classroom.roster.parsing import parse
from kernel.errors import Invalid
from tests.kernel.classroom.roster.conftest import School
from tests.kernel.classroom.roster.workbooks import opened, row_of, saved
from tests.people import people


class TestTemplate:
    def test_types_numbers_as_text_below_every_row(self) -> None:
        sheet = opened(template.build(with_class=False))["名册"]
        assert [sheet.cell(1, column).value for column in (1, 2, 3)] == ["姓名*", "身份证号*", "手机号*"]
        for column in (2, 3):
            assert {sheet.cell(row, column).number_format for row in range(2, 202)} == {"@"}
        assert sheet.column_dimensions["B"].number_format == "@"
        assert sheet.freeze_panes == "A2"

    def test_offers_the_lists_and_holds_seats_to_thirty(self) -> None:
        sheet = opened(template.build(with_class=False))["名册"]
        rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
        assert rules["D3:D1048576"].formula1 == '"男,女"'
        assert "退役军人" in rules["F3:F1048576"].formula1
        assert (rules["G3:G1048576"].formula1, rules["G3:G1048576"].formula2) == ("1", "30")
        assert rules["B3:B1048576"].formula1 == "18"
        assert all(len(rule.formula1) <= 255 for rule in rules.values()), "Excel's limit"

    def test_explains_each_column(self) -> None:
        workbook = opened(template.build(with_class=True))
        assert workbook["名册"]["A1"].value == "班级*"
        assert all(cell.comment is not None for cell in workbook["名册"][1])
        assert "30 人" in " ".join(str(row[0].value) for row in workbook["填写说明"].iter_rows())

    @pytest.mark.parametrize("with_class", [False, True])
    def test_unfilled_holds_nobody(self, *, with_class: bool) -> None:
        with pytest.raises(Invalid) as caught:
            parse(template.build(with_class=with_class), forms.load(), with_class=with_class)
        assert caught.value.code == "kernel.roster.no_rows"

    async def test_filled_in_is_imported(self, school: School) -> None:
        response = await school.lecturer.send("GET", "/classroom/roster-template")
        assert response.status_code == 200
        assert "filename*=UTF-8''%E5%AD%A6" in response.headers["Content-Disposition"]
        workbook = opened(response.content)
        for number, person in enumerate(people(30), start=3):
            for position, value in enumerate(row_of(person), start=1):
                workbook["名册"].cell(number, position).value = value
        view = await school.imported(saved(workbook))
        assert (view["state"], view["summary"]["seated"], view["summary"]["examples"]) == ("imported", 30, [2])
