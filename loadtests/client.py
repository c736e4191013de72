"""A light HTTP client: thirty users without pauses in one process, which costs a tenth of what it measures.

Locust costs ten times as much a request (docs/performance.md), which on two cores is taken from what it measures, so the figures
that count are taken with this. It speaks just enough HTTP/1.1: keep-alive, `Content-Length`, no redirects.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import orjson

Journey = Callable[["Visitor", int], Awaitable[None]]


class Refused(Exception):  # noqa: N818  reads as the sentence it is
    """The server answered something else than a journey expects."""


class _Wire(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.waiting: asyncio.Future[tuple[int, bytes]] | None = None
        self.transport: asyncio.Transport | None = None
        self.needed = -1
        self.status = 0
        self.start = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class does not inherit from it

    def send(self, content: bytes) -> None:
        """Sends one request."""
        if self.transport is None:
            raise ConnectionResetError("not connected")
        self.transport.write(content)

    def data_received(self, data: bytes) -> None:
        """Collects an answer; wakes whoever waits once it is whole."""
        self.buffer += data
        if self.needed < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            self.status = int(head[9:12])
            at = head.find(b"content-length:")
            length = 0 if at < 0 else int(head[at + 15 :].split(b"\r\n", 1)[0])
            self.needed = end + 4 + length
            self.start = end + 4
        if len(self.buffer) >= self.needed and self.waiting is not None:
            body = bytes(self.buffer[self.start : self.needed])
            del self.buffer[: self.needed]
            self.needed = -1
            waiting, self.waiting = self.waiting, None
            waiting.set_result((self.status, body))

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets whoever waits know."""
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(exc or ConnectionResetError("the server closed the connection"))


@dataclass(slots=True)
class Visitor:
    """One user with a connection of his own and the headers of his session."""

    number: int
    port: int
    headers: str = ""
    wire: _Wire | None = None
    taken: list[tuple[float, float]] = field(default_factory=list)
    """When each request ended and how long it took, in seconds."""

    async def ask(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, status: int = 200
    ) -> bytes:
        """Sends one request and returns the body of its answer.

        Raises:
            Refused: the status is another.

        """
        loop = asyncio.get_running_loop()
        if self.wire is None or self.wire.transport is None or self.wire.transport.is_closing():
            _, self.wire = await loop.create_connection(_Wire, "127.0.0.1", self.port)
        content = b"" if body is None else orjson.dumps(body)
        key_line = "" if key is None else f"Idempotency-Key: {key}\r\n"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{self.headers}{key_line}"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        waiting: asyncio.Future[tuple[int, bytes]] = loop.create_future()
        self.wire.waiting = waiting
        began = time.perf_counter()
        self.wire.send(head.encode() + content)
        given, answer = await waiting
        ended = time.perf_counter()
        self.taken.append((ended, ended - began))
        if given != status:
            raise Refused(f"{method} {path}: {given} {answer[:300]!r}")
        return answer


@dataclass(slots=True)
class Measured:
    """What a window of one journey gave: seconds of each journey and of each request in it."""

    seconds: float
    journeys: list[float]
    requests: list[float]

    @property
    def per_second(self) -> float:
        """Journeys a second."""
        return len(self.journeys) / self.seconds


async def run(visitors: list[Visitor], journey: Journey, *, warm_up: float, seconds: float) -> Measured:
    """Lets all visitors repeat a journey without pauses; counts what ended inside the window after the warm-up."""
    begin = time.perf_counter() + warm_up
    end = begin + seconds
    done: list[tuple[float, float]] = []

    async def repeat(visitor: Visitor) -> None:
        visitor.taken.clear()
        turn = 0
        while (began := time.perf_counter()) < end:
            await journey(visitor, turn)
            done.append((time.perf_counter(), time.perf_counter() - began))
            turn += 1

    async with asyncio.TaskGroup() as group:
        for visitor in visitors:
            group.create_task(repeat(visitor))
    requests = [took for visitor in visitors for at, took in visitor.taken if begin <= at < end]
    return Measured(seconds, [took for at, took in done if begin <= at < end], requests)


def percentile(values: list[float], share: float) -> float:
    """Returns a percentile in milliseconds, the nearest value above; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0
