"""What the person who handed a roster in gets to see before anything is imported."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.kernel.classroom.roster.conftest import School, marks_of
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.people import made, people


def mistakes() -> bytes:
    """Returns a roster of thirty with fifteen kinds of mistakes, each in a row of its own from row 2."""
    wrong = made(5).id_number
    rows = [row_of(person) for person in people(30)]
    rows[0] = row_of(made(0), name=None)
    rows[1] = row_of(made(1), name="张3")
    rows[2] = row_of(made(2), id=None)
    rows[3] = row_of(made(3), id=610000197501040014)
    rows[4] = row_of(made(4), id=made(4).id_number[:-2])
    rows[5] = row_of(made(5), id=wrong[:-1] + ("0" if wrong[-1] != "0" else "1"))
    rows[6] = row_of(made(6), id="610000197513400011")
    rows[7] = row_of(made(7), phone="12345")
    rows[8] = row_of(made(8), gender="女")
    rows[9] = row_of(made(9), education="幼儿园")
    rows[10] = row_of(made(10), seat=31)
    rows[11] = row_of(made(11), seat=5)
    rows[12] = row_of(made(12), seat=5)
    rows[13] = row_of(made(0), name="另一人", phone="13712345678")
    rows[14] = row_of(made(14), name="Zhang")
    rows[15] = row_of(made(15), phone=made(20).phone)
    return book(rows)


class TestPreview:
    async def test_marks_each_mistake_at_its_cell(self, school: School) -> None:
        view = await school.checked(mistakes())
        assert (view["state"], view["rows_total"], view["rows_wrong"]) == ("checked", 30, 15)
        assert marks_of(await school.rows(view)) == [
            ("A2", "name_missing"),
            ("B2", "id_twice"),
            ("A3", "name_digits"),
            ("B4", "id_missing"),
            ("B5", "id_as_number"),
            ("B6", "id_length"),
            ("B7", "id_checksum"),
            ("B8", "id_birth_date"),
            ("C9", "phone_wrong"),
            ("D10", "gender_differs"),
            ("E11", "not_offered"),
            ("G12", "seat_wrong"),
            ("G13", "seat_twice"),
            ("G14", "seat_twice"),
            ("B15", "id_twice"),
            ("A16", "name_latin"),
            ("C22", "phone_twice"),
        ]

    async def test_filters_the_wrong_rows_and_turns_pages(self, school: School) -> None:
        view = await school.checked(mistakes())
        wrong = await school.rows(view, only_wrong=True)
        assert [row["row"] for row in wrong] == [*range(2, 17)]
        page = await school.lecturer.get(f"/classroom/roster-imports/{view['id']}/rows", size=10, page=3)
        assert ([row["row"] for row in page["rows"]], page["total"]) == ([*range(22, 32)], 30)

    async def test_says_in_chinese_what_to_do(self, school: School) -> None:
        [row] = await school.rows(await school.checked(book([row_of(made(1), id=610000197501040014)])))
        [mark] = row["marks"]
        assert mark["message"].startswith("Excel 把身份证号变成了数字")

    async def test_holds_no_full_number_anywhere(self, school: School, admin: AsyncEngine) -> None:
        rows = [
            row_of(made(1)),
            row_of(made(2), name=made(2).id_number),
            row_of(made(3), education=made(3).phone, id=made(3).id_number + "9"),
        ]
        view = await school.checked(book(rows))
        async with admin.connect() as connection:
            kept = (await connection.execute(text("SELECT i::text FROM kernel_roster_import i"))).scalar_one()
        said = str(await school.rows(view))
        for number in (1, 2, 3):
            for secret in (made(number).id_number, made(number).phone):
                assert secret not in said
                assert secret not in kept

    async def test_refuses_the_thirty_first_naming_the_article(self, school: School) -> None:
        view = await school.checked(book([row_of(person) for person in people(33)]))
        rows = await school.rows(view, only_wrong=True)
        assert marks_of(rows) == [("A32", "class_full"), ("A33", "class_full"), ("A34", "class_full")]
        assert "第 7 条" in rows[0]["marks"][0]["message"]

    async def test_counts_those_who_sit_there_already(self, school: School) -> None:
        await school.imported(book([row_of(person) for person in people(28)]))
        view = await school.checked(book([row_of(person) for person in people(4, start=100)]))
        assert marks_of(await school.rows(view)) == [("A4", "class_full"), ("A5", "class_full")]

    async def test_merges_what_is_said_twice(self, school: School) -> None:
        view = await school.checked(book([row_of(made(1)), row_of(made(1), education=None), row_of(made(2))]))
        assert marks_of(await school.rows(view)) == [("B3", "row_repeated")]
        assert (view["rows_wrong"], view["summary"]["new_people"], view["summary"]["repeated"]) == (0, 2, 1)

    async def test_of_an_unreadable_file_says_why_and_keeps_nothing(self, school: School, admin: AsyncEngine) -> None:
        view = await school.checked(b"no workbook at all")
        assert (view["state"], view["failure"]["code"]) == ("unreadable", "kernel.roster.not_a_workbook")
        async with admin.connect() as connection:
            kept = await connection.execute(text("SELECT file_sealed, preview FROM kernel_roster_import"))
            assert kept.one() == (None, None)

    async def test_names_the_columns_that_lack(self, school: School) -> None:
        view = await school.checked(book([["张三"]], headings=("姓名", "联系方式")))
        assert view["failure"]["title"] == "表里缺少这些列：身份证号"
