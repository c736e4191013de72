"""What one socket has yet to be sent. Never waits, so one slow phone delays nobody else's frames.

Frames are bounded: at the limit all queued frames go and each topic they belonged to is told `resync`. Answers to the
client's own operations are never dropped; `room` lets the reader wait until the client has taken them.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from kernel.realtime import metrics


class Loser(Protocol):
    """Whose frames are dropped: he must give up his place and say so in one frame."""

    def lose_place(self) -> str:
        """Hears no more frames until he joins again; returns the frame that tells the client so."""


@dataclass(frozen=True, slots=True)
class _Frame:
    text: str
    owner: Loser | None


class Outbox:
    """A queue of frames and answers in the order in which they must arrive."""

    def __init__(self, *, frame_limit: int, reply_limit: int) -> None:
        self._items: deque[_Frame | str] = deque()
        self._frame_limit = frame_limit
        self._reply_limit = reply_limit
        self._frames = 0
        self._replies = 0
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def put_frame(self, text: str, owner: Loser) -> bool:
        """Queues a frame; false when the queue was full and was emptied: `owner` has lost his place, as have others."""
        if self._frames >= self._frame_limit:
            self._overflow(owner)
            return False
        self._frames += 1
        self._items.append(_Frame(text, owner))
        self._filled.set()
        return True

    def put_notice(self, text: str) -> None:
        """Queues a frame that is never dropped: at most one a topic."""
        self._items.append(_Frame(text, None))
        self._filled.set()

    def put_reply(self, text: str) -> None:
        """Queues an answer."""
        self._items.append(text)
        self._replies += 1
        if self._replies >= self._reply_limit:
            self._room.clear()
        self._filled.set()

    async def room(self) -> None:
        """Waits until the client has taken its answers."""
        await self._room.wait()

    async def take(self) -> list[str]:
        """Waits for something and returns it all as messages: each run of frames one JSON array, each answer alone."""
        await self._filled.wait()
        items, self._items = self._items, deque()
        self._frames = self._replies = 0
        self._filled.clear()
        self._room.set()
        messages: list[str] = []
        run: list[str] = []
        for item in items:
            if isinstance(item, _Frame):
                run.append(item.text)
                continue
            if run:
                messages.append(_array(run))
                run = []
            messages.append(item)
        if run:
            messages.append(_array(run))
        return messages

    def _overflow(self, owner: Loser) -> None:
        losers = dict.fromkeys(item.owner for item in self._items if isinstance(item, _Frame) and item.owner)
        losers[owner] = None
        self._items = deque(item for item in self._items if not (isinstance(item, _Frame) and item.owner))
        self._frames = 0
        for loser in losers:
            metrics.RESYNCS.labels(metrics.Reason.SLOW).inc()
            self.put_notice(loser.lose_place())


def _array(frames: list[str]) -> str:
    metrics.FRAMES_SENT.inc(len(frames))
    return f"[{','.join(frames)}]"
