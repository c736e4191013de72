"""The anonymous socket that sends back what it gets, so that a page can try whether sockets pass. Bounded in everything."""

import asyncio
import contextlib

from fastapi import WebSocket, WebSocketDisconnect
from starlette.status import WS_1008_POLICY_VIOLATION, WS_1009_MESSAGE_TOO_BIG, WS_1013_TRY_AGAIN_LATER

from kernel.realtime.gate import is_same_origin

FRAMES = 10
FRAME_CHARS = 64
SECONDS = 10.0
OPEN_AT_MOST = 100


class Echo:
    """The echo sockets of one web process."""

    def __init__(self) -> None:
        self._open = 0

    async def serve(self, websocket: WebSocket, *, seconds: float = SECONDS) -> None:
        """Echoes a few short frames and closes."""
        await websocket.accept()
        if not is_same_origin(websocket.headers.get("origin", ""), websocket.headers.get("host", "")):
            await websocket.close(WS_1008_POLICY_VIOLATION)
            return
        if self._open >= OPEN_AT_MOST:
            await websocket.close(WS_1013_TRY_AGAIN_LATER)
            return
        self._open += 1
        try:
            with contextlib.suppress(TimeoutError, WebSocketDisconnect, KeyError):
                async with asyncio.timeout(seconds):
                    await _echo(websocket)
        finally:
            self._open -= 1


async def _echo(websocket: WebSocket) -> None:
    for _ in range(FRAMES):
        said = await websocket.receive_text()  # a KeyError when it is no text
        if len(said) > FRAME_CHARS:
            await websocket.close(WS_1009_MESSAGE_TOO_BIG)
            return
        await websocket.send_text(said)
    await websocket.close()
