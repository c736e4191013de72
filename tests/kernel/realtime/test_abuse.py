"""Bad input, floods and clients that do not read: each meets a limit, and none disturbs another."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from kernel.realtime.limits import Limits
from kernel.realtime.publishing import publish
from tests.kernel.realtime.classroom import Classroom
from tests.kernel.realtime.conftest import Serve, Site
from tests.kernel.realtime.page import Page
from tests.kernel.realtime.waiting import until


@pytest.fixture
async def page(site: Site, classroom: Classroom, sandbox_id: UUID) -> AsyncIterator[Page]:
    classroom.sign_in("a", sandbox_id=sandbox_id)
    page = await site.open_page("a", sandbox_id)
    yield page
    await page.close()


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "re", "code"),
        [
            ("", None, "bad_message"),
            ("{", None, "bad_message"),
            ("[]", None, "bad_message"),
            ("null", None, "bad_message"),
            ("1" * 5000, None, "bad_message"),
            ("[" * 5000, None, "bad_message"),
            ('{"op":"ping"}', None, "bad_message"),
            ('{"id":-1,"op":"ping"}', None, "bad_message"),
            ('{"id":true,"op":"ping"}', None, "bad_message"),
            ('{"id":"7","op":"ping"}', None, "bad_message"),
            ('{"id":9007199254740992,"op":"ping"}', None, "bad_message"),
            ('{"id":7}', 7, "bad_message"),
            ('{"id":7,"op":null}', 7, "bad_message"),
            ('{"id":7,"op":"ping","more":1}', 7, "bad_message"),
            ('{"id":7,"op":"ping","data":[]}', 7, "bad_message"),
            ('{"id":7,"op":"ping","data":{"x":1}}', 7, "bad_message"),
            ('{"id":7,"op":"publish","data":{}}', 7, "unknown_op"),
            ('{"id":7,"op":"join"}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":1}}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":""}}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":"clock","after_seq":1}}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":"clock","epoch":"e"}}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":"clock","epoch":"e","after_seq":-1}}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":"clock","epoch":"e","after_seq":"1"}}', 7, "bad_message"),
            ('{"id":7,"op":"join","data":{"topic":"clock","epoch":"e","after_seq":1.5}}', 7, "bad_message"),
            (b"\x00\xff", None, "bad_message"),
        ],
    )
    async def test_is_answered_with_a_code_and_the_socket_lives(
        self, page: Page, text: str | bytes, re: int | None, code: str
    ) -> None:
        answer = await page.says(text)
        code = f"kernel.realtime.{code}"
        assert answer == {"re": re, "err": {"code": code, "title": code, "detail": "", "retry_after_seconds": None}}
        assert await page.ask("ping") == {"re": 1, "ok": {}}

    async def test_a_fault_of_ours_is_answered_and_the_socket_lives(self, page: Page) -> None:
        assert (await page.join("faulty"))["err"]["code"] == "kernel.unexpected"
        assert "ok" in await page.join("clock")

    async def test_too_long_closes_the_socket(self, page: Page) -> None:
        fits = json.dumps({"id": 1, "op": "ping", "data": {}}).ljust(64 * 1024)
        await page.socket.send(fits)
        await page.ask("ping")
        await page.socket.send(fits + " ")
        assert await page.code() == 1009


class TestLimits:
    async def test_of_topics_refuse_one_more_but_not_one_again(
        self, serve: Serve, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(topics=2))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        classroom.rooms["room.1"] = sandbox_id
        page = await site.open_page("a", sandbox_id)
        await page.join("clock")
        await page.join("badges")
        assert (await page.join("room.1"))["err"]["code"] == "kernel.realtime.too_many_topics"
        assert "ok" in await page.join("clock")
        await page.ask("leave", {"topic": "clock"})
        assert "ok" in await page.join("room.1")
        await page.close()

    async def test_of_operations_refuse_a_flood_and_then_end_it(
        self, serve: Serve, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(ops_burst=5, ops_per_second=10, refused_ops=10))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        page = await site.open_page("a", sandbox_id)
        answers = [await page.ask("ping") for _ in range(8)]
        codes = [answer.get("err", {}).get("code") for answer in answers]
        assert codes == [None] * 5 + ["kernel.realtime.too_many_ops"] * 3
        assert answers[-1]["err"]["retry_after_seconds"] == 5
        await asyncio.sleep(0.15)
        assert "ok" in await page.ask("ping")
        for _ in range(30):
            await page.socket.send("{}")
        assert await page.code() == 4429

    async def test_of_silence_end_a_socket_that_does_not_ping(
        self, serve: Serve, classroom: Classroom, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(idle_seconds=0.3))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        page = await site.open_page("a", sandbox_id)
        for _ in range(4):
            await asyncio.sleep(0.15)
            assert "ok" in await page.ask("ping")
        assert await page.code() == 4408


@asynccontextmanager
async def _sleeper(site: Site, ticket: str) -> AsyncIterator[ClientConnection]:
    """A client that leaves everything unread: small buffers, and nobody who takes messages out of them."""
    raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", site.port))
    url, origin = f"ws://127.0.0.1:{site.port}/ws/v1?ticket={ticket}", Origin(f"http://127.0.0.1:{site.port}")
    async with connect(url, sock=raw, origin=origin, compression=None, max_queue=1, ping_interval=None) as client:
        yield client


async def _publish_much(redis: Redis, sandbox_id: UUID, frames: int) -> None:
    for n in range(frames):
        data = {"n": n, "filling": "x" * 20_000}
        await publish(redis, sandbox_id=sandbox_id, topic="clock", type="t", data=data, once_key=str(n))


class TestSlowConsumer:
    async def test_is_told_to_join_afresh_and_delays_nobody(
        self, serve: Serve, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(queued_frames=20))
        classroom.sign_in("a", sandbox_id=sandbox_id)
        quick = await site.open_page("a", sandbox_id)
        await quick.join("clock")
        async with _sleeper(site, await site.ticket("a", sandbox_id)) as slow:
            await slow.send('{"id":1,"op":"join","data":{"topic":"clock"}}')
            epoch = json.loads(await slow.recv())["ok"]["epoch"]
            await _publish_much(redis, sandbox_id, 600)
            await until(lambda: quick.places["clock"].seq == 600)
            assert quick.resyncs == 0
            seen: list[tuple[str, int]] = []
            while not seen or seen[-1][0] != "resync":
                async with asyncio.timeout(5):
                    seen += [(frame["type"], frame["seq"]) for frame in json.loads(await slow.recv())]
            told = [seq for kind, seq in seen if kind == "t"]
            assert told == list(range(1, len(told) + 1))
            assert len(told) < 600
            await slow.send('{"id":2,"op":"join","data":{"topic":"clock"}}')
            ok = json.loads(await slow.recv())["ok"]
            assert (ok["epoch"], ok["seq"], ok["snapshot"] is None) == (epoch, 600, False)
        await quick.close()

    async def test_that_never_reads_is_closed(
        self, serve: Serve, classroom: Classroom, redis: Redis, sandbox_id: UUID
    ) -> None:
        site = await serve(Limits(queued_frames=20, write_seconds=0.3))
        classroom.sign_in("a", sandbox_id=sandbox_id)

        def closed() -> float:
            return REGISTRY.get_sample_value("kaidian_realtime_closed_total", {"code": "4413"}) or 0.0

        before = closed()
        async with _sleeper(site, await site.ticket("a", sandbox_id)) as slow:
            await slow.send('{"id":1,"op":"join","data":{"topic":"clock"}}')
            await slow.recv()
            await _publish_much(redis, sandbox_id, 600)
            await until(lambda: closed() > before)
            slow.transport.abort()
