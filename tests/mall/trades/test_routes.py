"""Who may see and move a trade: anonymous, stranger, wrong side, lecturer, another class, and the right person."""

from dataclasses import dataclass
from typing import Any

import pytest
from httpx import AsyncClient

from tests.conftest import MakeWorld
from tests.mall.sales import CARRIER, Sale, fingerprint, sale_in
from tests.manual_clock import ManualClock
from tests.world import Person, World, client_of


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a trade, the side it belongs to, and the state in which it is possible."""

    method: str
    path: str
    side: str
    state: str
    body: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def of(self, sale: Sale) -> str:
        return self.path.format(trade=sale.trade_id, pay_order=sale.pay_order_id)


ROUTES = (
    Route("GET", "/mall/trades/{trade}", "buyer", "shipped"),
    Route("GET", "/mall/pay-orders/{pay_order}", "buyer", "wait_pay"),
    Route("POST", "/mall/pay-orders/{pay_order}/pay", "buyer", "wait_pay"),
    Route("POST", "/mall/trades/{trade}/cancel", "buyer", "wait_pay"),
    Route("POST", "/mall/trades/{trade}/confirm", "buyer", "shipped"),
    Route("GET", "/mall/desk/trades/{trade}", "seller", "shipped"),
    Route("POST", "/mall/desk/trades/{trade}/ship", "seller", "wait_ship", CARRIER),
)
HIDDEN = {"mall.trade.not_found", "mall.pay_order.not_found"}


async def ask(person: Person, route: Route, sale: Sale) -> tuple[int, Any]:
    answer = await person.send(route.method, route.of(sale), json=route.body)
    return answer.status_code, answer.json()


def anonymous(world: World) -> AsyncClient:
    return client_of(world.app, None)


@pytest.mark.parametrize("route", ROUTES, ids=str)
class TestAccess:
    async def test_is_for_the_right_side_only(
        self, world: World, wall: ManualClock, new_world: MakeWorld, route: Route
    ) -> None:
        sale = await sale_in(world, wall, route.state)
        right, wrong = (sale.buyer, sale.seller) if route.side == "buyer" else (sale.seller, sale.buyer)
        elsewhere = await new_world()
        before = await fingerprint(world)
        for person in (wrong, world.learners[2], *elsewhere.learners):
            status, problem = await ask(person, route, sale)
            assert status == 404
            assert problem["code"] in HIDDEN
        status, problem = await ask(world.lecturer, route, sale)
        assert (status, problem["code"]) == (403, "kernel.identity.not_allowed")
        assert await fingerprint(world) == before
        status, _ = await ask(right, route, sale)
        assert status == 200

    async def test_is_not_for_the_anonymous(self, world: World, wall: ManualClock, route: Route) -> None:
        sale = await sale_in(world, wall, route.state)
        before = await fingerprint(world)
        headers = {"Idempotency-Key": "anonymous-key"}
        async with anonymous(world) as nobody:
            path = f"/api/v1{route.of(sale)}"
            answer = await nobody.request(route.method, path, json=route.body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "kernel.identity.not_signed_in")
        assert await fingerprint(world) == before

    async def test_of_an_absent_or_misshapen_id_finds_nothing(
        self, world: World, wall: ManualClock, route: Route
    ) -> None:
        sale = await sale_in(world, wall, route.state)
        person = sale.buyer if route.side == "buyer" else sale.seller
        absent = route.path.format(trade=sale.buyer.seat_id, pay_order=sale.buyer.seat_id)
        assert (await person.send(route.method, absent, json=route.body)).status_code == 404
        misshapen = route.path.format(trade="M1012000001", pay_order="P1012000001")
        answer = await person.send(route.method, misshapen, json=route.body)
        assert answer.status_code == 422
        assert [error["pointer"].split("/")[1] for error in answer.json()["errors"]] == ["path"]


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "POST"], ids=str)
class TestWriting:
    async def test_needs_the_pages_own_token_to_write(self, world: World, wall: ManualClock, route: Route) -> None:
        sale = await sale_in(world, wall, route.state)
        before = await fingerprint(world)
        person = sale.buyer if route.side == "buyer" else sale.seller
        forged = {"X-CSRF-Token": "0" * 64}
        answer = await person.send(route.method, route.of(sale), json=route.body, headers=forged)
        assert (answer.status_code, answer.json()["code"]) == (403, "kernel.request.csrf")
        assert await fingerprint(world) == before
