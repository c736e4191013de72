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
from kernel.identity.people.sealed import ID_NUMBER, PHONE
from kernel.pruning import prune
from tests.kernel.classroom.roster.conftest import MakeSchool, School, marks_of
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.manual_clock import ManualClock
from tests.people import made, people

COUNT_PEOPLE = text("SELECT count(*) FROM kernel_person")


async def people_on_record(admin: AsyncEngine) -> int:
    async with admin.connect() as connection:
        return int((await connection.execute(COUNT_PEOPLE)).scalar_one())


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
            record = (await connection.execute(text("SELECT * FROM kernel_person_record"))).one()
        keyring = school.runtime.keyring
        assert keyring.decrypt(person.id_number_sealed, context=ID_NUMBER.context(person.id)) == made(1).id_number
        assert keyring.decrypt(record.phone_sealed, context=PHONE.context(record.id)) == made(1).phone
        assert (record.name, person.gender, record.education, record.category) == (
            made(1).name,
            "male",
            "大专",
            "返乡",
        )
        assert (person.delete_on - person.created_at.date()).days in range(3 * 365 - 4, 3 * 365 + 3)
        assert person.purpose == "网络创业培训学员管理"

    async def test_with_errors_is_refused(self, school: School) -> None:
        view = await school.checked(book([row_of(made(1)), row_of(made(2), phone=None)]))
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

    async def test_of_the_same_people_by_two_institutions_at_once_records_them_once(
        self, new_school: MakeSchool, admin: AsyncEngine
    ) -> None:
        schools = [await new_school(), await new_school()]
        content = book([row_of(person) for person in people(30)])
        views = [await school.checked(content) for school in schools]
        for school, view in zip(schools, views, strict=True):
            await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await asyncio.gather(*(work.work_off(schools[0].runtime) for _ in range(2)))
        assert await people_on_record(admin) == 30
        for school, view in zip(schools, views, strict=True):  # whoever was overtaken agrees once more
            await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await work.work_off(schools[0].runtime)
        seats = [await school.seats() for school in schools]
        assert [len(each) for each in seats] == [30, 30]
        assert {seat.person_id for seat in seats[0]} == {seat.person_id for seat in seats[1]}

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
        await second.imported(book([row_of(made(1), phone="13711112222"), row_of(made(2))]))
        assert await people_on_record(admin) == 2
        [mine], [theirs, _] = await first.seats(), await second.seats()
        assert mine.person_id == theirs.person_id

    async def test_under_another_name_are_refused_and_not_given_away(self, school: School) -> None:
        await school.imported(book([row_of(made(1))]))
        view = await school.checked(book([row_of(made(1), name="陌生人")]))
        [row] = await school.rows(view)
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
        assert view["can_undo"] is True
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
        assert (await school.lecturer.get(f"/classroom/roster-imports/{view['id']}"))["can_undo"] is False
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
