"""The numbers beside the menu, live: from a placed trade over outbox, relay and hub to an open page."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app import modules
from app.http import create_app
from kernel.events.relay import Relay
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.world import Person, World, item


@pytest.fixture
async def port(settings: Settings, runtime: Runtime) -> AsyncIterator[int]:
    """Yields the port of the whole web application, sockets included, behind a real server."""
    app = create_app(settings, wall=runtime.wall)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def open_socket(person: Person, port: int) -> ClientConnection:
    """Opens a socket as the person's page does: a ticket first."""
    ticket = (await person.post("/realtime/tickets", status=201))["ticket"]
    return await connect(f"ws://127.0.0.1:{port}/ws/v1?ticket={ticket}", origin=Origin(f"http://127.0.0.1:{port}"))


async def hear(socket: ClientConnection) -> Any:
    """Returns the next message."""
    async with asyncio.timeout(10):
        return json.loads(await socket.recv())


async def listen_until_closed(socket: ClientConnection) -> None:
    """Reads until the server closes."""
    async with asyncio.timeout(10):
        while True:
            await socket.recv()


async def test_a_seller_sees_a_new_sale_without_reloading(world: World, runtime: Runtime, port: int) -> None:
    seller, buyer, _ = world.learners
    [honey] = await world.open_shop(seller, "云岭", [item(price=1000)])
    async with await open_socket(seller, port) as socket:
        await socket.send(json.dumps({"id": 1, "op": "join", "data": {"topic": "badges"}}))
        joined = (await hear(socket))["ok"]
        assert joined["snapshot"]["seller"] == {"wait_ship": 0}
        lines = [{"sku_id": honey["sku_id"], "quantity": 1}]
        order = await buyer.post("/mall/trades", {"lines": lines, "expected_total_fen": 1000}, status=201)
        await buyer.post(f"/mall/pay-orders/{order['id']}/pay")
        relay = Relay(runtime=runtime, directory=modules.directory())
        while await relay.turn():
            pass
        frames = await hear(socket)
        while frames[-1]["seq"] < joined["seq"] + 2:
            frames += await hear(socket)
        assert [frame["type"] for frame in frames] == ["badges.changed", "badges.changed"]
        assert frames[-1]["data"] == await seller.get("/mall/badges")
        assert frames[-1]["data"]["seller"] == {"wait_ship": 1}


async def test_a_page_whose_session_ended_is_closed_at_its_next_join(world: World, port: int) -> None:
    buyer = world.learners[0]
    async with await open_socket(buyer, port) as socket:
        assert (await buyer.send("DELETE", "/session")).status_code == 204
        await socket.send(json.dumps({"id": 1, "op": "join", "data": {"topic": "clock"}}))
        with pytest.raises(ConnectionClosed) as closed:
            await listen_until_closed(socket)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401
