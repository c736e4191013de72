"""Institutions, staff accounts, roles: who may do what, and to whom."""

from typing import Any

import pytest

from kernel.identity import regions
from kernel.identity.models import Role
from kernel.ids import new_id
from tests.kernel.identity.conftest import Door, MakeStaff, field_refusal, house_of, make_house, refusal
from tests.world import Person, World

GONE = (404, "kernel.identity.account_not_found")


def fresh(role: str = "lecturer", **grant: Any) -> dict[str, Any]:
    """Returns a right body for a new account."""
    return {"login": f"lin{new_id().hex[-12:]}", "display_name": "林老师", "grant": {"role": role, **grant}}


async def logins_seen(person: Person) -> set[str]:
    return {row["id"] for row in (await person.get("/accounts"))["rows"]}


class TestRegions:
    def test_are_all_there(self) -> None:
        found = regions.regions()
        assert sum(code.endswith("0000") for code in found) == 34
        assert len(found) > 350
        assert found["610100"].name == "陕西省西安市"
        assert {code for code in found if len(code) != 6 or not code.isdigit()} == set()

    @pytest.mark.parametrize(("code", "prefix"), [("610000", "61"), ("610100", "6101"), ("110000", "11")])
    def test_begin_with_their_prefix(self, code: str, prefix: str) -> None:
        assert regions.prefix_of(code) == prefix
        assert regions.name_of(prefix) == regions.name_of(code) != prefix


class TestAddAccount:
    async def test_opens_once_with_a_temporary_password(self, world: World, door: Door, new_staff: MakeStaff) -> None:
        staff = await new_staff(Role.INSTITUTION, house=await house_of(world))
        body = fresh()
        made = await staff.post("/accounts", body, status=201)
        browser = await door.enter(body["login"], made["temporary"]["password"])
        view = (await browser.get("/api/v1/session")).json()
        assert (view["must_change_password"], view["role"]) == (True, "visitor")
        assert made["account_id"] in await logins_seen(staff)

    async def test_names_the_wrong_field(self, world: World, new_staff: MakeStaff) -> None:
        staff = await new_staff(Role.OPERATOR)
        body = fresh("operator")
        await staff.post("/accounts", body, status=201)
        house = await house_of(world)
        for wrong, field in (
            (body, ("/login", "kernel.identity.login_taken")),
            ({**fresh("operator"), "login": "13800001234"}, ("/login", "kernel.identity.login_personal")),
            ({**fresh("operator"), "login": "林"}, ("/login", "kernel.identity.login_shape")),
            (fresh("officer"), ("/grant/region_code", "kernel.field.missing")),
            (fresh("officer", region_code="999999"), ("/grant/region_code", "kernel.identity.region_unknown")),
            (fresh("lecturer"), ("/grant/institution_id", "kernel.field.missing")),
        ):
            assert field_refusal(await staff.send("POST", "/accounts", json=wrong)) == field
        await staff.post("/accounts", fresh("lecturer", institution_id=str(house.id)), status=201)

    async def test_of_an_institution_stays_inside_it(self, world: World, new_staff: MakeStaff) -> None:
        house, elsewhere = await house_of(world), await make_house(world.runtime)
        staff = await new_staff(Role.INSTITUTION, house=house)
        answer = await staff.send("POST", "/accounts", json=fresh(institution_id=str(elsewhere.id)))
        assert refusal(answer) == (404, "kernel.identity.institution_not_found")
        for role in ("operator", "officer", "scorer", "supplier"):
            answer = await staff.send("POST", "/accounts", json=fresh(role, region_code="610000"))
            assert refusal(answer) == (403, "kernel.identity.role_not_yours")


class TestManage:
    async def test_is_hidden_across_institutions(self, world: World, new_staff: MakeStaff) -> None:
        house, elsewhere = await house_of(world), await make_house(world.runtime)
        staff = await new_staff(Role.INSTITUTION, house=house)
        foreign = await new_staff(Role.LECTURER, house=elsewhere)
        assert str(foreign.account_id) not in await logins_seen(staff)
        for person in (foreign, staff):
            path = f"/accounts/{person.account_id}"
            assert refusal(await staff.send("PUT", f"{path}/state", json={"state": "disabled"})) == GONE
            assert refusal(await staff.send("POST", f"{path}/grants", json={"role": "lecturer"})) == GONE
            assert refusal(await staff.send("DELETE", f"{path}/grants/{new_id()}")) == GONE
        assert await foreign.get("/session")

    async def test_cannot_close_whom_it_could_not_make(self, world: World, new_staff: MakeStaff) -> None:
        house = await house_of(world)
        staff, operator = await new_staff(Role.INSTITUTION, house=house), await new_staff(Role.OPERATOR)
        colleague = await new_staff(Role.LECTURER, house=house)
        await operator.post(f"/accounts/{colleague.account_id}/grants", {"role": "operator"}, status=204)
        answer = await staff.send("PUT", f"/accounts/{colleague.account_id}/state", json={"state": "disabled"})
        assert refusal(answer) == (403, "kernel.identity.used_elsewhere")
        assert await colleague.get("/session")

    async def test_closes_and_opens(self, new_staff: MakeStaff) -> None:
        operator, officer = await new_staff(Role.OPERATOR), await new_staff(Role.OFFICER, region="61")
        path = f"/accounts/{officer.account_id}/state"
        await operator.put(path, {"state": "disabled"}, status=204)
        assert (await officer.send("GET", "/session")).status_code == 401
        await operator.put(path, {"state": "active"}, status=204)
        assert (await officer.send("GET", "/session")).status_code == 401  # his session was ended, not put to sleep

    async def test_takes_a_role_at_once(self, new_staff: MakeStaff) -> None:
        operator, officer = await new_staff(Role.OPERATOR), await new_staff(Role.OFFICER, region="61")
        login = (await officer.get("/session"))["account"]["login"]
        [row] = (await operator.get("/accounts", wanted=login.upper()))["rows"]
        await operator.send("DELETE", f"/accounts/{officer.account_id}/grants/{row['grants'][0]['id']}")
        assert (await officer.send("GET", "/session")).status_code == 401


class TestInstitutions:
    async def test_are_added_and_renamed_by_the_operator_alone(self, world: World, new_staff: MakeStaff) -> None:
        operator, name = await new_staff(Role.OPERATOR), f"机构{new_id().hex[-12:]}"
        rows = await operator.post("/institutions", {"name": name, "region_code": "610100"}, status=201)
        [made] = [row for row in rows if row["name"] == name]
        assert made["region"] == "陕西省西安市"
        rows = await operator.put(f"/institutions/{made['id']}", {"name": f"{name}新"})
        assert f"{name}新" in {row["name"] for row in rows}
        staff = await new_staff(Role.INSTITUTION, house=await house_of(world))
        answer = await staff.send("PUT", f"/institutions/{made['id']}", json={"name": "我的"})
        assert refusal(answer) == (403, "kernel.identity.not_allowed")

    async def test_are_seen_by_region(self, world: World, new_staff: MakeStaff) -> None:
        far = await make_house(world.runtime, region_code="510100")
        mine = await house_of(world)
        for region, sees in (("61", {mine.id}), ("6101", {mine.id}), ("51", {far.id}), ("6102", set())):
            officer = await new_staff(Role.OFFICER, region=region)
            found = {row["id"] for row in await officer.get("/institutions")}
            assert {str(house) in found for house in sees} <= {True}
            assert str(far.id if mine.id in sees else mine.id) not in found


class TestClasses:
    async def test_are_counted_for_those_who_see_seats(self, world: World, new_staff: MakeStaff) -> None:
        house, cohort_id = await house_of(world), str(world.home.cohort_id)
        for person, learners in (
            (await new_staff(Role.INSTITUTION, house=house), 3),
            (await new_staff(Role.OFFICER, region="6101"), 3),
            (await new_staff(Role.OPERATOR), None),
        ):
            [row] = [row for row in await person.get("/office/classes") if row["id"] == cohort_id]
            assert (row["learners"], row["state"]) == (learners, "open")
        stranger = await new_staff(Role.OFFICER, region="51")
        assert cohort_id not in {row["id"] for row in await stranger.get("/office/classes")}
