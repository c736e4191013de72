"""From the upload to thirty seats, and back: all of it or nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.classroom import service as classroom
from kernel.classroom.roster import work
from kernel.classroom.roster.parsing import FILE_BYTES_AT_MOST
from kernel.identity.encrypted import ID_NUMBER, PHONE
from kernel.pruning import prune
from tests.kernel.classroom.roster.conftest import MakeSchool, School
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.manual_clock import ManualClock
from tests.people import made, people

COUNT_PEOPLE = text("SELECT count(*) FROM kernel_person")


async def people_on_record(admin: AsyncEngine) -> int:
    async with admin.connect() as connection:
        return int((await connection.execute(COUNT_PEOPLE)).scalar_one())


def marks_of(rows: list[Any]) -> list[tuple[str, str]]:
    return [(mark["cell"], mark["code"].removeprefix("kernel.roster.")) for row in rows for mark in row["marks"]]


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


class TestImport:
    async def test_seats_thirty(self, school: School, admin: AsyncEngine) -> None:
        rows = [row_of(person) for person in people(30)]
        rows[9] = row_of(made(9), seat=1)
        view = await school.imported(book(rows))
        assert (view["state"], view["summary"]["seated"], view["has_file"]) == ("imported", 30, False)
        seats = await school.seats()
        assert [seat.number for seat in seats] == [*range(1, 31)]
        assert [seat.display_name for seat in seats[:3]] == [made(9).name, made(0).name, made(1).name]
        assert {seat.account_id for seat in seats} == {None}
        assert await people_on_record(admin) == 30

    async def test_encrypts_what_identifies(self, school: School, admin: AsyncEngine) -> None:
        await school.imported(book([row_of(made(1))]))
        async with admin.connect() as connection:
            person = (await connection.execute(text("SELECT * FROM kernel_person"))).one()
        keyring = school.runtime.keyring
        assert keyring.decrypt(person.id_number_sealed, context=ID_NUMBER.context(person.id)) == made(1).id_number
        assert keyring.decrypt(person.phone_sealed, context=PHONE.context(person.id)) == made(1).phone
        assert (person.name, person.gender, person.education, person.category) == (
            made(1).name,
            "male",
            "大专",
            "返乡",
        )
        assert (person.delete_on - person.created_at.date()).days in range(3 * 365 - 4, 3 * 365 + 3)
        assert person.purpose == "网络创业培训学员管理"

    async def test_with_errors_is_refused(self, school: School) -> None:
        view = await school.checked(mistakes())
        answer = await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=409)
        assert answer["code"] == "kernel.roster.has_errors"
        assert await work.work_off(school.runtime) == 0
        assert await school.seats() == []

    async def test_asked_for_twice_happens_once(self, school: School) -> None:
        view = await school.checked(book([row_of(made(1))]))
        for _ in range(2):
            await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await work.work_off(school.runtime)
        again = await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        assert (again["state"], len(await school.seats())) == ("imported", 1)

    async def test_by_two_workers_at_once_happens_once(self, school: School) -> None:
        view = await school.checked(book([row_of(person) for person in people(30)]))
        await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        done = await asyncio.gather(*(work.work_off(school.runtime) for _ in range(4)))
        assert (sum(done), len(await school.seats())) == (1, 30)

    async def test_of_the_same_file_twice_seats_everybody_once(self, school: School, admin: AsyncEngine) -> None:
        content = book([row_of(person) for person in people(30)])
        first, second = await school.checked(content), await school.checked(content)
        for view in (first, second):
            await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await asyncio.gather(*(work.work_off(school.runtime) for _ in range(2)))
        await work.work_off(school.runtime)
        assert (len(await school.seats()), await people_on_record(admin)) == (30, 30)
        views = [await school.lecturer.get(f"/classroom/roster-imports/{view['id']}") for view in (first, second)]
        assert sorted(view["state"] for view in views) == ["checked", "imported"]
        [late] = [view for view in views if view["state"] == "checked"]
        assert late["failure"]["code"] == "kernel.roster.changed_meanwhile"
        assert late["summary"]["seated_before"] == 30

    async def test_that_fails_half_way_changes_nothing(
        self, school: School, admin: AsyncEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fails(*_: Any) -> None:
            raise RuntimeError("the cable was pulled")

        view = await school.checked(book([row_of(person) for person in people(30)]))
        await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        with monkeypatch.context() as patch:
            patch.setattr("kernel.classroom.roster.seating._add_seats", fails)
            assert await work.work_off(school.runtime) == 0
        assert (await school.seats(), await people_on_record(admin)) == ([], 0)
        assert await work.work_off(school.runtime) == 1
        assert len(await school.seats()) == 30

    async def test_that_never_works_is_given_up(self, school: School, monkeypatch: pytest.MonkeyPatch) -> None:
        async def fails(*_: Any, **__: Any) -> None:
            raise RuntimeError("it never works")

        handed_in = await school.hand_in(book([row_of(made(1))]))
        monkeypatch.setattr("kernel.classroom.roster.work.survey", fails)
        for _ in range(3):
            assert await work.work_off(school.runtime) == 0
        view = await school.lecturer.get(f"/classroom/roster-imports/{handed_in['id']}")
        assert (view["state"], view["failure"]["code"]) == ("unreadable", "kernel.roster.not_done")

    async def test_into_an_open_class_seats_late_comers_and_tells_the_mall(self, school: School) -> None:
        await school.imported(book([row_of(person) for person in people(3)]))
        async with school.runtime.enter_system() as uow:
            sandbox_id = await classroom.open_class(uow, school.home, seed=1)
        await school.imported(book([row_of(person) for person in people(5)]))
        assert [seat.is_late for seat in await school.seats()] == [False, False, False, True, True]
        async with school.runtime.enter_sandbox(sandbox_id) as uow:
            told = await uow.execute(text("SELECT count(*) FROM kernel_outbox WHERE type = 'kernel.learner.seated.v1'"))
            assert told.scalar_one() == 2


class TestKnownPeople:
    async def test_from_another_institution_are_the_same_person(
        self, new_school: MakeSchool, admin: AsyncEngine
    ) -> None:
        first, second = await new_school(), await new_school()
        await first.imported(book([row_of(made(1))]))
        view = await second.checked(book([row_of(made(1), phone="13711112222"), row_of(made(2))]))
        assert marks_of(await second.rows(view)) == [("A2", "known_person"), ("C2", "phone_changed")]
        assert (view["summary"]["known_people"], view["summary"]["new_people"]) == (1, 1)
        await second.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await work.work_off(second.runtime)
        assert await people_on_record(admin) == 2
        [mine], [theirs, _] = await first.seats(), await second.seats()
        assert mine.person_id == theirs.person_id

    async def test_under_another_name_are_refused_and_not_given_away(self, new_school: MakeSchool) -> None:
        first, second = await new_school(), await new_school()
        await first.imported(book([row_of(made(1))]))
        view = await second.checked(book([row_of(made(1), name="陌生人")]))
        [row] = await second.rows(view)
        assert marks_of([row]) == [("A2", "name_differs")]
        name = made(1).name
        assert "**" + name[-1] in row["marks"][0]["message"]
        assert name not in row["marks"][0]["message"]

    async def test_who_sit_there_already_are_skipped(self, school: School) -> None:
        await school.imported(book([row_of(made(1), seat=7)]))
        view = await school.imported(book([row_of(made(1)), row_of(made(2))]))
        assert (view["summary"]["seated_before"], view["summary"]["seated"]) == (1, 1)
        assert [seat.number for seat in await school.seats()] == [1, 7]

    async def test_do_not_take_a_seat_that_is_taken(self, school: School) -> None:
        await school.imported(book([row_of(made(1), seat=7)]))
        view = await school.checked(book([row_of(made(2), seat=7)]))
        assert marks_of(await school.rows(view)) == [("G2", "seat_taken")]


class TestInstitution:
    HEADINGS = ("班级", "姓名", "身份证号", "手机号")

    def roster(self, classes: dict[str, range]) -> bytes:
        rows = [
            [name, made(number).name, made(number).id_number, made(number).phone]
            for name, numbers in classes.items()
            for number in numbers
        ]
        return book(rows, headings=self.HEADINGS)

    async def test_plans_the_classes_that_are_not_there(self, school: School) -> None:
        view = await school.imported(
            self.roster({"网创 1 班": range(3), "网创 2 班": range(3, 33), "网创 3 班": range(33, 35)}), by=school.staff
        )
        assert (view["state"], view["summary"]["seated"]) == ("imported", 35)
        assert view["summary"]["new_classes"] == ["网创 2 班", "网创 3 班"]
        assert len(await school.seats()) == 3
        async with school.runtime.enter_system() as uow:
            statement = text("SELECT name, state, code FROM kernel_cohort WHERE institution_id = :id ORDER BY name")
            rows = list(await uow.execute(statement, {"id": school.home.institution_id}))
        assert [(row.name, row.state) for row in rows] == [(f"网创 {n} 班", "planned") for n in (1, 2, 3)]
        assert len({row.code for row in rows}) == 3

    async def test_refuses_full_open_and_ambiguous_classes(self, school: School) -> None:
        await school.imported(book([row_of(made(1))]))
        async with school.runtime.enter_system() as uow:
            for _ in range(2):
                await classroom.add_cohort(
                    uow, institution_id=school.home.institution_id, region_code="610100", name="双胞胎班"
                )
            await classroom.open_class(uow, school.home, seed=1)
        roster = self.roster({"网创 1 班": range(5, 6), "双胞胎班": range(6, 7), "大班": range(100, 132)})
        view = await school.checked(roster, by=school.staff)
        page = await school.staff.get(f"/classroom/roster-imports/{view['id']}/rows", only_wrong=True)
        assert marks_of(page["rows"]) == [
            ("A2", "class_started"),
            ("A3", "class_ambiguous"),
            ("A34", "class_full"),
            ("A35", "class_full"),
        ]

    async def test_undone_takes_its_classes_along(self, school: School, admin: AsyncEngine) -> None:
        view = await school.imported(self.roster({"网创 9 班": range(4)}), by=school.staff)
        undone = await school.staff.post(f"/classroom/roster-imports/{view['id']}/undo")
        assert (undone["state"], await people_on_record(admin)) == ("undone", 0)
        async with admin.connect() as connection:
            left = await connection.execute(text("SELECT count(*) FROM kernel_cohort WHERE name = '网创 9 班'"))
            assert left.scalar_one() == 0


class TestUndo:
    async def test_takes_back_seats_and_those_nobody_else_knows(
        self, new_school: MakeSchool, admin: AsyncEngine
    ) -> None:
        first, second = await new_school(), await new_school()
        await first.imported(book([row_of(made(1))]))
        view = await second.imported(book([row_of(made(1)), row_of(made(2))]))
        await second.lecturer.post(f"/classroom/roster-imports/{view['id']}/undo")
        assert (await second.seats(), await people_on_record(admin)) == ([], 1)
        assert len(await first.seats()) == 1
        again = await second.lecturer.post(f"/classroom/roster-imports/{view['id']}/undo")
        assert again["state"] == "undone"

    async def test_is_refused_when_somebody_has_claimed(self, school: School, admin: AsyncEngine) -> None:
        view = await school.imported(book([row_of(person) for person in people(3)]))
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE kernel_seat SET account_id = :me WHERE number = 2 AND cohort_id = :id"),
                {"me": school.lecturer.account_id, "id": school.home.cohort_id},
            )
        answer = await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/undo", status=409)
        assert (answer["code"], answer["params"]["names"]) == ("kernel.roster.seats_claimed", made(1).name)
        assert (len(await school.seats()), await people_on_record(admin)) == (3, 3)

    async def test_is_refused_when_the_class_has_opened(self, school: School) -> None:
        view = await school.imported(book([row_of(made(1))]))
        async with school.runtime.enter_system() as uow:
            await classroom.open_class(uow, school.home, seed=1)
        answer = await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/undo", status=409)
        assert answer["code"] == "kernel.roster.class_opened"
        assert len(await school.seats()) == 1

    async def test_of_what_was_never_imported_is_refused(self, school: School) -> None:
        view = await school.checked(book([row_of(made(1))]))
        answer = await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/undo", status=409)
        assert answer["code"] == "kernel.roster.not_imported"


class TestFile:
    async def test_is_gone_after_a_day(self, school: School, wall: ManualClock, admin: AsyncEngine) -> None:
        view = await school.checked(book([row_of(made(1))]))
        wall.at += timedelta(hours=23)
        await prune(school.runtime)
        assert (await school.lecturer.get(f"/classroom/roster-imports/{view['id']}"))["has_file"]
        wall.at += timedelta(hours=2)
        await prune(school.runtime)
        async with admin.connect() as connection:
            kept = await connection.execute(text("SELECT file_sealed, preview FROM kernel_roster_import"))
            assert kept.one() == (None, None)
        answer = await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=409)
        assert answer["code"] == "kernel.roster.file_gone"

    async def test_too_large_is_refused_before_it_is_kept(self, school: School, admin: AsyncEngine) -> None:
        answer = await school.hand_in(b"PK\x03\x04" + b"0" * (FILE_BYTES_AT_MOST + 100_000), status=413)
        assert answer["code"] == "kernel.roster.too_large"
        async with admin.connect() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM kernel_roster_import"))).scalar_one() == 0

    async def test_must_be_in_the_form(self, school: School) -> None:
        wrong: list[dict[str, Any]] = [
            {"content": b"x"},
            {"data": {"file": "text"}},
            {"files": {"other": ("a.xlsx", b"x")}},
            {"files": [("file", ("a", b"x")), ("file", ("b", b"x"))]},
            {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        ]
        for form in wrong:
            response = await school.lecturer.send("POST", school.address, **form)
            assert response.status_code == 422, response.text
