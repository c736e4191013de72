"""One account in two institutions: what each of them may do to it, and what stays out of its reach."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from kernel.identity.models import Role
from kernel.ids import new_id
from tests.conftest import MakeWorld
from tests.kernel.identity.conftest import PASSWORD, Door, MakeStaff, house_of, login_of, make_house, refusal
from tests.kernel.identity.test_places import grant, sit_in
from tests.world import Person, World

ELSEWHERE = (403, "kernel.identity.used_elsewhere")
HIGHER = (403, "kernel.identity.closed_by_operator")
SIGNED_OUT = (401, "kernel.identity.not_signed_in")


async def refused(by: Person, person: Person, what: str, expected: tuple[int, str]) -> None:
    """Checks that a password can be neither reset nor its lock lifted, and that nothing has changed."""
    answer = await by.send("POST", f"/accounts/{person.account_id}/{what}")
    assert refusal(answer) == expected, what
    assert "系统管理员" in answer.json()["detail"]
    assert await person.get("/session")


async def disabled(world: World, account_id: UUID) -> bool:
    async with world.runtime.enter_system() as uow:
        find = text("SELECT disabled_at IS NOT NULL FROM kernel_account WHERE id = :id")
        return bool((await uow.execute(find, {"id": account_id})).scalar_one())


async def teaching(world: World, person: Person) -> list[UUID]:
    async with world.runtime.enter_system() as uow:
        find = text("SELECT cohort_id FROM kernel_teaching_assignment WHERE account_id = :id")
        return [row.cohort_id for row in await uow.execute(find, {"id": person.account_id})]


async def grants_of(world: World, person: Person) -> list[UUID]:
    async with world.runtime.enter_system() as uow:
        find = text("SELECT id FROM kernel_role_grant WHERE account_id = :id AND revoked_at IS NULL ORDER BY id")
        return [row.id for row in await uow.execute(find, {"id": person.account_id})]


async def take(by: Person, person: Person, grant_id: UUID) -> None:
    answer = await by.send("DELETE", f"/accounts/{person.account_id}/grants/{grant_id}")
    assert answer.status_code == 204, answer.text


async def token_of(person: Person, door: Door) -> Any:
    """Returns a program that acts with an API token made where the person is now."""
    made = await person.post("/session/tokens", {"name": "导出", "days": 9, "read_only": False}, status=201)
    client = door.browser()
    client.headers["Authorization"] = f"Bearer {made['token']}"
    return client


class TestReset:
    async def test_is_neither_house_s_when_the_learner_sits_in_both(
        self, world: World, new_world: MakeWorld, new_staff: MakeStaff
    ) -> None:
        learner, other = world.learners[0], await new_world(learners=1)
        await sit_in(other, learner)
        staff = [await new_staff(Role.INSTITUTION, house=await house_of(one)) for one in (world, other)]
        for by in (world.lecturer, other.lecturer, *staff):
            for what in ("password-reset", "unlock"):
                await refused(by, learner, what, ELSEWHERE)
        operator = await new_staff(Role.OPERATOR)
        await operator.post(f"/accounts/{learner.account_id}/password-reset")

    async def test_is_the_house_s_as_long_as_he_sits_in_its_classes_only(
        self, world: World, new_world: MakeWorld, new_staff: MakeStaff
    ) -> None:
        learner, other = world.learners[0], await new_world(learners=1)
        async with world.runtime.enter_system() as uow:
            for table, key in (("kernel_cohort", "id"), ("kernel_sandbox", "cohort_id"), ("kernel_seat", "cohort_id")):
                move = text(f"UPDATE {table} SET institution_id = :house WHERE {key} = :id")
                await uow.execute(move, {"house": world.home.institution_id, "id": other.home.cohort_id})
        other.home = type(other.home)(other.home.cohort_id, world.home.institution_id, world.home.region_code)
        await sit_in(other, learner)
        await world.lecturer.post(f"/accounts/{learner.account_id}/unlock", status=204)
        staff = await new_staff(Role.INSTITUTION, house=await house_of(world))
        await staff.post(f"/accounts/{learner.account_id}/password-reset")

    async def test_is_no_lecturer_s_once_his_class_is_over(self, world: World, new_staff: MakeStaff) -> None:
        learner = world.learners[0]
        await world.lecturer.post(f"/classroom/classes/{world.home.cohort_id}/close")
        for what in ("password-reset", "unlock"):
            await refused(world.lecturer, learner, what, (409, "kernel.identity.reset_class_over"))
        staff = await new_staff(Role.INSTITUTION, house=await house_of(world))
        await staff.post(f"/accounts/{learner.account_id}/password-reset")

    async def test_counts_a_seat_elsewhere_from_which_he_has_withdrawn(
        self, world: World, new_world: MakeWorld
    ) -> None:
        """He may be taken back there at any time; what he left behind is his until then."""
        learner, other = world.learners[0], await new_world(learners=1)
        await sit_in(other, learner)
        async with world.runtime.enter_system() as uow:
            withdraw = text("UPDATE kernel_seat SET withdrawn_at = now() WHERE cohort_id = :home AND account_id = :id")
            await uow.execute(withdraw, {"home": other.home.cohort_id, "id": learner.account_id})
        await refused(world.lecturer, learner, "password-reset", ELSEWHERE)


class TestDisabling:
    async def test_is_not_for_a_house_among_others(
        self, world: World, new_world: MakeWorld, new_staff: MakeStaff
    ) -> None:
        house, other = await house_of(world), await new_world(learners=1)
        staff, colleague = await new_staff(Role.INSTITUTION, house=house), await new_staff(Role.LECTURER, house=house)
        await sit_in(other, colleague)
        path = f"/accounts/{colleague.account_id}/state"
        assert refusal(await staff.send("PUT", path, json={"state": "disabled"})) == ELSEWHERE
        assert await colleague.get("/session")

    async def test_by_the_operator_is_not_undone_by_the_house(self, world: World, new_staff: MakeStaff) -> None:
        house = await house_of(world)
        staff, colleague = await new_staff(Role.INSTITUTION, house=house), await new_staff(Role.LECTURER, house=house)
        operator, path = await new_staff(Role.OPERATOR), f"/accounts/{colleague.account_id}/state"
        await operator.put(path, {"state": "disabled"}, status=204)
        await staff.put(path, {"state": "disabled"}, status=204)  # says so once more, and owns it no more than before
        assert refusal(await staff.send("PUT", path, json={"state": "active"})) == HIGHER
        assert await disabled(world, colleague.account_id)
        for person, may_open in ((staff, False), (operator, True)):
            rows = (await person.get("/accounts", wanted=await self._login(world, colleague)))["rows"]
            assert [row["may_open"] for row in rows] == [may_open]
        await operator.put(path, {"state": "active"}, status=204)
        assert not await disabled(world, colleague.account_id)

    async def test_by_the_house_is_undone_by_it_until_the_operator_says_so_too(
        self, world: World, new_staff: MakeStaff
    ) -> None:
        house = await house_of(world)
        staff, colleague = await new_staff(Role.INSTITUTION, house=house), await new_staff(Role.LECTURER, house=house)
        operator, path = await new_staff(Role.OPERATOR), f"/accounts/{colleague.account_id}/state"
        await staff.put(path, {"state": "disabled"}, status=204)
        await staff.put(path, {"state": "active"}, status=204)
        await staff.put(path, {"state": "active"}, status=204)  # open already
        await staff.put(path, {"state": "disabled"}, status=204)
        await operator.put(path, {"state": "disabled"}, status=204)
        assert refusal(await staff.send("PUT", path, json={"state": "active"})) == HIGHER

    async def _login(self, world: World, person: Person) -> str:
        async with world.runtime.enter_system() as uow:
            find = text("SELECT login FROM kernel_account WHERE id = :id")
            return str((await uow.execute(find, {"id": person.account_id})).scalar_one())


class TestTaking:
    async def test_the_lecturer_s_role_shuts_him_out_of_the_house_s_classes(
        self, world: World, new_staff: MakeStaff, door: Door
    ) -> None:
        lecturer, staff = world.lecturer, await new_staff(Role.INSTITUTION, house=await house_of(world))
        login, program = await login_of(world, lecturer), await token_of(lecturer, door)
        assert (await program.get("/api/v1/session")).status_code == 200
        [granted] = await grants_of(world, lecturer)
        await take(staff, lecturer, granted)
        assert refusal(await lecturer.send("GET", "/session")) == (401, "kernel.identity.ended_teaching_ended")
        assert refusal(await program.get("/api/v1/session")) == SIGNED_OUT
        assert await teaching(world, lecturer) == []
        again = await door.enter(login)
        assert (await again.get("/api/v1/session")).json()["role"] == "visitor"
        assert (await again.get("/api/v1/session/places")).json() == []
        [record] = await staff.get(f"/classroom/classes/{world.home.cohort_id}/interventions")
        assert (record["kind"], record["params"]["name"]) == ("lecturer.removed", lecturer.name)

    async def test_it_leaves_other_houses_and_his_seats_alone(
        self, world: World, new_world: MakeWorld, new_staff: MakeStaff
    ) -> None:
        lecturer, other = world.lecturer, await new_world(learners=1)
        await grant(other, lecturer, Role.LECTURER)
        async with world.runtime.enter_system() as uow:
            move = text("UPDATE kernel_teaching_assignment SET account_id = :id WHERE cohort_id = :cohort_id")
            await uow.execute(move, {"id": lecturer.account_id, "cohort_id": other.home.cohort_id})
        staff = await new_staff(Role.INSTITUTION, house=await house_of(world))
        here = {row["kind"] for row in await lecturer.get("/session/places")}
        assert here == {"class", "role"}
        await lecturer.put("/session/place", {"kind": "class", "id": str(other.home.cohort_id)})
        await take(staff, lecturer, (await grants_of(world, lecturer))[0])
        assert (await lecturer.get("/session"))["role"] == "lecturer"
        assert await teaching(world, lecturer) == [other.home.cohort_id]

    async def test_it_keeps_on_record_who_taught_a_class_that_is_over(
        self, world: World, new_staff: MakeStaff, door: Door
    ) -> None:
        lecturer, staff = world.lecturer, await new_staff(Role.INSTITUTION, house=await house_of(world))
        login = await login_of(world, lecturer)
        await lecturer.post(f"/classroom/classes/{world.home.cohort_id}/close")
        await take(staff, lecturer, (await grants_of(world, lecturer))[0])
        assert await teaching(world, lecturer) == [world.home.cohort_id]
        again = await door.enter(login)
        choice = {"kind": "class", "id": str(world.home.cohort_id)}
        assert refusal(await again.put("/api/v1/session/place", json=choice)) == (
            404,
            "kernel.identity.place_not_found",
        )

    @pytest.mark.parametrize("role", [Role.OFFICER, Role.SCORER, Role.INSTITUTION, Role.LECTURER])
    async def test_any_role_ends_what_was_opened_in_it(
        self, world: World, new_staff: MakeStaff, door: Door, role: Role
    ) -> None:
        person, operator = (
            await new_staff(role, house=await house_of(world), region="61"),
            await new_staff(Role.OPERATOR),
        )
        program, login = await token_of(person, door), (await person.get("/session"))["account"]["login"]
        [granted] = await grants_of(world, person)
        await take(operator, person, granted)
        assert refusal(await person.send("GET", "/session")) == (401, "kernel.identity.ended_role_taken")
        assert refusal(await program.get("/api/v1/session")) == SIGNED_OUT
        assert (await door.try_password(login, PASSWORD)).json()["role"] == "visitor"


class TestAssignment:
    async def test_without_a_live_role_opens_nothing(self, world: World, door: Door) -> None:
        """However it was left behind: by a race, a restored copy, a row written by hand."""
        lecturer = world.lecturer
        login, program = await login_of(world, lecturer), await token_of(lecturer, door)
        async with world.runtime.enter_system() as uow:
            revoke = text("UPDATE kernel_role_grant SET revoked_at = now() WHERE account_id = :id")
            await uow.execute(revoke, {"id": lecturer.account_id})
        for answer in (await lecturer.send("GET", "/session"), await program.get("/api/v1/session")):
            assert (answer.json()["role"], answer.json()["sandbox"], answer.json()["cohort"]) == ("visitor", None, None)
        assert (await lecturer.send("GET", "/mall/wall")).status_code == 403
        view = {"X-View-Seat": str(world.learners[0].seat_id)}
        assert (await lecturer.send("GET", "/mall/wallet", headers=view)).status_code in {403, 404}
        assert await lecturer.get("/session/places") == []
        assert (await door.try_password(login, PASSWORD)).json()["role"] == "visitor"

    async def test_of_one_house_does_not_make_a_lecturer_of_it(self, world: World, new_staff: MakeStaff) -> None:
        """He taught there once; to teach there again he needs the role again."""
        staff, lecturer = await new_staff(Role.INSTITUTION, house=await house_of(world)), world.lecturer
        login = await login_of(world, lecturer)
        second = await new_staff(Role.LECTURER, house=await house_of(world))
        async with world.runtime.enter_system() as uow:
            revoke = text("UPDATE kernel_role_grant SET revoked_at = now() WHERE account_id = :id")
            await uow.execute(revoke, {"id": lecturer.account_id})
        made = await second.post("/classroom/classes", {"name": "网创 14 班", "starts_on": "2026-12-07"}, status=201)
        answer = await staff.send("POST", f"/classroom/classes/{made['id']}/lecturers", json={"login": login})
        assert refusal(answer) == (404, "kernel.classroom.no_such_lecturer")


class TestLogIns:
    async def test_are_told_to_the_house_in_whose_class_they_begin(
        self, world: World, new_world: MakeWorld, new_staff: MakeStaff, door: Door
    ) -> None:
        """The house that once made the account does not learn when and from where he studies elsewhere."""
        learner, other = world.learners[0], await new_world(learners=1)
        await sit_in(other, learner)  # the newer class, where a log-in begins
        await door.enter(await login_of(world, learner))
        seen = []
        for one in (world, other):
            staff = await new_staff(Role.INSTITUTION, house=await house_of(one))
            rows = (await staff.get("/log-ins"))["rows"]
            seen.append(str(learner.account_id) in {row["account_id"] for row in rows})
        assert seen == [False, True]

    async def test_of_staff_stay_with_their_house(self, world: World, new_staff: MakeStaff, door: Door) -> None:
        house, far = await house_of(world), await make_house(world.runtime, region_code="510100")
        person = await new_staff(Role.LECTURER, house=house)
        await door.try_password((await person.get("/session"))["account"]["login"], str(new_id()))
        seen = []
        for one in (house, far):
            rows = (await (await new_staff(Role.INSTITUTION, house=one)).get("/log-ins"))["rows"]
            seen.append(str(person.account_id) in {row["account_id"] for row in rows})
        assert seen == [True, False]
