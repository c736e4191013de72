"""From a workbook's bytes to rows: generous to people, closed to attacks."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from kernel.classroom.roster import form as forms
from kernel.classroom.roster import parsing, sheet_reader
from kernel.classroom.roster.form import Column
from kernel.classroom.roster.parsing import Sheet, parse
from kernel.errors import Invalid
from tests.kernel.classroom.roster.workbooks import HEADINGS, book, row_of, saved
from tests.people import made, people


def read(content: bytes, *, with_class: bool = False) -> Sheet:
    return parse(content, forms.load(), with_class=with_class)


def refused(content: bytes, *, with_class: bool = False) -> str:
    with pytest.raises(Invalid) as caught:
        read(content, with_class=with_class)
    return caught.value.code


def patched(content: bytes, part: str, change: Any) -> bytes:
    """Returns a workbook one of whose parts is changed."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return target.getvalue()


class TestSheet:
    def test_gives_each_row_its_number_and_each_cell_its_address(self) -> None:
        sheet = read(book([row_of(person) for person in people(3)]))
        assert [row.number for row in sheet.rows] == [2, 3, 4]
        assert sheet.rows[1].cells[Column.NAME] == made(1).name
        assert sheet.address(3, Column.ID_NUMBER) == "B3"

    def test_is_found_below_a_title_and_away_from_the_corner(self) -> None:
        workbook = Workbook()
        [page] = workbook.worksheets
        page["C2"] = "2026 年网络创业培训学员名册"
        page["C3"] = "姓名为必填，请核对手机号"
        for position, heading in enumerate(("联系电话", " 姓 名 （必填）", "证件号码"), start=3):
            page.cell(5, position, heading)
        for position, value in enumerate((made(1).phone, made(1).name, made(1).id_number), start=3):
            page.cell(6, position, value)
        sheet = read(saved(workbook))
        assert (sheet.heading_row, [row.number for row in sheet.rows]) == (5, [6])
        assert sheet.rows[0].cells[Column.ID_NUMBER] == made(1).id_number
        assert sheet.address(6, Column.ID_NUMBER) == "E6"

    def test_knows_headings_by_other_names_and_in_full_width(self) -> None:
        for headings in (
            ("学员姓名", "身份证", "手机"),
            ("姓名＊", "居民身份证号码：", "联系方式"),
            ("名字", "证件号", "电话"),
        ):
            sheet = read(book([[made(1).name, made(1).id_number, made(1).phone]], headings=headings))
            assert list(sheet.columns) == [Column.NAME, Column.ID_NUMBER, Column.PHONE]

    def test_leaves_out_blanks_the_example_and_what_stands_below(self) -> None:
        rows = [
            row_of(made(0), name="示例：张小满"),
            row_of(made(1)),
            [None] * 7,
            [" ", "\u3000", None, None, None, None, 3],
            row_of(made(2)),
            ["合计：2 人"],
            ["填表人：王老师"],
        ]
        sheet = read(book(rows))
        assert [row.number for row in sheet.rows] == [3, 6]
        assert (sheet.examples, sheet.ignored) == ([2], [7, 8])

    def test_keeps_a_name_without_numbers_for_the_checks(self) -> None:
        assert [row.number for row in read(book([["张三"]])).rows] == [2]

    def test_prefers_the_roster_among_other_sheets(self) -> None:
        workbook = Workbook()
        [first] = workbook.worksheets
        first.title = "去年"
        other, hidden = workbook.create_sheet("名册"), workbook.create_sheet("旧名册")
        hidden.sheet_state = "hidden"
        for page, number in ((first, 1), (other, 2), (hidden, 3)):
            page.append(HEADINGS)
            page.append(row_of(made(number)))
        assert read(saved(workbook)).rows[0].cells[Column.NAME] == made(2).name

    def test_takes_a_date_for_its_text_and_keeps_numbers_numbers(self) -> None:
        [row] = read(book([row_of(made(1), id=610000197501020017, phone=13900000001)])).rows
        assert row.cells[Column.ID_NUMBER] == pytest.approx(6.10000197501020017e17)
        assert row.cells[Column.PHONE] == 13900000001.0

    def test_of_the_older_format_is_read_by_its_content(self) -> None:
        content = (Path(__file__).with_name("old-format.xls")).read_bytes()
        sheet = read(content)
        assert [row.cells[Column.NAME] for row in sheet.rows] == [made(1).name, made(2).name]


class TestRefusal:
    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "not_a_workbook"),
            ("姓名,身份证号,手机号\n".encode("gb18030"), "not_a_workbook"),
            (b"<html><table></table></html>", "not_a_workbook"),
            (b"PK\x03\x04 and nothing else", "damaged"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "damaged"),
            (book([], headings=("编号", "商品")), "no_heading"),
            (book([["张三", "1"]], headings=("姓名", "身份证号")), "column_missing"),
            (book([]), "no_rows"),
            (book([row_of(made(0), name="示例：张小满")]), "no_rows"),
            (book([row_of(made(n)) for n in range(501)]), "too_many_rows"),
        ],
    )
    def test_names_the_reason(self, content: bytes, code: str) -> None:
        assert refused(content) == f"kernel.roster.{code}"

    def test_asks_for_the_class_when_rows_must_name_it(self) -> None:
        assert refused(book([row_of(made(1))]), with_class=True) == "kernel.roster.column_missing"

    def test_of_a_workbook_with_a_password_says_so(self) -> None:
        assert refused((Path(__file__).with_name("locked.xlsx")).read_bytes()) == "kernel.roster.locked"

    def test_of_another_kind_of_archive(self) -> None:
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        assert refused(target.getvalue()) == "kernel.roster.not_a_workbook"


class TestAttack:
    def test_by_a_cell_in_the_last_column_of_the_last_row_is_survived(self) -> None:
        content = patched(
            book([row_of(made(1))]),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(
                b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            ),
        )
        assert refused(content) == "kernel.roster.too_complex"

    def test_by_sixteen_thousand_columns_reads_the_first_ones(self) -> None:
        content = patched(
            book([row_of(made(1))]),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b"</sheetData>", b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>'),
        )
        assert [row.number for row in read(content).rows] == [2]

    def test_by_a_zip_bomb_is_refused_unopened(self) -> None:
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            for number in range(4):
                archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 50_000_000)
        assert len(target.getvalue()) < parsing.FILE_BYTES_AT_MOST
        assert refused(target.getvalue()) == "kernel.roster.too_complex"

    def test_by_a_zip_that_lies_about_its_size_is_survived(self) -> None:
        content = patched(book([row_of(made(1))]), "xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 900_000_000)
        small = struct.pack("<I", 1000)
        forged = content.replace(struct.pack("<I", _size(content)), small)
        assert forged != content
        assert refused(forged) in {"kernel.roster.too_complex", "kernel.roster.damaged"}

    def test_by_a_thousand_laughs_expands_nothing(self) -> None:
        entities = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
        doctype = b'<!DOCTYPE worksheet [<!ENTITY l0 "ha">' + entities + b"]><worksheet"
        name = made(1).name.encode()
        content = patched(
            book([row_of(made(1))]),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b"<worksheet", doctype, 1).replace(name, b"&l11;"),
        )
        assert "haha" not in str(sheet_reader.read(content, 10))

    def test_by_more_rows_than_are_taken_is_refused(self) -> None:
        rows = b"".join(b'<row r="%d"><c r="A%d"><v>7</v></c></row>' % (n, n) for n in range(10, 30_000))
        content = patched(
            book([row_of(made(1))]),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"),
        )
        assert refused(content) == "kernel.roster.too_many_rows"


def _size(content: bytes) -> int:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.getinfo("xl/worksheets/sheet1.xml").file_size
