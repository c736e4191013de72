"""Who may wait, and who is asked to come back."""

import anyio
import pytest

from kernel.errors import Unavailable
from kernel.identity.guard.turnstile import FEWEST_PLACES, PER_NAME, Turnstile


class TestPlaces:
    @pytest.mark.parametrize(("seconds", "places"), [(0.02, 200), (0.05, 80), (2.0, FEWEST_PLACES)])
    def test_are_what_is_served_in_time_and_a_class_at_least(self, seconds: float, places: int) -> None:
        assert Turnstile(seconds).places == places

    def test_become_fewer_when_the_machine_is_busy_and_more_again(self) -> None:
        turnstile = Turnstile(0.02)
        for _ in range(20):
            turnstile.learn(10.0, among=100)
        assert 40 <= turnstile.places < 45
        for _ in range(40):
            turnstile.learn(0.02, among=1)
        assert turnstile.places == 199


class Crowd:
    """People who go through a turnstile and stay until they are let out."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.turnstile = turnstile
        self.inside: list[bytes] = []
        self.most = 0
        self.refusals: list[tuple[str, int | None]] = []
        self.out = anyio.Event()

    async def come(self, name: bytes) -> None:
        try:
            async with self.turnstile.turn(name):
                self.inside.append(name)
                self.most = max(self.most, len(self.inside))
                await self.out.wait()
                self.inside.remove(name)
        except Unavailable as refusal:
            self.refusals.append((refusal.code, refusal.retry_after_seconds))


class Narrow(Turnstile):
    """A turnstile with three places."""

    @property
    def places(self) -> int:
        return 3


class TestTurn:
    async def test_refuses_whoever_comes_when_all_places_are_taken(self) -> None:
        crowd = Crowd(Narrow(1.0))
        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(crowd.come, bytes([number]))
            await anyio.wait_all_tasks_blocked()
            assert len(crowd.inside) == 3
            assert crowd.refusals == [("kernel.identity.too_many_signing_in", 3)] * 2
            crowd.out.set()
        assert crowd.inside == []

    async def test_gives_a_name_one_place_however_many_come(self) -> None:
        crowd = Crowd(Narrow(1.0))
        async with anyio.create_task_group() as group:
            for _ in range(PER_NAME + 10):
                group.start_soon(crowd.come, b"flooded")
            group.start_soon(crowd.come, b"honest")
            await anyio.wait_all_tasks_blocked()
            assert sorted(crowd.inside) == [b"flooded", b"honest"]
            assert len(crowd.refusals) == 10
            crowd.out.set()
        assert crowd.most == 2

    async def test_is_empty_again_when_all_have_left(self) -> None:
        turnstile = Turnstile(1.0)
        for _ in range(3):
            with pytest.raises(RuntimeError):
                async with turnstile.turn(b"x"):
                    raise RuntimeError
        assert (turnstile._taken, dict(turnstile._waiting), turnstile._locks) == (0, {}, {})
