"""Ends background tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

_INSIST_SECONDS = 0.5


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels tasks, again and again until each has ended; what they raise has been seen to by those who await them.

    Before Python 3.12 `asyncio.wait_for` forgets a cancellation that arrives as its inner call completes, and redis-py
    wraps each write in it: one `cancel()` may be lost, and the task would run on.
    """
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        done, pending = await asyncio.wait(pending, timeout=_INSIST_SECONDS)
        for task in done:
            if not task.cancelled():
                task.exception()
