"""Ending tasks."""

import asyncio

from kernel.realtime import ending


class TestEnd:
    async def test_insists_when_a_cancellation_is_forgotten(self) -> None:
        forgotten = 0

        async def forgetful() -> None:
            nonlocal forgotten
            while True:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    forgotten += 1
                    if forgotten == 2:
                        raise

        task = asyncio.create_task(forgetful())
        await asyncio.sleep(0)
        await ending.end([task])
        assert task.cancelled()
        assert forgotten == 2
