"""A browser page's side of the protocol: one socket, operations and answers, the state of each topic by the rules."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

Json = dict[str, Any]


@dataclass(slots=True)
class Place:
    """Where a page stands in a topic, and what it shows."""

    epoch: str
    seq: int
    state: Json


class Page:
    """Joins, follows frames strictly in order, and joins afresh when told `resync`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Json] = []
        self.resyncs = 0
        self.places: dict[str, Place] = {}
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._ids = 0
        self._rejoining: set[asyncio.Task[Json]] = set()
        self._joining: dict[int, tuple[str, Place | None]] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, port: int, ticket: str, *, origin: str | None = None) -> Self:
        """Opens a socket as a page of the server itself would."""
        own = origin if origin is not None else f"http://127.0.0.1:{port}"
        url = f"ws://127.0.0.1:{port}/ws/v1?ticket={ticket}"
        socket = await connect(url, origin=Origin(own) if own else None, compression=None, proxy=None)
        return cls(socket)

    async def ask(self, op: str, data: Json | None = None) -> Json:
        """Sends an operation and returns its answer."""
        self._ids += 1
        re = self._ids
        answer = self._answers[re] = asyncio.get_running_loop().create_future()
        if op == "join":
            assert data is not None
            topic = data["topic"]
            self._joining[re] = (topic, self.places.get(topic) if "after_seq" in data else None)
        await self.socket.send(json.dumps({"id": re, "op": op, "data": data or {}}))
        return await _answered(answer)

    async def join(self, topic: str, *, resume: bool = False) -> Json:
        """Joins a topic, from where this page stands if it resumes."""
        data: Json = {"topic": topic}
        if resume and (place := self.places.get(topic)) is not None:
            data |= {"epoch": place.epoch, "after_seq": place.seq}
        return await self.ask("join", data)

    async def says(self, text: str | bytes) -> Json:
        """Sends anything at all, and returns the answer to operation 7 or to none."""
        answer = self._answers[7] = self._answers[-1] = asyncio.get_running_loop().create_future()
        await self.socket.send(text)
        return await _answered(answer)

    async def code(self) -> int | None:
        """Waits for the server to close the socket and returns its code."""
        async with asyncio.timeout(10):
            await self.socket.wait_closed()
        return self.socket.close_code

    def check(self) -> None:
        """Raises what broke the protocol, if anything did."""
        if self._reader.done():
            self._reader.result()

    async def close(self) -> None:
        """Closes the socket; anything that broke the protocol is raised here."""
        for task in self._rejoining:
            task.cancel()
        await self.socket.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for text in self.socket:
                message = json.loads(text)
                if isinstance(message, list):
                    for frame in message:
                        self._apply(frame)
                else:
                    self._take_answer(message)
        except ConnectionClosed:
            pass

    def _take_answer(self, message: Json) -> None:
        re = message["re"]
        topic, before = self._joining.pop(re, (None, None))
        if topic is not None and "ok" in message:
            ok = message["ok"]
            state = ok["snapshot"]
            if state is None:
                assert before is not None, "resumed without having been there"
                state = before.state
            self.places[topic] = Place(ok["epoch"], ok["seq"], state)
        answer = self._answers.pop(-1 if re is None else re, None)
        if answer is not None and not answer.done():
            answer.set_result(message)

    def _apply(self, frame: Json) -> None:
        self.frames.append(frame)
        place = self.places[frame["topic"]]
        if frame["type"] == "resync":
            self.resyncs += 1
            task = asyncio.create_task(self.join(frame["topic"]))
            self._rejoining.add(task)
            task.add_done_callback(self._rejoining.discard)
            return
        assert (frame["epoch"], frame["seq"]) == (place.epoch, place.seq + 1), f"after {place}: {frame}"
        self.places[frame["topic"]] = Place(frame["epoch"], frame["seq"], frame["data"])


async def _answered(answer: asyncio.Future[Json]) -> Json:
    async with asyncio.timeout(10):
        return await answer
