"""Who may import into which class, and who gets the workbook back."""

from kernel.classroom.roster import work
from kernel.ids import new_id
from tests.kernel.classroom.roster.conftest import MakeSchool, School
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.people import made
from tests.world import World, client_of

ROSTER = book([row_of(made(1))])


class TestHandIn:
    async def test_into_another_lecturers_class_finds_nothing(self, new_school: MakeSchool) -> None:
        mine, other = await new_school(), await new_school()
        answer = await mine.hand_in(ROSTER, by=other.lecturer, status=404)
        assert answer["code"] == "kernel.classroom.class_not_found"
        assert await work.work_off(mine.runtime) == 0

    async def test_is_for_who_manages_the_class(self, school: School, world: World) -> None:
        nobody = await client_of(world.app, None).post(f"/api/v1{school.address}", files={"file": ("a", ROSTER)})
        assert nobody.status_code == 401
        await school.hand_in(ROSTER, by=world.learners[0], status=403)
        await school.hand_in(ROSTER, by=world.lecturer, status=404)
        answer = await school.staff.send("POST", school.address, files={"file": ("a.xlsx", ROSTER)})
        assert answer.status_code == 201

    async def test_needs_the_header_of_our_own_page(self, school: School) -> None:
        headers = {"X-CSRF-Token": "forged"}
        answer = await school.lecturer.send("POST", school.address, files={"file": ("a", ROSTER)}, headers=headers)
        assert answer.status_code == 403

    async def test_of_many_classes_is_for_the_institution(self, school: School) -> None:
        answer = await school.lecturer.send("POST", "/classroom/roster-imports", files={"file": ("a.xlsx", ROSTER)})
        assert (answer.status_code, answer.json()["code"]) == (403, "kernel.identity.not_allowed")


class TestImport:
    async def test_of_another_class_does_not_exist(self, new_school: MakeSchool) -> None:
        mine, other = await new_school(), await new_school()
        view = await mine.checked(ROSTER)
        for person in (other.lecturer, other.staff):
            for method, tail in (
                ("GET", ""),
                ("GET", "/rows"),
                ("GET", "/marked"),
                ("POST", "/import"),
                ("POST", "/undo"),
            ):
                theirs = await person.send(method, f"/classroom/roster-imports/{view['id']}{tail}")
                nobodys = await person.send(method, f"/classroom/roster-imports/{new_id()}{tail}")
                assert (theirs.status_code, theirs.json()["code"]) == (404, "kernel.roster.not_found")
                assert nobodys.status_code == 404
        assert (await mine.lecturer.get(f"/classroom/roster-imports/{view['id']}"))["state"] == "checked"

    async def test_is_listed_for_its_class_and_its_institution_only(self, new_school: MakeSchool) -> None:
        mine, other = await new_school(), await new_school()
        view = await mine.checked(ROSTER)
        for person in (mine.lecturer, mine.staff):
            listed = await person.get(mine.address)
            assert [row["id"] for row in listed["rows"]] == [view["id"]]
        await other.lecturer.get(mine.address, status=404)
        assert (await mine.staff.get("/classroom/roster-imports"))["rows"] == []


class TestMarkedWorkbook:
    async def test_is_for_the_uploader_only(self, school: School) -> None:
        view = await school.checked(book([row_of(made(1), name=None)]))
        address = f"/classroom/roster-imports/{view['id']}/marked"
        assert (await school.staff.get(f"/classroom/roster-imports/{view['id']}"))["is_mine"] is False
        refused = await school.staff.send("GET", address)
        assert (refused.status_code, refused.json()["code"]) == (404, "kernel.roster.not_yours")
        assert (await school.lecturer.send("GET", address)).status_code == 200
