"""Fixtures of the kernel's tests: a superuser's eye on the database, and classes in which something has happened."""

import pytest

from tests.conftest import MakeWorld
from tests.kernel.busy_class import Busy, make_busy
from tests.manual_clock import ManualClock


@pytest.fixture
async def busy(new_world: MakeWorld, wall: ManualClock) -> Busy:
    """Returns a class with rows in every table of a class."""
    return await make_busy(await new_world(learners=4), wall)


@pytest.fixture
async def other_busy(new_world: MakeWorld, wall: ManualClock) -> Busy:
    """Returns a second such class."""
    return await make_busy(await new_world(learners=4), wall)
