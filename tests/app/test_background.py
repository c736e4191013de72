"""The end of a worker: its loops come back early."""

from app import modules
from kernel.events.relay import Relay
from tests.world import World


class TestWindDown:
    async def test_a_runner_that_is_to_stop_comes_back_and_asks_for_another_run(self, world: World) -> None:
        runner = world.runner()
        assert await runner.run(world.sandbox_id) is False  # the clock stands still: nothing to run
        runner.stopping = True
        assert await runner.run(world.sandbox_id) is True  # it did not even look, and gave its lease back
        assert await runner.run(world.sandbox_id) is True

    async def test_a_relay_that_is_to_stop_comes_back_and_frees_its_lock(self, world: World) -> None:
        relay = Relay(runtime=world.runtime, directory=modules.directory(), stopping=True)
        assert await relay.run() is True
        assert await relay.run() is True
