"""Fixtures of the sandbox's tests."""

import pytest

from tests.kernel.sandbox.stage import Stage
from tests.manual_clock import ManualClock
from tests.world import World


@pytest.fixture
def stage(world: World, wall: ManualClock) -> Stage:
    """Returns a class, paused, whose runner knows the test's own timers."""
    return Stage(world, wall)
