"""Pruning takes what has served its time, and nothing a person could still miss."""

from datetime import timedelta

from sqlalchemy import text

from kernel.pruning import ANSWERS_KEPT, prune
from tests.kernel.class_rows import fill
from tests.kernel.fingerprint import tables_of_a_class
from tests.manual_clock import ManualClock
from tests.world import World, count_rows

SHOP = {"name": "云岭山货"}


async def counts(world: World) -> dict[str, int]:
    """Returns how many rows each table of the class has; and the answers given in it."""
    names = [*tables_of_a_class(), "kernel_idempotent_answer"]
    return {name: await count_rows(world.runtime, world.sandbox_id, name) for name in names}


async def open_shop(world: World, *, status: int, key: str = "key-0000001") -> None:
    await world.learners[0].post("/mall/desk/registration", SHOP, status=status, headers={"Idempotency-Key": key})


class TestPrune:
    async def test_keeps_answers_for_a_week_and_then_forgets_them(self, world: World, wall: ManualClock) -> None:
        await open_shop(world, status=201)
        before = await counts(world)
        wall.at += ANSWERS_KEPT
        await prune(world.runtime)
        await open_shop(world, status=201)  # the first answer again, not a second store
        assert await counts(world) == before
        wall.at += timedelta(seconds=1)
        await prune(world.runtime)
        assert await counts(world) == {**before, "kernel_idempotent_answer": 0}
        await open_shop(world, status=409)

    async def test_ends_nobodys_session_early_and_is_safe_twice(self, world: World, wall: ManualClock) -> None:
        person = world.learners[0]
        wall.at += timedelta(days=365, seconds=-1)
        await prune(world.runtime)
        await person.get("/session")
        wall.at += timedelta(seconds=1)
        assert await prune(world.runtime) >= len([*world.learners, world.lecturer])
        assert await prune(world.runtime) == 0

    async def test_forgets_a_person_on_his_date_and_keeps_his_seat(self, world: World, wall: ManualClock) -> None:
        [learner, *_] = world.learners
        assert learner.seat_id is not None
        seat = {"id": learner.seat_id}
        of_seat = text("SELECT person_id, display_name FROM kernel_seat WHERE id = :id")
        async with world.runtime.enter_system() as uow:
            person_id = await fill(uow, world.home, account_id=world.lecturer.account_id, seat_id=learner.seat_id)
            date = text("UPDATE kernel_person SET delete_on = :day WHERE id = :id")
            await uow.execute(date, {"id": person_id, "day": wall.at.date()})
        await prune(world.runtime)
        async with world.runtime.enter_system() as uow:
            assert (await uow.execute(of_seat, seat)).one().person_id == person_id
        wall.at += timedelta(days=1)
        await prune(world.runtime)
        async with world.runtime.enter_system() as uow:
            assert tuple((await uow.execute(of_seat, seat)).one()) == (None, learner.name)
            gone = text("SELECT count(*) FROM kernel_person WHERE id = :id")
            assert (await uow.execute(gone, {"id": person_id})).scalar_one() == 0
