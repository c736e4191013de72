"""Waiting for what another process or task will bring about."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], bool], seconds: float = 8.0) -> None:
    """Returns once `condition` holds.

    Raises:
        TimeoutError: it does not within `seconds`.

    """
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
