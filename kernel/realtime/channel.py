"""One topic of one sandbox, as this process has followed it: its head, and the sockets that listen.

The head moves one seq at a time. What skips a seq, or comes from another epoch, is fetched from the history; if that no
longer has it all, every member is told to join afresh. A frame is built once here and shared by all sockets.
"""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum, auto

import structlog
from redis.exceptions import RedisError

from kernel.realtime import metrics
from kernel.realtime.ending import end
from kernel.realtime.outbox import Outbox
from kernel.realtime.publishing import RESYNC_BODY, Entry, Head, History, missed

log = structlog.get_logger(__name__)

ReadAfter = Callable[[Head | None], Awaitable[History]]


class _State(Enum):
    JOINING = auto()
    LIVE = auto()
    LOST = auto()


class Member:
    """One socket in one channel. Until its snapshot is on the way it keeps the frames that come after its place."""

    def __init__(self, channel: "Channel", outbox: Outbox, *, backlog_limit: int) -> None:
        self._channel = channel
        self._outbox = outbox
        self._state = _State.JOINING
        self._backlog: list[str] = []
        self._backlog_limit = backlog_limit
        self.place = channel.head
        """The frame after which this member hears everything."""

    def hear(self, frame: str) -> None:
        """Takes a frame of the channel."""
        if self._state is _State.LIVE:
            self._outbox.put_frame(frame, self)
        elif self._state is _State.JOINING:
            self._backlog.append(frame)
            if len(self._backlog) > self._backlog_limit:
                metrics.RESYNCS.labels(metrics.Reason.SLOW).inc()
                self._backlog = [self.lose_place()]

    def miss(self) -> None:
        """Is told that its frames cannot be had."""
        if self._state is _State.LOST:
            return
        metrics.RESYNCS.labels(metrics.Reason.HISTORY_LOST).inc()
        joining = self._state is _State.JOINING
        notice = self.lose_place()
        if joining:
            self._backlog = [notice]
        else:
            self._outbox.put_notice(notice)

    def lose_place(self) -> str:
        """Hears no more frames until it joins again; returns the frame that tells the client so."""
        self._state = _State.LOST
        return self._channel.frame(Entry(self._channel.head, RESYNC_BODY))

    def go_live(self, reply: str, resumed: tuple[Entry, ...]) -> None:
        """Sends the answer to the join, what was missed, what came meanwhile; from now on frames go straight out."""
        self._outbox.put_reply(reply)
        if self._state is _State.LOST:
            for notice in self._backlog:
                self._outbox.put_notice(notice)
            return
        self._state = _State.LIVE
        frames = [self._channel.frame(entry) for entry in resumed] + self._backlog
        self._backlog = []
        for frame in frames:
            if not self._outbox.put_frame(frame, self):
                return

    def leave(self) -> None:
        """Hears no more."""
        self._channel.dismiss(self)


class Channel:
    """A followed topic. Created closed; `open` once it is followed, and only then `admit`."""

    def __init__(self, client_name: str, read_after: ReadAfter) -> None:
        self._client_name = client_name
        self._read_after = read_after
        self._head: Head | None = None
        self._heard: Head | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._members: set[Member] = set()

    @property
    def head(self) -> Head:
        """The last frame handed to the members."""
        assert self._head is not None, "a channel is used after it was opened"  # noqa: S101
        return self._head

    @property
    def is_open(self) -> bool:
        """Whether the head is known and sockets can be admitted."""
        return self._head is not None

    @property
    def idle(self) -> bool:
        """Whether nobody listens."""
        return not self._members

    async def open(self) -> None:
        """Finds the head. The channel must already be followed: a frame published in between is heard, not lost.

        Raises:
            RedisError: Redis does not answer.

        """
        await self._fetch()

    def admit(self, outbox: Outbox, *, backlog_limit: int) -> Member:
        """Adds a socket, which from this moment on hears every frame after `member.place`."""
        member = Member(self, outbox, backlog_limit=backlog_limit)
        self._members.add(member)
        return member

    def dismiss(self, member: Member) -> None:
        """Removes a socket."""
        self._members.discard(member)

    def frame(self, entry: Entry) -> str:
        """Returns the JSON a client gets for an entry."""
        return f'{{"topic":"{self._client_name}","epoch":"{entry.head.epoch}","seq":{entry.head.seq},{entry.body}'

    def receive(self, entry: Entry) -> None:
        """Takes what the subscription brought."""
        self._heard = entry.head
        if self._head is None or self._catching_up is not None:
            return
        if entry.head.epoch == self._head.epoch and entry.head.seq <= self._head.seq:
            return
        if entry.head == Head(self._head.epoch, self._head.seq + 1):
            self._advance(entry)
            return
        self.catch_up()

    def catch_up(self) -> asyncio.Task[None]:
        """Compares with the history in the background and hands on what was missed; one comparison at a time."""
        if self._catching_up is None:
            self._catching_up = asyncio.create_task(self._catch_up())
        return self._catching_up

    async def close(self) -> None:
        """Ends the background work."""
        if self._catching_up is not None:
            await end([self._catching_up])

    async def _catch_up(self) -> None:
        try:
            await self._fetch()
        except (RedisError, OSError) as failure:
            # The next frame, the renewed subscription and the regular comparison each try again.
            log.warning("realtime.catch_up_failed", topic=self._client_name, error=repr(failure)[:200])
        finally:
            self._catching_up = None

    async def _fetch(self) -> None:
        while True:
            heard = self._heard
            self._apply(await self._read_after(self._head))
            if self._heard == heard:
                return

    def _apply(self, history: History) -> None:
        if self._head is None:
            self._head = history.head
            return
        entries = missed(history, self._head)
        if entries is None:
            self._head = history.head
            self._lose_everyone()
            return
        for entry in entries:
            self._advance(entry)

    def _lose_everyone(self) -> None:
        for member in self._members:
            member.miss()

    def _advance(self, entry: Entry) -> None:
        self._head = entry.head
        if entry.body == RESYNC_BODY:
            self._lose_everyone()
            return
        frame = self.frame(entry)
        for member in self._members:
            member.hear(frame)
