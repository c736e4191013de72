"""Jumps, deadlines only: everything due until the target fires in order and nothing else happens."""

from datetime import timedelta

from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.unit_of_work import UnitOfWork
from tests.kernel.busy_class import run_until_still
from tests.kernel.sandbox.stage import NOTE, Stage, at
from tests.world import STARTS_SIM_AT


async def jump_to(stage: Stage, **after: float) -> None:
    """Sends the class to a moment so long after its first and runs it until it has landed."""
    await stage.world.lecturer.post("/sandbox/clock/jump", {"target_sim_at": at(**after).isoformat()}, status=202)
    await run_until_still(stage.world, stage.runner())


class TestJump:
    async def test_of_fifteen_days_fires_everything_in_order_at_its_own_moment(self, stage: Stage) -> None:
        dues = [at(hours=(number * 97) % 361) for number in range(60)]
        for number, due in enumerate(dues):
            await stage.schedule(f"{number}", sim_at=due)
        await jump_to(stage, days=15)
        due_by_then = sorted(due for due in dues if due <= at(days=15))
        assert [noted.now.sim_at for noted in stage.notebook] == due_by_then
        assert all(noted.jumping for noted in stage.notebook)
        assert len(set(stage.labels)) == len(due_by_then)
        assert set((await stage.states()).values()) == {"fired"}

    async def test_fires_what_handlers_schedule_on_the_way(self, stage: Stage) -> None:
        async def chain(uow: UnitOfWork, timer: DueTimer) -> None:
            await stage.note(uow, timer)
            left = timer.payload["left"]
            if left:
                await timers.schedule_sim(
                    uow,
                    "test.chain",
                    timer.subject_id,
                    due_sim_at=uow.now.sim_at + timedelta(days=2),
                    ordinal=timer.ordinal + 1,
                    payload={"label": f"link {left - 1}", "left": left - 1},
                )

        stage.handlers["test.chain"] = chain
        await stage.schedule("link 9", sim_at=at(days=1), kind="test.chain", left=9)
        await stage.schedule("between", sim_at=at(days=4))
        await jump_to(stage, days=15)
        assert stage.labels == [
            "link 9",
            "link 8",
            "between",
            *(f"link {left}" for left in (7, 6, 5, 4, 3, 2)),
        ]
        assert [noted.now.sim_at for noted in stage.notebook if noted.label != "between"] == [
            at(days=1 + 2 * number) for number in range(8)
        ]
        assert (await stage.states())["link 1"] == "pending"

    async def test_leaves_class_time_alone(self, stage: Stage) -> None:
        await stage.schedule("class 15 min", class_ms=15 * 60_000)
        await stage.schedule("sim", sim_at=at(days=10))
        await stage.world.lecturer.post("/sandbox/clock/start")
        await stage.pass_time(minutes=14)
        before = await stage.clock()
        await jump_to(stage, days=15)
        after = await stage.clock()
        assert stage.labels == ["sim"]
        assert stage.notebook[0].now.class_ms == 14 * 60_000
        assert (before["class_seconds"], after["class_seconds"]) == (840, 840)
        await stage.pass_time(seconds=61)
        assert stage.labels == ["sim", "class 15 min"]

    async def test_lands_running_when_it_ran(self, stage: Stage) -> None:
        await stage.world.lecturer.post("/sandbox/clock/start")
        await jump_to(stage, days=3)
        clock = await stage.clock()
        assert (clock["state"], clock["sim_at"], clock["jump_target_sim_at"]) == (
            "running",
            at(days=3).isoformat(),
            None,
        )
        await stage.pass_time(seconds=10)
        assert (await stage.clock())["sim_at"] == at(days=3, seconds=240).isoformat()

    async def test_lands_paused_when_it_stood(self, stage: Stage) -> None:
        await jump_to(stage, days=3)
        stage.wall.advance(hours=1)
        clock = await stage.clock()
        assert (clock["state"], clock["sim_at"], clock["day_number"]) == ("paused", at(days=3).isoformat(), 4)

    async def test_takes_no_real_time_with_it(self, stage: Stage) -> None:
        """A jump that waits an hour for a runner lands at its target, not an hour later."""
        await stage.world.lecturer.post("/sandbox/clock/start")
        target = {"target_sim_at": at(days=3).isoformat()}
        await stage.world.lecturer.post("/sandbox/clock/jump", target, status=202)
        stage.wall.advance(hours=1)
        await run_until_still(stage.world, stage.runner())
        assert (await stage.clock())["sim_at"] == at(days=3).isoformat()

    async def test_shows_how_far_it_has_come(self, stage: Stage) -> None:
        for day in (2, 5):
            await stage.schedule(f"day {day}", sim_at=at(days=day))
        target = {"target_sim_at": at(days=15).isoformat()}
        asked = await stage.world.lecturer.post("/sandbox/clock/jump", target, status=202)
        assert (asked["state"], asked["jump_target_sim_at"]) == ("jumping", at(days=15).isoformat())
        seen = []
        for _ in range(3):
            await stage.one_turn()
            clock = await stage.clock()
            seen.append((clock["state"], clock["sim_at"]))
        assert seen == [
            ("jumping", at(days=2).isoformat()),
            ("jumping", at(days=5).isoformat()),
            ("paused", at(days=15).isoformat()),
        ]

    async def test_never_goes_back_for_a_timer_that_was_late(self, stage: Stage) -> None:
        await jump_to(stage, days=2)
        await stage.schedule("late", sim_at=at(days=1))
        await jump_to(stage, days=3)
        assert [noted.now.sim_at for noted in stage.notebook] == [at(days=1)]
        assert (await stage.clock())["sim_at"] == at(days=3).isoformat()

    async def test_goes_on_after_its_runner_died(self, stage: Stage) -> None:
        for day in range(1, 6):
            await stage.schedule(f"day {day}", sim_at=at(days=day), kind=NOTE)
        target = {"target_sim_at": at(days=15).isoformat()}
        await stage.world.lecturer.post("/sandbox/clock/jump", target, status=202)
        dead = stage.runner("dead")
        token = await stage.take(dead)
        assert token is not None
        await dead.fire_next(stage.world.sandbox_id, token)
        await dead.fire_next(stage.world.sandbox_id, token)
        await stage.expire()
        await run_until_still(stage.world, stage.runner("heir"))
        assert stage.labels == [f"day {day}" for day in range(1, 6)]
        assert (await stage.clock())["sim_at"] == (STARTS_SIM_AT + timedelta(days=15)).isoformat()
