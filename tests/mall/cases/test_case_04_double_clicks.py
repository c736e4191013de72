"""Case 4: a double click on submit, pay or ship has one effect. Forced races: `payments/test_races`, `trades/test_races`."""

import asyncio
from typing import Any

from tests.mall.sales import CARRIER, Sale, assert_balanced, balance_of, level_of, order, sale_in
from tests.manual_clock import ManualClock
from tests.world import Person, World, count_rows, item

GRANT = 200_000


async def twice(person: Person, path: str, body: Any = None, *, key: str | None = None) -> list[int]:
    """Sends one command twice at once; returns both answers, the better first."""
    clicks = await asyncio.gather(*(person.send("POST", path, json=body, key=key) for _ in range(2)))
    return sorted(click.status_code for click in clicks)


class TestDoubleClick:
    async def test_on_submit_places_one_order(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        answers = await twice(buyer, "/mall/trades", order((honey, 1)), key="one-click-only")
        assert answers in ([201, 201], [201, 409]), "repeated, or told to wait"
        assert await count_rows(world.runtime, world.sandbox_id, "mall_trade") == 1
        assert await level_of(seller, honey) == (10, 1, 0, 9)

    async def test_on_pay_pays_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        assert await twice(sale.buyer, f"/mall/pay-orders/{sale.pay_order_id}/pay") == [200, 409]
        assert await balance_of(sale.buyer) == GRANT - 5900
        assert await count_rows(world.runtime, world.sandbox_id, "mall_payment") == 1
        await assert_balanced(world)

    async def test_on_ship_sends_one_parcel(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        assert await twice(sale.seller, f"/mall/desk/trades/{sale.trade_id}/ship", CARRIER) == [200, 409]
        assert await count_rows(world.runtime, world.sandbox_id, "mall_parcel") == 1
        assert await level_of(sale.seller, sale.goods) == (8, 0, 0, 8)
        await assert_balanced(world)

    async def test_on_ship_a_part_ships_no_unit_twice(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=3)
        body = {**CARRIER, "lines": [{"line_id": await line_of(sale), "quantity": 2}]}
        assert await twice(sale.seller, f"/mall/desk/trades/{sale.trade_id}/ship", body) == [200, 422]
        assert [row["left"] for row in (await sale.sold())["lines"]] == [1]
        assert await level_of(sale.seller, sale.goods) == (8, 0, 1, 7)
        await assert_balanced(world)


async def line_of(sale: Sale) -> str:
    """Returns the id of a sale's only line."""
    [line] = (await sale.sold())["lines"]
    return str(line["id"])
