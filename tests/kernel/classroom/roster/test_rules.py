"""What a row must say, cell by cell."""

from datetime import date
from typing import Any

import pytest

from kernel.classroom.roster import form as forms
from kernel.classroom.roster.findings import Code, Level
from kernel.classroom.roster.form import Column
from kernel.classroom.roster.rules import Entry, RawRow, RowReader
from kernel.identity.models import Gender
from tests.people import made

TODAY = date(2026, 10, 12)
WANG = made(1)  # the odd sequence of a man


def read(*, with_class: bool = False, **cells: Any) -> tuple[Entry, list[tuple[Column, Code]]]:
    """Reads the row of somebody with some cells changed."""
    right = {"name": WANG.name, "id_number": WANG.id_number, "phone": WANG.phone}
    row = RawRow(5, {Column(key): value for key, value in {**right, **cells}.items()})
    reader = RowReader(row, forms.load(), TODAY)
    entry = reader.read(with_class=with_class)
    return entry, [(finding.column, finding.code) for finding in reader.findings]


class TestRow:
    def test_that_is_right_has_no_finding(self) -> None:
        entry, found = read(gender="男", education="本科", category="返乡", seat_number=7.0)
        assert found == []
        assert entry == Entry(5, WANG.name, WANG.id_number, WANG.phone, Gender.MALE, "本科", "返乡", 7, None)

    def test_takes_the_gender_from_the_id_number(self) -> None:
        assert read()[0].gender is Gender.MALE

    def test_is_read_whatever_its_width_blanks_and_case(self) -> None:
        digits = f"{WANG.id_number[:6]}  {WANG.id_number[6:]}".lower()
        wide = digits.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        entry, found = read(
            name=" 张\u3000三\u200b ", id_number=f"'{wide}", phone="+86 139-0000 0001", seat_number="０7号"
        )
        assert found == []
        assert (entry.name, entry.id_number, entry.phone, entry.seat_number) == (
            "张三",
            WANG.id_number,
            "13900000001",
            7,
        )

    def test_takes_a_phone_that_is_a_number(self) -> None:
        assert read(phone=13900000001.0)[0].phone == "13900000001"

    def test_takes_what_an_option_is_also_called(self) -> None:
        entry, found = read(education="大学本科", category="返乡农民工", gender="男性")
        assert (entry.education, entry.category, found) == ("本科", "返乡", [])


class TestName:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            (None, Code.NAME_MISSING),
            ("  ", Code.NAME_MISSING),
            ("张3", Code.NAME_DIGITS),
            (13900000001.0, Code.NAME_DIGITS),
            ("张san", Code.NAME_LATIN),
            ("张\x07三", Code.NAME_CHARACTERS),
            ("张\u202e三", None),
            ("张三！", Code.NAME_CHARACTERS),
            ("·张三", Code.NAME_CHARACTERS),
            ("张", Code.NAME_LENGTH),
            ("张" * 21, Code.NAME_LENGTH),
            ("阿卜杜拉•买买提", None),
            ("〇三", None),
            ("𠮷三", None),
        ],
    )
    def test_is_chinese_characters(self, name: Any, code: Code | None) -> None:
        assert read(name=name)[1] == ([] if code is None else [(Column.NAME, code)])

    def test_writes_every_dot_alike(self) -> None:
        assert read(name="阿卜杜拉•买买提")[0].name == "阿卜杜拉·买买提"


class TestIdNumber:
    @pytest.mark.parametrize(
        ("number", "code"),
        [
            (None, Code.ID_MISSING),
            (6.1000019750102e17, Code.ID_AS_NUMBER),
            ("6.10000E+17", Code.ID_AS_NUMBER),
            ("610000197501020000", Code.ID_AS_NUMBER),
            ("610000750102001", Code.ID_OLD),
            (WANG.id_number[:-1], Code.ID_LENGTH),
            (WANG.id_number + "1", Code.ID_LENGTH),
            ("X" + WANG.id_number[1:], Code.ID_CHARACTERS),
            ("16" + WANG.id_number[2:], Code.ID_REGION),
            (WANG.id_number[:10] + "1332" + WANG.id_number[14:], Code.ID_BIRTH_DATE),
            ("610000209901010015", Code.ID_BIRTH_DATE),
            (WANG.id_number[:-1] + ("1" if WANG.id_number[-1] != "1" else "2"), Code.ID_CHECKSUM),
        ],
    )
    def test_that_is_wrong_is_refused_with_its_reason(self, number: Any, code: Code) -> None:
        entry, found = read(id_number=number)
        assert (entry.id_number, found) == (None, [(Column.ID_NUMBER, code)])

    def test_of_the_very_young_and_old_asks_for_a_look(self) -> None:
        row = RawRow(5, {Column.NAME: "张三", Column.ID_NUMBER: WANG.id_number, Column.PHONE: WANG.phone})
        for today, expected in ((date(1990, 1, 1), 14), (date(2050, 1, 1), 74), (date(2026, 1, 1), None)):
            reader = RowReader(row, forms.load(), today)
            assert reader.read(with_class=False).id_number == WANG.id_number
            ages = [finding.params["age"] for finding in reader.findings if finding.code is Code.AGE_UNUSUAL]
            assert ages == ([] if expected is None else [expected])
            assert all(finding.level is Level.WARNING for finding in reader.findings)


class TestOtherCells:
    @pytest.mark.parametrize(
        ("column", "value", "code"),
        [
            ("phone", None, Code.PHONE_MISSING),
            ("phone", "1390000900", Code.PHONE_WRONG),
            ("phone", "12900009001", Code.PHONE_WRONG),
            ("phone", "029-88888888", Code.PHONE_WRONG),
            ("gender", "女", Code.GENDER_DIFFERS),
            ("gender", "不详", Code.NOT_OFFERED),
            ("education", "博士后流动站", Code.NOT_OFFERED),
            ("seat_number", "31", Code.SEAT_WRONG),
            ("seat_number", 0.0, Code.SEAT_WRONG),
            ("seat_number", 1.5, Code.SEAT_WRONG),
            ("seat_number", "2026-10-01", Code.SEAT_WRONG),
        ],
    )
    def test_that_are_wrong_are_refused_with_their_reason(self, column: str, value: Any, code: Code) -> None:
        assert read(**{column: value})[1] == [(Column(column), code)]

    def test_a_class_is_named_when_rows_name_theirs(self) -> None:
        assert read(with_class=True)[1] == [(Column.CLASS_NAME, Code.CLASS_MISSING)]
        assert read(with_class=True, class_name="班" * 61)[1] == [(Column.CLASS_NAME, Code.CLASS_WRONG)]
        assert read(with_class=True, class_name=" 网创  1班 ")[0].class_name == "网创 1班"

    def test_a_number_in_the_wrong_column_is_never_repeated(self) -> None:
        row = RawRow(5, {Column.EDUCATION: WANG.id_number})
        reader = RowReader(row, forms.load(), TODAY)
        reader.read(with_class=False)
        [given] = [finding.params["given"] for finding in reader.findings if finding.code is Code.NOT_OFFERED]
        assert given == "610" + "*" * 15
