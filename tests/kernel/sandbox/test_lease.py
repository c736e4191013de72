"""The lease: two runners never run one sandbox, and a runner that lost it can write nothing any more."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.runtime import Runtime
from kernel.sandbox import lease
from kernel.sandbox.lease import StaleLeaseError
from kernel.sandbox.runner import Runner
from kernel.sandbox.timers import DueTimer
from kernel.settings import Settings
from kernel.unit_of_work import UnitOfWork
from tests.kernel.fingerprint import fingerprint
from tests.kernel.sandbox.stage import Stage, at
from tests.kernel.waiting import until_waiting
from tests.world import STARTS_SIM_AT


class TestTake:
    async def test_has_one_winner(self, stage: Stage) -> None:
        tokens = await asyncio.gather(*(stage.take(stage.runner(f"runner {n}")) for n in range(8)))
        assert sorted(tokens, key=str) == [1, *[None] * 7]

    async def test_raises_the_token_for_every_new_holder(self, stage: Stage) -> None:
        tokens = []
        for number in range(3):
            tokens.append(await stage.take(stage.runner(f"runner {number}")))
            await stage.expire()
        assert tokens == [1, 2, 3]

    async def test_of_a_lease_given_back_succeeds_at_once(self, stage: Stage) -> None:
        token = await stage.take(stage.runner("first"))
        assert token == 1
        async with stage.world.runtime.enter_sandbox(stage.world.sandbox_id) as uow:
            await lease.give_back(uow, token)
        assert await stage.take(stage.runner("second")) == 2


class TestRunners:
    async def test_of_several_processes_never_run_one_sandbox_together(self, stage: Stage, settings: Settings) -> None:
        inside: set[str] = set()
        seen: list[tuple[str, str]] = []
        for number in range(20):
            await stage.schedule(f"{number}", sim_at=at(hours=number))
        target = {"target_sim_at": at(days=2).isoformat()}
        await stage.world.lecturer.post("/sandbox/clock/jump", target, status=202)
        runtimes = [Runtime.open(settings, application_name=f"runner {n}", wall=stage.wall) for n in range(4)]

        def runner_of(runtime: Runtime, name: str) -> Runner:
            async def note(uow: UnitOfWork, timer: DueTimer) -> None:
                assert not inside, "two runners at once"
                inside.add(name)
                await stage.note(uow, timer)
                seen.append((name, timer.payload["label"]))
                await asyncio.sleep(0.005)
                inside.discard(name)

            return Runner(runtime=runtime, handlers={"test.note": note}, holder=name)

        await asyncio.gather(
            *(runner_of(runtime, f"{n}").run(stage.world.sandbox_id) for n, runtime in enumerate(runtimes))
        )
        assert [label for _, label in seen] == [f"{number}" for number in range(20)]
        assert len({name for name, _ in seen}) == 1
        assert set((await stage.states()).values()) == {"fired"}
        assert (await stage.clock())["state"] == "paused"
        for runtime in runtimes:
            await runtime.close()

    async def test_hand_over_when_one_stops(self, stage: Stage) -> None:
        await stage.schedule("due", sim_at=STARTS_SIM_AT)
        assert await stage.runner("first").run(stage.world.sandbox_id) is False
        await stage.schedule("due again", sim_at=STARTS_SIM_AT)
        assert await stage.runner("second").run(stage.world.sandbox_id) is False
        assert stage.labels == ["due", "due again"]


class TestStaleHolder:
    async def test_is_refused_and_writes_nothing(self, stage: Stage, admin: AsyncEngine) -> None:
        await stage.schedule("due", sim_at=STARTS_SIM_AT)
        stale, heir = stage.runner("stale"), stage.runner("heir")
        old = await stage.take(stale)
        assert old is not None
        await stage.expire()
        assert await stage.take(heir) == old + 1
        before = await fingerprint(admin, stage.world.sandbox_id)
        with pytest.raises(StaleLeaseError):
            await stale.fire_next(stage.world.sandbox_id, old)
        with pytest.raises(StaleLeaseError):
            await stale.beat(stage.world.sandbox_id, old)
        async with stage.world.runtime.enter_sandbox(stage.world.sandbox_id) as uow:
            await lease.give_back(uow, old)
        assert await fingerprint(admin, stage.world.sandbox_id) == before
        assert stage.labels == []

    async def test_cannot_land_a_jump(self, stage: Stage) -> None:
        stale = stage.runner("stale")
        old = await stage.take(stale)
        assert old is not None
        target = {"target_sim_at": at(days=2).isoformat()}
        await stage.world.lecturer.post("/sandbox/clock/jump", target, status=202)
        await stage.expire()
        assert await stage.take(stage.runner("heir")) == old + 1
        with pytest.raises(StaleLeaseError):
            await stale.fire_next(stage.world.sandbox_id, old)
        assert (await stage.clock())["state"] == "jumping"

    async def test_stops_between_two_timers_and_the_heir_goes_on(self, stage: Stage) -> None:
        await stage.schedule("first", sim_at=STARTS_SIM_AT)
        await stage.schedule("second", sim_at=STARTS_SIM_AT)
        stale, heir = stage.runner("stale"), stage.runner("heir")
        old = await stage.take(stale)
        assert old is not None
        await stale.fire_next(stage.world.sandbox_id, old)
        await stage.expire()
        token = await stage.take(heir)
        assert token is not None
        with pytest.raises(StaleLeaseError):
            await stale.fire_next(stage.world.sandbox_id, old)
        await heir.fire_next(stage.world.sandbox_id, token)
        assert stage.labels == ["first", "second"]

    async def test_ends_its_run_quietly(self, stage: Stage) -> None:
        """A run whose lease is lost in the middle asks for no further run and leaves the rest to the heir."""
        await stage.schedule("last of the old", sim_at=STARTS_SIM_AT)
        await stage.world.lecturer.post("/sandbox/clock/start")
        running = asyncio.create_task(stage.runner("stale").run(stage.world.sandbox_id))
        async with asyncio.timeout(10):
            while not stage.labels:
                await asyncio.sleep(0.01)
        async with stage.world.runtime.enter_system() as uow:
            await uow.execute(text("UPDATE kernel_lease SET expires_at = clock_timestamp() - interval '1 second'"))
            assert await lease.take(uow, stage.world.sandbox_id, holder="heir") == 2
        await stage.schedule("first of the heir", sim_at=STARTS_SIM_AT)
        async with asyncio.timeout(10):
            assert await running is False
        assert stage.labels == ["last of the old"]


class TestFence:
    async def test_makes_the_heir_wait_for_the_transaction_under_way(self, stage: Stage, admin: AsyncEngine) -> None:
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def slow(uow: UnitOfWork, timer: DueTimer) -> None:
            reached.set()
            await go_on.wait()
            await stage.note(uow, timer)

        stage.handlers["test.slow"] = slow
        await stage.schedule("slow", sim_at=STARTS_SIM_AT, kind="test.slow")
        holder = stage.runner("slow holder")
        token = await stage.take(holder)
        assert token is not None
        await stage.expire()
        firing = asyncio.create_task(holder.fire_next(stage.world.sandbox_id, token))
        await reached.wait()
        taking = asyncio.create_task(stage.take(stage.runner("heir")))
        await until_waiting(admin, 1)
        assert not taking.done()
        go_on.set()
        await firing
        assert await taking == token + 1
        assert stage.labels == ["slow"]

    async def test_refuses_a_token_nobody_gave(self, stage: Stage) -> None:
        with pytest.raises(StaleLeaseError):
            await stage.runner().fire_next(stage.world.sandbox_id, 1)
        assert stage.labels == []
