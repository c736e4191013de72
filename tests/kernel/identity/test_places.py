"""Where a person can be, moving there, and coming back to it."""

from uuid import UUID

from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.classroom.service import Learner
from kernel.identity.models import Role
from kernel.ids import new_id
from tests.conftest import MakeWorld
from tests.kernel.identity.conftest import PASSWORD, Door, login_of, refusal
from tests.world import Person, World

GONE = (404, "kernel.identity.place_not_found")


async def sit_in(world: World, person: Person) -> None:
    """Seats somebody in a further class."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await classroom.add_seat(uow, world.home, Learner(person.name, account_id=person.account_id))


async def grant(world: World, person: Person, role: Role) -> UUID:
    home = world.home
    async with world.runtime.enter_system() as uow:
        return await classroom.grant(
            uow,
            account_id=person.account_id,
            role=role,
            institution_id=home.institution_id,
            region_code=home.region_code,
        )


def class_of(world: World) -> dict[str, str]:
    return {"kind": "class", "id": str(world.home.cohort_id)}


class TestList:
    async def test_has_every_class_and_role_and_nobody_else_s(self, world: World, new_world: MakeWorld) -> None:
        learner, other = world.learners[0], await new_world(learners=1)
        await sit_in(other, learner)
        granted = await grant(world, learner, Role.INSTITUTION)
        places = await learner.get("/session/places")
        assert {(place["kind"], place["id"], place["role"], place["is_current"]) for place in places} == {
            ("class", str(world.home.cohort_id), "learner", True),
            ("class", str(other.home.cohort_id), "learner", False),
            ("role", str(granted), "institution", False),
        }
        assert len(await world.learners[1].get("/session/places")) == 1


class TestChoose:
    async def test_leads_into_the_other_class_and_out_of_this_one(self, world: World, new_world: MakeWorld) -> None:
        learner, other = world.learners[0], await new_world(learners=1)
        await sit_in(other, learner)
        view = await learner.put("/session/place", class_of(other))
        assert (view["sandbox"]["id"], view["role"]) == (str(other.sandbox_id), "learner")
        assert (await learner.get("/session"))["sandbox"]["id"] == str(other.sandbox_id)

    async def test_gives_the_role_its_capabilities(self, world: World) -> None:
        learner = world.learners[0]
        granted = await grant(world, learner, Role.INSTITUTION)
        view = await learner.put("/session/place", {"kind": "role", "id": str(granted)})
        assert (view["role"], view["sandbox"], view["seat"]) == ("institution", None, None)
        assert "identity.manage_accounts" in view["capabilities"]
        assert refusal(await learner.send("GET", "/mall/wallet")) == (403, "kernel.identity.not_allowed")

    async def test_refuses_what_is_not_his(self, world: World, new_world: MakeWorld) -> None:
        learner, other = world.learners[0], await new_world(learners=1)
        foreign = await grant(world, world.learners[1], Role.OPERATOR)
        choices = (class_of(other), {"kind": "role", "id": str(foreign)}, {"kind": "class", "id": str(new_id())})
        for choice in (*choices, {"kind": "role", "id": class_of(world)["id"]}):
            assert refusal(await learner.send("PUT", "/session/place", json=choice)) == GONE
        assert (await learner.get("/session"))["sandbox"]["id"] == str(world.sandbox_id)

    async def test_refuses_a_role_that_was_taken_away(self, world: World) -> None:
        learner = world.learners[0]
        granted = await grant(world, learner, Role.INSTITUTION)
        async with world.runtime.enter_system() as uow:
            await uow.execute(text("UPDATE kernel_role_grant SET revoked_at = now() WHERE id = :id"), {"id": granted})
        answer = await learner.send("PUT", "/session/place", json={"kind": "role", "id": str(granted)})
        assert refusal(answer) == GONE


class TestRemembered:
    async def test_is_where_the_next_log_in_begins(self, world: World, door: Door) -> None:
        learner = world.learners[0]
        login, granted = await login_of(world, learner), await grant(world, learner, Role.INSTITUTION)
        first = await door.enter(login)
        assert (await first.get("/api/v1/session")).json()["role"] == "learner"
        await first.put("/api/v1/session/place", json={"kind": "role", "id": str(granted)})
        second = await door.try_password(login, PASSWORD)
        assert second.json()["role"] == "institution"
        async with world.runtime.enter_system() as uow:
            await uow.execute(text("UPDATE kernel_role_grant SET revoked_at = now() WHERE id = :id"), {"id": granted})
        assert (await door.try_password(login, PASSWORD)).json()["role"] == "learner"
