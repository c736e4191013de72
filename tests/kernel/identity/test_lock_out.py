"""Wrong passwords in a row lock a name: for everybody the same, and only that name."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from kernel.errors import TooMany
from kernel.identity.guard import service as guard
from kernel.identity.guard.rules import WRONG_IN_A_ROW
from tests.kernel.identity.conftest import PASSWORD, Door, login_of, refusal
from tests.manual_clock import ManualClock
from tests.world import World

WRONG = (401, "kernel.identity.wrong_password")
LOCKED = (429, "kernel.identity.locked")


class TestLockOut:
    @pytest.mark.parametrize("known", [True, False])
    async def test_comes_after_the_fifth_wrong_password_and_goes_by_itself(
        self, world: World, door: Door, wall: ManualClock, *, known: bool
    ) -> None:
        login = await login_of(world, world.learners[0]) if known else f"nobody-{world.sandbox_id.hex[-12:]}"
        for _ in range(WRONG_IN_A_ROW):
            assert refusal(await door.try_password(login, "wrong")) == WRONG
        answer = await door.try_password(login, PASSWORD)
        assert refusal(answer) == LOCKED
        assert answer.headers["Retry-After"] == "60"
        assert answer.json()["params"] == {"limit": 5, "seconds": 60, "minutes": 1}
        wall.advance(seconds=59)
        assert (await door.try_password(login, PASSWORD)).headers["Retry-After"] == "1"
        wall.advance(seconds=1)
        assert refusal(await door.try_password(login, "wrong")) == WRONG
        assert (await door.try_password(login, PASSWORD)).headers["Retry-After"] == "120"

    async def test_is_forgotten_with_the_right_password(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        for _ in range(3):
            for _ in range(WRONG_IN_A_ROW - 1):
                assert refusal(await door.try_password(login, "wrong")) == WRONG
            assert (await door.try_password(login, PASSWORD)).status_code == 201

    async def test_is_forgotten_after_a_day(self, world: World, door: Door, wall: ManualClock) -> None:
        login = await login_of(world, world.learners[0])
        for _ in range(WRONG_IN_A_ROW):
            await door.try_password(login, "wrong")
        wall.advance(hours=24, seconds=1)
        for _ in range(WRONG_IN_A_ROW):
            assert refusal(await door.try_password(login, "wrong")) == WRONG

    async def test_touches_nobody_else_behind_the_same_address(self, world: World, door: Door) -> None:
        first, second = [await login_of(world, person) for person in world.learners[:2]]
        for _ in range(WRONG_IN_A_ROW + 1):
            await door.try_password(first, "wrong")
        assert refusal(await door.try_password(first, PASSWORD)) == LOCKED
        assert (await door.try_password(second, PASSWORD)).status_code == 201

    async def test_looks_at_no_password_while_it_lasts(self, world: World, door: Door) -> None:
        """No hash is computed: otherwise a locked name would still cost the machine as much as an open one."""
        login = await login_of(world, world.learners[0])
        for _ in range(WRONG_IN_A_ROW):
            await door.try_password(login, "wrong")
        async with world.runtime.enter_system() as uow:
            key = guard.key_of(world.runtime.keyring, login)
            before = await guard.locked_until(uow, key)
        for _ in range(3):
            assert refusal(await door.try_password(login, "wrong")) == LOCKED
        async with world.runtime.enter_system() as uow:
            assert await guard.locked_until(uow, key) == before

    async def test_cannot_be_avoided_by_writing_the_name_differently(self, world: World, door: Door) -> None:
        name = f"nobody-{world.sandbox_id.hex[-12:]}"
        for written in (name, name.upper(), f" {name}", name.replace("-", "\uff0d"), name.replace("nobody", "ｎobody")):
            assert refusal(await door.try_password(written, "wrong")) == WRONG
        assert refusal(await door.try_password(name, "wrong")) == LOCKED

    async def test_keeps_no_typed_name(self, world: World, door: Door) -> None:
        typed = "61010219900307123X"
        await door.try_password(typed, "wrong")
        async with world.runtime.enter_system() as uow:
            kept = (await uow.execute(text("SELECT name_key::text FROM kernel_login_guard"))).scalars().all()
            logged = (await uow.execute(text("SELECT e::text FROM kernel_login_event e"))).scalars().all()
        assert not [row for row in (*kept, *logged) if typed in row or typed.encode().hex() in row]


class TestRace:
    async def test_gets_no_more_guesses_over_many_connections(self, world: World) -> None:
        """Each begins in a transaction of its own, as over several web processes."""
        name_key = guard.key_of(world.runtime.keyring, f"raced-{world.sandbox_id}")

        async def begin() -> bool:
            try:
                async with world.runtime.enter_system() as uow:
                    await guard.begin(uow, name_key)
            except TooMany:
                return False
            return True

        let_in = await asyncio.gather(*(begin() for _ in range(16)))
        assert sum(let_in) == WRONG_IN_A_ROW

    async def test_waits_for_a_try_that_has_not_committed(self, world: World) -> None:
        name_key = guard.key_of(world.runtime.keyring, f"waited-{world.sandbox_id}")
        async with world.runtime.enter_system() as first:
            for _ in range(WRONG_IN_A_ROW - 1):
                await guard.begin(first, name_key)
        async with world.runtime.enter_system() as first:
            attempt = await guard.begin(first, name_key)
            assert attempt.locks
            second = asyncio.create_task(_begin(world, name_key))
            await asyncio.sleep(0.1)
            assert not second.done()
        with pytest.raises(TooMany) as refused:
            await second
        assert refused.value.retry_after_seconds == timedelta(minutes=1).total_seconds()


async def _begin(world: World, name_key: bytes) -> None:
    async with world.runtime.enter_system() as uow:
        await guard.begin(uow, name_key)


class TestCrowd:
    async def test_of_a_class_from_one_address_all_get_in(self, world: World, door: Door) -> None:
        logins = [await login_of(world, person) for person in world.learners]
        answers = await asyncio.gather(*(door.try_password(login, PASSWORD) for login in logins * 10))
        assert {answer.status_code for answer in answers} == {201}

    async def test_that_guesses_does_not_keep_others_out(self, world: World, door: Door) -> None:
        attacked, honest = [await login_of(world, person) for person in world.learners[:2]]
        guesses = [asyncio.create_task(door.try_password(attacked, f"guess {n}")) for n in range(60)]
        assert (await door.try_password(honest, PASSWORD)).status_code == 201
        outcomes = [refusal(answer)[0] for answer in await asyncio.gather(*guesses)]
        assert outcomes.count(401) == WRONG_IN_A_ROW
        assert set(outcomes) == {401, 429, 503}
