"""Fixtures of the class's tests."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI

from kernel.runtime import Runtime
from tests.kernel.classroom.planned import Planned, make_planned

MakePlanned = Callable[..., Awaitable[Planned]]


@pytest.fixture
def new_planned(runtime: Runtime, web: FastAPI) -> MakePlanned:
    """Returns a factory of classes that have not opened; `learners` says how many stand on the list."""

    async def make(*, learners: int = 3) -> Planned:
        return await make_planned(runtime, web, learners=learners)

    return make


@pytest.fixture
async def planned(new_planned: MakePlanned) -> Planned:
    """Returns a planned class of three."""
    return await new_planned()
