"""Changing and resetting passwords, and what a temporary one opens."""

from typing import Any

import pytest
from sqlalchemy import text

from app import authorisation
from app.http import create_app
from kernel.classroom import service as classroom
from kernel.http import session
from kernel.identity.models import Role
from kernel.ids import new_id
from kernel.settings import Settings
from tests.conftest import MakeWorld
from tests.kernel.http.bad_input import RIGHT
from tests.kernel.identity.conftest import (
    PASSWORD,
    Door,
    MakeStaff,
    field_refusal,
    house_of,
    login_of,
    make_house,
    refusal,
)
from tests.kernel.openapi import operations
from tests.manual_clock import ManualClock
from tests.world import Person, World

NEW = "shanhuo2026"
GONE = (404, "kernel.identity.account_not_found")
MUST_CHANGE = (403, "kernel.identity.must_change_password")
APP = create_app(Settings(_env_file=None))
OPEN = {
    row.operation for row in authorisation.rows(create_app(Settings(_env_file=None, demo=True))) if not row.signed_in
}
MAY = {"session_read", "session_sign_out", "session_password_change"}
"""What may be asked with a temporary password."""
SHUT = [operation for operation in operations(APP) if operation.id not in OPEN | MAY]


async def reset(by: Person, person: Person) -> dict[str, Any]:
    answer: dict[str, Any] = await by.post(f"/accounts/{person.account_id}/password-reset")
    return answer


class TestChange:
    async def test_takes_the_new_one_and_ends_other_sessions(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        here, there = await door.enter(login), await door.enter(login)
        body = {"current": PASSWORD, "new": NEW}
        assert (await here.put("/api/v1/session/password", json=body)).status_code == 200
        assert (await here.get("/api/v1/session")).status_code == 200
        assert refusal(await there.get("/api/v1/session")) == (401, "kernel.identity.ended_password_changed")
        assert refusal(await door.try_password(login, PASSWORD)) == (401, "kernel.identity.wrong_password")
        await door.enter(login, NEW)

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"current": "wrong", "new": NEW}, ("/current", "kernel.identity.wrong_password")),
            ({"current": PASSWORD, "new": "kurz"}, ("/new", "kernel.identity.password_short")),
            ({"current": PASSWORD, "new": "12345678"}, ("/new", "kernel.identity.password_common")),
            ({"current": PASSWORD, "new": PASSWORD}, ("/new", "kernel.identity.password_same")),
        ],
    )
    async def test_names_the_wrong_field_and_changes_nothing(
        self, world: World, door: Door, body: dict[str, str], field: tuple[str, str]
    ) -> None:
        login = await login_of(world, world.learners[0])
        here, there = await door.enter(login), await door.enter(login)
        assert field_refusal(await here.put("/api/v1/session/password", json=body)) == field
        assert (await there.get("/api/v1/session")).status_code == 200
        await door.enter(login)

    async def test_refuses_the_log_in_name(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        here = await door.enter(login)
        answer = await here.put("/api/v1/session/password", json={"current": PASSWORD, "new": login})
        assert field_refusal(answer) == ("/new", "kernel.identity.password_is_login")

    async def test_counts_wrong_guesses_at_the_present_one(self, world: World, door: Door) -> None:
        """An unlocked phone left on a desk is no way around the lock-out."""
        here = await door.enter(await login_of(world, world.learners[0]))
        body = {"current": "wrong", "new": NEW}
        answers = [await here.put("/api/v1/session/password", json=body) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]

    async def test_needs_the_csrf_token(self, world: World, door: Door) -> None:
        here = await door.enter(await login_of(world, world.learners[0]))
        del here.headers[session.CSRF_HEADER]
        answer = await here.put("/api/v1/session/password", json={"current": PASSWORD, "new": NEW})
        assert refusal(answer) == (403, "kernel.request.csrf")


class TestReset:
    async def test_opens_the_change_of_the_password_and_nothing_else(self, world: World, door: Door) -> None:
        learner = world.learners[0]
        login = await login_of(world, learner)
        shown = await reset(world.lecturer, learner)
        assert shown["login"] == login
        assert refusal(await learner.send("GET", "/session")) == (401, "kernel.identity.ended_password_reset")
        assert refusal(await door.try_password(login, PASSWORD)) == (401, "kernel.identity.wrong_password")
        here = await door.enter(login, shown["password"])
        view = (await here.get("/api/v1/session")).json()
        assert (view["must_change_password"], view["capabilities"], view["sandbox"]) == (True, [], None)
        assert view["password_reset"]["by"] == world.lecturer.name
        body = {"current": shown["password"], "new": NEW}
        changed = await here.put("/api/v1/session/password", json=body)
        assert changed.json()["must_change_password"] is False
        assert changed.json()["sandbox"]["id"] == str(world.sandbox_id)
        assert changed.json()["password_reset"]["by"] == world.lecturer.name
        assert (await here.get("/api/v1/mall/cart")).status_code == 200

    async def test_lasts_a_day(self, world: World, door: Door, wall: ManualClock) -> None:
        login = await login_of(world, world.learners[0])
        shown = await reset(world.lecturer, world.learners[0])
        wall.advance(hours=24, seconds=-1)
        await door.enter(login, shown["password"])
        wall.advance(seconds=1)
        answer = await door.try_password(login, shown["password"])
        assert refusal(answer) == (401, "kernel.identity.temporary_password_expired")

    async def test_lifts_the_lock(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        for _ in range(6):
            await door.try_password(login, "wrong")
        shown = await reset(world.lecturer, world.learners[0])
        await door.enter(login, shown["password"])

    async def test_is_never_answered_twice(self, world: World) -> None:
        """The password is in the first answer only; a repeated request makes another one."""
        path, key = f"/accounts/{world.learners[0].account_id}/password-reset", "the-same-key-01"
        first, second = [await world.lecturer.send("POST", path, key=key) for _ in range(2)]
        assert first.json()["password"] != second.json()["password"]
        assert first.headers["Cache-Control"] == "no-store"


class TestWhoResets:
    async def test_a_lecturer_his_learners_only(self, world: World, new_world: MakeWorld, new_staff: MakeStaff) -> None:
        other = await new_world(learners=1)
        colleague = await new_staff(Role.LECTURER, house=await house_of(world))
        people = [other.learners[0].account_id, colleague.account_id, world.lecturer.account_id, new_id()]
        for account_id in people:
            answer = await world.lecturer.send("POST", f"/accounts/{account_id}/password-reset")
            assert refusal(answer) == GONE
            assert refusal(await world.lecturer.send("POST", f"/accounts/{account_id}/unlock")) == GONE
        assert await other.learners[0].get("/session")

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.OFFICER, Role.INSTITUTION, Role.LECTURER, Role.SCORER])
    async def test_nobody_who_would_gain_a_right_by_it(self, world: World, role: Role) -> None:
        """A learner of the class who runs the installation elsewhere: his lecturer must not become that."""
        learner, house = world.learners[0], await house_of(world)
        async with world.runtime.enter_system() as uow:
            await classroom.grant(
                uow, account_id=learner.account_id, role=role, institution_id=house.id, region_code="6101"
            )
        answer = await world.lecturer.send("POST", f"/accounts/{learner.account_id}/password-reset")
        assert refusal(answer) == (403, "kernel.identity.used_elsewhere")

    async def test_an_institution_its_people_only(self, world: World, new_staff: MakeStaff) -> None:
        house, elsewhere = await house_of(world), await make_house(world.runtime)
        staff = await new_staff(Role.INSTITUTION, house=house)
        lecturer, foreign = [await new_staff(Role.LECTURER, house=where) for where in (house, elsewhere)]
        officer = await new_staff(Role.OFFICER, region="61")
        for person in (lecturer, world.learners[0], world.lecturer):
            await reset(staff, person)
        for person in (foreign, officer, staff):
            answer = await staff.send("POST", f"/accounts/{person.account_id}/password-reset")
            assert refusal(answer) == GONE

    async def test_nobody_else(self, world: World, new_staff: MakeStaff, door: Door) -> None:
        path = f"/accounts/{world.learners[1].account_id}/password-reset"
        for person in (world.learners[0], await new_staff(Role.OFFICER, region="61"), await new_staff(Role.SCORER)):
            assert refusal(await person.send("POST", path)) == (403, "kernel.identity.not_allowed")
        assert (await door.browser().post(f"/api/v1{path}")).status_code == 401


class TestUnlock:
    async def test_lets_him_try_at_once(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        for _ in range(6):
            await door.try_password(login, "wrong")
        assert (await door.try_password(login, PASSWORD)).status_code == 429
        await world.lecturer.post(f"/accounts/{world.learners[0].account_id}/unlock", status=204)
        await door.enter(login)


class TestTemporaryPassword:
    async def test_opens_no_route(self, world: World) -> None:
        """Every route there is: a new one that forgets to ask fails here."""
        person = world.learners[0]
        async with world.runtime.enter_system() as uow:
            values = {"id": person.account_id}
            await uow.execute(text("UPDATE kernel_account SET must_change_password = true WHERE id = :id"), values)
        right = {"target_sim_at": "2026-11-01T09:00:00", "format": "xlsx"}
        for operation in SHUT:
            path = operation.path.format(**dict.fromkeys(operation.names("path"), new_id()))
            query = {name: value for name, value in right.items() if name in operation.names("query")}
            answer = await person.send(operation.method, path, json=RIGHT.get(operation.id), params=query)
            assert refusal(answer) == MUST_CHANGE, f"{operation.id}: {answer.text}"
