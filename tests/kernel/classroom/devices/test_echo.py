"""The anonymous echo socket: it says what it hears, briefly, and not to other sites."""

import asyncio
from collections import deque
from typing import Any

import pytest
from fastapi import WebSocket

from kernel.classroom.devices.echo import FRAME_CHARS, FRAMES, OPEN_AT_MOST, Echo

HOST, OWN = "kaidian.test", "http://kaidian.test"


class Wire:
    """A WebSocket as the server hands it to us: what comes is given, what goes is kept."""

    def __init__(self, *said: str | bytes, origin: str = OWN) -> None:
        self.sent: list[dict[str, Any]] = []
        self._coming: deque[dict[str, Any]] = deque([{"type": "websocket.connect"}])
        for word in said:
            self._coming.append({"type": "websocket.receive", "text" if isinstance(word, str) else "bytes": word})
        headers = [(b"host", HOST.encode()), (b"origin", origin.encode())]
        self.socket = WebSocket({"type": "websocket", "headers": headers}, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if not self._coming:
            await asyncio.Event().wait()  # whoever says no more
        return self._coming.popleft()

    async def _send(self, message: Any) -> None:
        self.sent.append(dict(message))

    @property
    def echoed(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]

    @property
    def closed(self) -> int | None:
        return next((message["code"] for message in self.sent if message["type"] == "websocket.close"), None)


class TestEcho:
    async def test_says_what_it_hears_and_ends(self) -> None:
        wire = Wire(*(f"word {n}" for n in range(FRAMES + 5)))
        await Echo().serve(wire.socket)
        assert wire.echoed == [f"word {n}" for n in range(FRAMES)]
        assert wire.closed == 1000

    async def test_repeats_nothing_long(self) -> None:
        wire = Wire("a" * FRAME_CHARS, "a" * (FRAME_CHARS + 1))
        await Echo().serve(wire.socket)
        assert (wire.echoed, wire.closed) == (["a" * FRAME_CHARS], 1009)

    async def test_takes_no_bytes(self) -> None:
        wire = Wire(b"\x00\x01")
        await Echo().serve(wire.socket)
        assert wire.echoed == []

    async def test_waits_for_nobody_for_long(self) -> None:
        wire = Wire("one")
        await Echo().serve(wire.socket, seconds=0.01)
        assert wire.echoed == ["one"]

    @pytest.mark.parametrize("origin", ["http://evil.test", "", "null"])
    async def test_is_closed_to_other_sites(self, origin: str) -> None:
        wire = Wire("one", origin=origin)
        await Echo().serve(wire.socket)
        assert (wire.echoed, wire.closed) == ([], 1008)

    async def test_holds_a_few_at_a_time_and_lets_their_places_go(self) -> None:
        echo = Echo()
        waiting = [Wire() for _ in range(OPEN_AT_MOST)]
        tasks = [asyncio.create_task(echo.serve(wire.socket, seconds=0.05)) for wire in waiting]
        await asyncio.sleep(0)
        late = Wire("one")
        await echo.serve(late.socket)
        assert (late.echoed, late.closed) == ([], 1013)
        await asyncio.gather(*tasks)
        next_one = Wire("one", "two")
        await echo.serve(next_one.socket, seconds=0.01)
        assert next_one.echoed == ["one", "two"]
