"""Hints between processes over Redis: “there is work”. They carry nothing and may be lost; sweeps find the work anyway."""

import asyncio
import contextlib
from enum import StrEnum
from typing import Self

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class Wake(StrEnum):
    OUTBOX = "kd:wake:outbox"
    SANDBOX = "kd:wake:sandbox"


async def call(redis: Redis, wakes: frozenset[Wake]) -> None:
    """Sends the hints. A failing Redis is logged only: the commit has happened and sweeps will find the work."""
    for wake in wakes:
        try:
            await redis.publish(wake.value, "")
        except (RedisError, OSError) as failure:
            log.warning("wake.lost", wake=wake.value, error=str(failure))


class Listener:
    """Waits for one kind of hint; a context manager that owns its subscription."""

    def __init__(self, redis: Redis, wake: Wake) -> None:
        self._pubsub = redis.pubsub(ignore_subscribe_messages=True)
        self._wake = wake

    async def __aenter__(self) -> Self:
        await self._pubsub.subscribe(self._wake.value)
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(RedisError, OSError):
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]

    async def wait(self, seconds: float) -> None:
        """Returns at the next hint or after `seconds`, whichever comes first."""
        if seconds <= 0:
            return
        try:
            await self._pubsub.get_message(timeout=seconds)
        except (RedisError, OSError):
            await asyncio.sleep(min(seconds, 1.0))
