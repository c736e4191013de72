"""The record of what lecturers did: complete, by class and by learner, and out of anybody's reach."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.world import World


class TestRecord:
    async def test_holds_a_jump_with_what_it_fired(self, world: World) -> None:
        await world.lecturer.post("/sandbox/clock/jump", {"target_sim_at": "2026-10-14T09:00:00"}, status=202)
        [jump] = await world.lecturer.get(f"/classroom/classes/{world.home.cohort_id}/interventions")
        assert (jump["kind"], jump["seat_id"], jump["author"]) == ("clock.jumped", None, world.lecturer.name)
        assert jump["params"] == {
            "from_sim_at": "2026-10-12T09:00:00",
            "target_sim_at": "2026-10-14T09:00:00",
            "fires": {},
        }

    async def test_holds_no_jump_that_was_refused(self, world: World) -> None:
        await world.lecturer.post("/sandbox/clock/jump", {"target_sim_at": "2026-10-01T09:00:00"}, status=422)
        assert await world.lecturer.get(f"/classroom/classes/{world.home.cohort_id}/interventions") == []

    async def test_of_a_learner_holds_his_own_and_what_met_everybody(self, world: World) -> None:
        one, other, _ = world.learners
        await world.lecturer.post(f"/accounts/{one.account_id}/password-reset")
        await world.lecturer.post("/sandbox/clock/jump", {"target_sim_at": "2026-10-14T09:00:00"}, status=202)
        path = f"/classroom/classes/{world.home.cohort_id}/interventions"
        his = await world.lecturer.get(path, seat_id=str(one.seat_id))
        assert [flag["kind"] for flag in his] == ["clock.jumped", "password.reset"]
        anothers = await world.lecturer.get(path, seat_id=str(other.seat_id))
        assert [flag["kind"] for flag in anothers] == ["clock.jumped"]

    async def test_is_shown_to_the_learner_it_is_about(self, world: World) -> None:
        one, other, _ = world.learners
        await world.open_shop(one, "云岭", [])
        await world.lecturer.post(f"/mall/seats/{one.seat_id}/reset", {"reason": "重新来过"})
        assert [flag["reason"] for flag in await one.get("/classroom/interventions/own")] == ["重新来过"]
        assert await other.get("/classroom/interventions/own") == []

    @pytest.mark.parametrize(
        "change", ["UPDATE kernel_intervention SET reason = ''", "DELETE FROM kernel_intervention"]
    )
    async def test_cannot_be_changed_even_by_the_application(self, world: World, change: str) -> None:
        with pytest.raises(DBAPIError, match="permission denied"):
            async with world.runtime.enter_system() as uow:
                await uow.execute(text(change))
