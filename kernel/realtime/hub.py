"""The channels of one web process: one subscription in Redis, many sockets. Knows no person and no database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

from kernel.errors import Unavailable
from kernel.realtime import metrics
from kernel.realtime.channel import Channel, Member
from kernel.realtime.ending import end
from kernel.realtime.feed import Feed
from kernel.realtime.limits import Limits
from kernel.realtime.outbox import Outbox
from kernel.realtime.publishing import Entry, Head, History, channel_of, entry_of, missed, read
from kernel.realtime.topics import Address

COMPARE_SECONDS = 30.0
"""How often every followed topic is compared with its history: the bound on a loss that nothing else has shown."""


class Hub:
    """Opens, shares and closes channels."""

    def __init__(
        self, redis: Redis, redis_url: str, *, limits: Limits, compare_seconds: float = COMPARE_SECONDS
    ) -> None:
        self._redis = redis
        self._limits = limits
        self._compare_seconds = compare_seconds
        self._feed = Feed(redis_url, on_message=self._receive, on_restored=self._catch_up)
        self._channels: dict[str, Channel] = {}
        self._opening: dict[str, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Hub"]:
        """Runs the subscription and the regular comparison while the context is open."""
        tasks = [asyncio.create_task(self._feed.run()), asyncio.create_task(self._compare())]
        try:
            yield self
        finally:
            await end([*tasks, *self._opening.values()])
            for channel in self._channels.values():
                await channel.close()

    def follows(self, sandbox_id: UUID, address: Address) -> bool:
        """Whether this process follows the topic already."""
        channel = self._channels.get(channel_of(sandbox_id, address.server_name))
        return channel is not None and channel.is_open

    async def admit(self, sandbox_id: UUID, address: Address, outbox: Outbox, *, after: Head | None) -> Member:
        """Adds a socket to a topic it has been authorised to hear, following the topic first if need be.

        `after` is where a returning client stopped. The member hears every frame after `member.place`.

        Raises:
            Unavailable: Redis does not answer.

        """
        name = channel_of(sandbox_id, address.server_name)
        channel = await self._opened(name, address.client_name)
        if after is not None and after.epoch == channel.head.epoch and after.seq > channel.head.seq:
            # Another process told him more than this one has heard: our subscription is a moment behind.
            await asyncio.shield(channel.catch_up())
            channel = await self._opened(name, address.client_name)
        # No await between here and the line above that found the channel: the sweep cannot close it meanwhile.
        return channel.admit(outbox, backlog_limit=self._limits.queued_frames)

    async def missed(self, sandbox_id: UUID, address: Address, *, after: Head, until: Head) -> tuple[Entry, ...] | None:
        """Returns the frames after a client's place up to `until`, or None when he needs a snapshot instead."""
        if after == until:
            return ()
        count = until.seq - after.seq
        if after.epoch != until.epoch or not 0 < count <= self._limits.resumed_frames:
            return None
        name = channel_of(sandbox_id, address.server_name)
        try:
            history = await read(self._redis, name, after=after, limit=count)
        except (RedisError, OSError):
            return None
        return missed(History(until, history.entries), after) if history.head.epoch == until.epoch else None

    async def _opened(self, name: str, client_name: str) -> Channel:
        while True:
            channel = self._channels.get(name)
            if channel is not None and channel.is_open:
                return channel
            opening = self._opening.get(name)
            if opening is None:
                opening = self._opening[name] = asyncio.create_task(self._open(name, client_name))
                opening.add_done_callback(partial(self._opening_done, name))
            # Shared by all who ask at the same time, and finished even if the first of them goes away.
            await asyncio.shield(opening)

    async def _open(self, name: str, client_name: str) -> None:
        channel = Channel(client_name, partial(self._read, name))
        # Listed before it is followed, so that frames find it while its head is being read.
        self._channels[name] = channel
        try:
            await self._feed.follow(name)
            await channel.open()
        except BaseException as failure:
            del self._channels[name]
            await self._feed.unfollow(name)
            if isinstance(failure, RedisError | OSError):
                raise Unavailable("kernel.realtime.unavailable") from failure
            raise
        metrics.TOPICS.set(len(self._channels))

    def _opening_done(self, name: str, opening: asyncio.Task[None]) -> None:
        del self._opening[name]
        if not opening.cancelled():
            opening.exception()  # seen, even if everybody who waited for it has gone

    async def _read(self, name: str, after: Head | None) -> History:
        return await read(self._redis, name, after=after, limit=self._limits.queued_frames)

    def _receive(self, name: str, message: bytes) -> None:
        channel = self._channels.get(name)
        if channel is not None:
            channel.receive(entry_of(message))

    def _catch_up(self) -> None:
        for channel in self._channels.values():
            if channel.is_open:
                channel.catch_up()

    async def _compare(self) -> None:
        while True:
            await asyncio.sleep(self._compare_seconds)
            for name, channel in list(self._channels.items()):
                if not channel.is_open:
                    continue
                if channel.idle:
                    del self._channels[name]
                    await channel.close()
                    await self._feed.unfollow(name)
                else:
                    await asyncio.shield(channel.catch_up())
            metrics.TOPICS.set(len(self._channels))
