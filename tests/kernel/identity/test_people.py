"""People are masked; a number in full leaves a trace."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from kernel.http import session
from kernel.identity.models import Person as PersonRow
from kernel.identity.models import PersonRecord, Role
from kernel.identity.people import sealed
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from tests.kernel.identity.conftest import MakeStaff, house_of, make_house, refusal
from tests.world import World

ID_NUMBER = "610102199003071235"  # generated
PHONE = "13800001234"
GONE = (404, "kernel.identity.person_not_found")


async def register(world: World) -> UUID:
    """Registers the first learner and returns the person."""
    person_id, ring = new_id(), world.runtime.keyring
    async with world.runtime.enter_system() as uow:
        await uow.execute(
            insert(table_of(PersonRow)),
            {
                "id": person_id,
                "id_number_sealed": ring.encrypt(ID_NUMBER, context=sealed.ID_NUMBER.context(person_id)),
                "id_number_key": ring.fingerprint(f"{ID_NUMBER}{person_id}", purpose="id_number"),
                "purpose": "示例",
                "delete_on": date(2029, 1, 1),
                "created_at": uow.now.at,
                "updated_at": uow.now.at + timedelta(),
            },
        )
        await uow.execute(
            insert(table_of(PersonRecord)),
            {
                "id": new_id(),
                "person_id": person_id,
                "institution_id": world.home.institution_id,
                "name": "李雨桐",
                "created_at": uow.now.at,
                "updated_at": uow.now.at,
            },
        )
        seat = text("UPDATE kernel_seat SET person_id = :person_id WHERE id = :seat_id")
        await uow.execute(seat, {"person_id": person_id, "seat_id": world.learners[0].seat_id})
    return person_id


async def traces(world: World, person_id: UUID) -> list[tuple[UUID, str, str]]:
    async with world.runtime.enter_system() as uow:
        rows = await uow.execute(
            text("SELECT account_id, field, reason FROM kernel_reveal WHERE person_id = :id"), {"id": person_id}
        )
        return [(row.account_id, row.field, row.reason) for row in rows]


class TestPeople:
    @pytest.mark.parametrize("role", [Role.INSTITUTION, Role.OFFICER])
    async def test_are_masked_and_revealed_with_a_trace(self, world: World, new_staff: MakeStaff, role: Role) -> None:
        person_id = await register(world)
        staff = await new_staff(role, house=await house_of(world), region="6101")
        [row] = await staff.get(f"/office/classes/{world.home.cohort_id}/people")
        assert (row["name"], row["id_number"], row["phone"]) == ("李雨桐", "610***********1235", None)
        body = {"field": "id_number", "reason": "核对补贴名册"}
        answer = await staff.send("POST", f"/people/{person_id}/reveal", json=body)
        assert answer.json() == {"value": ID_NUMBER}
        assert answer.headers["Cache-Control"] == "no-store"
        assert await traces(world, person_id) == [(staff.account_id, "id_number", "核对补贴名册")]

    async def test_are_hidden_from_everybody_else(self, world: World, new_staff: MakeStaff) -> None:
        person_id = await register(world)
        body = {"field": "id_number", "reason": "好奇"}
        abroad = await make_house(world.runtime, region_code="510100")
        for person in (
            await new_staff(Role.INSTITUTION, house=abroad),
            await new_staff(Role.OFFICER, region="51"),
        ):
            assert refusal(await person.send("POST", f"/people/{person_id}/reveal", json=body)) == GONE
            path = f"/office/classes/{world.home.cohort_id}/people"
            assert refusal(await person.send("GET", path)) == (404, "kernel.classroom.class_not_found")
        for person in (world.learners[0], world.lecturer, await new_staff(Role.OPERATOR)):
            answer = await person.send("POST", f"/people/{person_id}/reveal", json=body)
            assert refusal(answer) == (403, "kernel.identity.not_allowed")
        assert await traces(world, person_id) == []

    async def test_without_the_number_are_not_revealed(self, world: World, new_staff: MakeStaff) -> None:
        person_id = await register(world)
        staff = await new_staff(Role.INSTITUTION, house=await house_of(world))
        answer = await staff.send("POST", f"/people/{person_id}/reveal", json={"field": "phone", "reason": "联系"})
        assert refusal(answer) == GONE
        assert await traces(world, person_id) == []

    async def test_are_known_to_each_institution_apart(self, world: World, new_staff: MakeStaff) -> None:
        """The wall, not the query: a record of another institution does not exist for this one and its lecturer."""
        person_id, foreign = await register(world), await make_house(world.runtime)
        async with world.runtime.enter_system() as uow:
            copy = text("""
                INSERT INTO kernel_person_record (id, person_id, institution_id, name, created_at, updated_at)
                SELECT :id, person_id, :house, '别家叫法', created_at, updated_at FROM kernel_person_record
                 WHERE person_id = :person_id
            """)
            await uow.execute(copy, {"id": new_id(), "house": foreign.id, "person_id": person_id})
        for person in (world.lecturer, await new_staff(Role.INSTITUTION, house=await house_of(world))):
            async with world.runtime.enter_session(session.hash_of(person.token)) as uow:
                rows = await uow.execute(text("SELECT institution_id, name FROM kernel_person_record"))
                assert [tuple(row) for row in rows] == [(world.home.institution_id, "李雨桐")]
        async with world.runtime.enter_session(session.hash_of(world.learners[0].token)) as uow:
            assert (await uow.execute(text("SELECT count(*) FROM kernel_person_record"))).scalar_one() == 0
