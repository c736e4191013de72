"""A roster of one institution with people another one knows: each keeps its own record, and reads no other."""

from sqlalchemy import text

from kernel.classroom.roster import work
from tests.kernel.classroom.roster.conftest import MakeSchool, marks_of
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.people import made

THEIRS = "13700002222"


class TestRoster:
    async def test_changes_nothing_of_what_another_house_keeps(self, new_school: MakeSchool) -> None:
        first, second = await new_school(), await new_school()
        await first.imported(book([row_of(made(1))]))
        view = await second.checked(book([row_of(made(1), phone=THEIRS, education="本科")]))
        [row] = await second.rows(view)
        assert marks_of([row]) == []
        assert (view["summary"]["known_people"], view["summary"]["new_people"]) == (0, 1)
        await second.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await work.work_off(second.runtime)
        kept = {}
        for school in (first, second):
            [seat] = await school.seats()
            body = {"field": "phone", "reason": "联系本人"}
            kept[school.home.cohort_id] = (await school.staff.post(f"/people/{seat.person_id}/reveal", body))["value"]
        assert list(kept.values()) == [made(1).phone, THEIRS]
        async with first.runtime.enter_system() as uow:
            rows = await uow.execute(text("SELECT education FROM kernel_person_record ORDER BY id"))
            assert [row.education for row in rows] == ["大专", "本科"]

    async def test_under_another_name_neither_stops_nor_tells(self, new_school: MakeSchool) -> None:
        first, second = await new_school(), await new_school()
        await first.imported(book([row_of(made(1))]))
        view = await second.imported(book([row_of(made(1), name="陌生人")]))
        assert (view["state"], view["summary"]["seated"]) == ("imported", 1)
        [row] = await second.rows(view)
        assert (marks_of([row]), made(1).name[-1] in str(row)) == ([], False)

    async def test_of_the_same_house_still_compares_and_renews(self, new_school: MakeSchool) -> None:
        school = await new_school()
        view = await school.imported(book([row_of(made(1))]))
        await school.lecturer.post(f"/classroom/classes/{school.home.cohort_id}/seats", {"name": "占位"}, status=201)
        [seat, _] = await school.seats()
        await school.lecturer.post(f"/classroom/classes/{school.home.cohort_id}/seats/{seat.id}/withdraw", {})
        view = await school.checked(book([row_of(made(1), phone=THEIRS)]))
        assert marks_of(await school.rows(view)) == [("A2", "known_person"), ("C2", "phone_changed")]
        await school.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        await work.work_off(school.runtime)
        body = {"field": "phone", "reason": "联系本人"}
        shown = await school.staff.post(f"/people/{seat.person_id}/reveal", body)
        assert shown["value"] == THEIRS

    async def test_taken_back_leaves_nothing_of_this_house_behind(self, new_school: MakeSchool) -> None:
        first, second = await new_school(), await new_school()
        await first.imported(book([row_of(made(1))]))
        view = await second.imported(book([row_of(made(1), phone=THEIRS)]))
        await second.lecturer.post(f"/classroom/roster-imports/{view['id']}/undo")
        async with first.runtime.enter_system() as uow:
            rows = await uow.execute(text("SELECT institution_id FROM kernel_person_record"))
            assert [row.institution_id for row in rows] == [first.home.institution_id]
