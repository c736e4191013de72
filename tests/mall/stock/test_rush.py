"""Three hundred orders, ten units, all at once over HTTP: ten hold a trade, all others learn clearly why not."""

import asyncio
from collections import Counter
from typing import Any

from httpx import Response

from kernel.classroom.rules import SEATS_AT_MOST
from tests.conftest import MakeWorld
from tests.mall.sales import assert_balanced, level_of, moves_of, order
from tests.world import Person, World, count_rows, item

BUYERS = SEATS_AT_MOST - 1
TRIES = 10
UNITS = 10
PER_PAIR = 3
"""Trades a buyer may have with one classmate's store, by the policy of the test class."""

Tries = list[tuple[Person, Response]]


class TestRush:
    async def test_sells_ten_units_to_ten_of_three_hundred(self, new_world: MakeWorld) -> None:
        world = await new_world(learners=SEATS_AT_MOST)
        seller, *buyers = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=UNITS)])
        tries = [(buyer, number) for number in range(TRIES) for buyer in buyers]
        answers = await asyncio.gather(*(self.buy(buyer, honey, number) for buyer, number in tries))
        asked: Tries = [(buyer, answer) for (buyer, _), answer in zip(tries, answers, strict=True)]
        won = Counter(buyer.name for buyer, answer in asked if answer.status_code == 201)
        assert Counter(answer.status_code for answer in answers) == {201: UNITS, 409: BUYERS * TRIES - UNITS}
        assert max(won.values()) <= PER_PAIR
        self.check_refusals(asked, won, honey["sku_id"])
        assert await level_of(seller, honey) == (UNITS, UNITS, 0, 0)
        holds = [("held", 0, 1, 0, UNITS, number, 0) for number in range(1, UNITS + 1)]
        assert await moves_of(seller, honey) == [("listed", UNITS, 0, 0, UNITS, 0, 0), *holds]
        for table, rows in {"mall_trade": UNITS, "mall_pay_order": UNITS, "mall_stock_hold": UNITS}.items():
            assert await count_rows(world.runtime, world.sandbox_id, table) == rows
        assert await count_rows(world.runtime, world.sandbox_id, "kernel_outbox") == UNITS
        assert await count_rows(world.runtime, world.sandbox_id, "mall_classmate_pair") == len(won)
        await assert_balanced(world)
        await self.pay_all(world, asked)
        assert await level_of(seller, honey) == (UNITS, 0, UNITS, 0)

    async def buy(self, buyer: Person, goods: dict[str, Any], number: int) -> Response:
        """Orders one unit; asks again, as the page does, while a slow machine has no connection free for it."""
        while True:
            key = f"my-order-{number}"
            answer = await buyer.send("POST", "/mall/trades", json=order((goods, 1)), key=key)
            if answer.status_code != 503 or answer.json()["code"] != "kernel.database.unavailable":
                return answer

    def check_refusals(self, asked: Tries, won: Counter[str], sku_id: str) -> None:
        for buyer, answer in asked:
            if answer.status_code != 409:
                continue
            problem = answer.json()
            if problem["code"] == "mall.trade.classmate_limit":
                assert won[buyer.name] == PER_PAIR
                continue
            assert problem["code"] == "mall.stock.insufficient"
            assert problem["params"] == {"sku_id": sku_id, "sellable": 0, "wanted": 1}
            assert problem["title"] == "库存不够，还剩 0 件"

    async def pay_all(self, world: World, asked: Tries) -> None:
        won = [(buyer, answer.json()) for buyer, answer in asked if answer.is_success]
        paid = await asyncio.gather(*(buyer.post(f"/mall/pay-orders/{order['id']}/pay") for buyer, order in won))
        assert {one["state"] for one in paid} == {"paid"}
        report = await world.reconcile()
        assert report["balanced"]
        assert report["money"]["transfers"] == SEATS_AT_MOST + UNITS
