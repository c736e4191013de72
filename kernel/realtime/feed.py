"""The one subscription in Redis of a web process, and its renewal. Knows channels and bytes, no sockets."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from kernel.errors import Unavailable
from kernel.realtime import metrics

log = structlog.get_logger(__name__)

_PULSE = "kd:rt-pulse"
"""A channel nobody writes to: a subscription must name at least one."""

_QUIET_SECONDS = 15.0
_CONFIRM_SECONDS = 2.0
_BACK_OFF_SECONDS = (0.05, 0.2, 0.5, 1.0, 2.0)


class Feed:
    """Follows channels. `on_message` gets what arrives; `on_restored` comes after a break, once all is followed."""

    def __init__(
        self, redis_url: str, *, on_message: Callable[[str, bytes], None], on_restored: Callable[[], None]
    ) -> None:
        # redis-py would renew the subscription by itself and not say so; we must know, to look for what we missed.
        self._redis = Redis.from_url(redis_url, retry=Retry(NoBackoff(), 0), health_check_interval=0)
        self._on_message = on_message
        self._on_restored = on_restored
        self._wanted: dict[str, asyncio.Event] = {}
        self._pubsub: PubSub | None = None
        self._sending = asyncio.Lock()

    async def run(self) -> None:
        """Keeps the subscription up until cancelled."""
        failures = 0
        try:
            while True:
                try:
                    await self._listen(after_break=failures > 0)
                except (RedisError, OSError) as failure:
                    failures = 1 if self._pubsub is not None else failures + 1
                    log.warning("realtime.feed_broken", error=repr(failure)[:200], failures=failures)
                    metrics.FEED_RESTARTS.inc()
                finally:
                    await self._drop()
                await asyncio.sleep(_BACK_OFF_SECONDS[min(failures, len(_BACK_OFF_SECONDS)) - 1])
        finally:
            await self._redis.aclose()

    async def follow(self, channel: str) -> None:
        """Returns once Redis has confirmed that what is published from now on will arrive.

        Raises:
            Unavailable: it did not within two seconds. The channel is wanted all the same, until `unfollow`.

        """
        confirmed = self._wanted.setdefault(channel, asyncio.Event())
        try:
            async with asyncio.timeout(_CONFIRM_SECONDS):
                async with self._sending:
                    if self._pubsub is not None and not confirmed.is_set():
                        await self._pubsub.subscribe(channel)
                await confirmed.wait()
        except (RedisError, OSError, TimeoutError) as failure:
            raise Unavailable("kernel.realtime.unavailable") from failure

    async def unfollow(self, channel: str) -> None:
        """Stops following. A failure is left to the renewal, which subscribes to what is wanted only."""
        self._wanted.pop(channel, None)
        with contextlib.suppress(RedisError, OSError):
            async with self._sending:
                if self._pubsub is not None and channel not in self._wanted:
                    await self._pubsub.unsubscribe(channel)

    async def _listen(self, *, after_break: bool) -> None:
        pubsub = self._redis.pubsub()
        async with self._sending:
            try:
                await pubsub.subscribe(_PULSE, *self._wanted)
            except BaseException:
                await _close(pubsub)
                raise
            self._pubsub = pubsub
        awaited = {_PULSE, *self._wanted} if after_break else set()
        quiet = False
        while True:
            message: dict[str, Any] | None = await pubsub.get_message(timeout=_QUIET_SECONDS)
            if message is None:
                if quiet:
                    raise ConnectionError("no answer to a ping")
                quiet = True
                await pubsub.ping()
                continue
            quiet = False
            if message["type"] == "message":
                self._on_message(message["channel"].decode(), message["data"])
            elif message["type"] == "subscribe":
                channel = message["channel"].decode()
                if channel in self._wanted:
                    self._wanted[channel].set()
                if awaited:
                    awaited.discard(channel)
                    if not awaited:
                        self._on_restored()

    async def _drop(self) -> None:
        pubsub, self._pubsub = self._pubsub, None
        for confirmed in self._wanted.values():
            confirmed.clear()
        if pubsub is not None:
            await _close(pubsub)


async def _close(pubsub: PubSub) -> None:
    with contextlib.suppress(RedisError, OSError):
        await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py leaves it untyped
