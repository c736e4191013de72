"""Lets no refusal leave sooner than another: how long an answer takes must not tell which half of a guess was right."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from kernel.errors import NotFound

REFUSAL_SECONDS = 0.4
"""Well above what the slowest way to a refusal takes on a weak PC, well below what a person notices."""


@asynccontextmanager
async def level() -> AsyncIterator[None]:
    """Holds back a `NotFound` from inside until `REFUSAL_SECONDS` after the start. Hold no transaction meanwhile."""
    end = anyio.current_time() + REFUSAL_SECONDS
    try:
        yield
    except NotFound:
        await anyio.sleep_until(end)
        raise
