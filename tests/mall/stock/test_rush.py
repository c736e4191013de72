"""Three hundred buyers, ten units, all at once over HTTP: ten hold a trade, everyone else learns clearly that it is gone."""

import asyncio
from collections import Counter
from typing import Any

from httpx import Response

from tests.conftest import MakeWorld
from tests.mall.sales import assert_balanced, level_of, moves_of, order
from tests.world import Person, World, count_rows, item

BUYERS = 300
UNITS = 10


class TestRush:
    async def test_sells_ten_units_to_ten_of_three_hundred(self, new_world: MakeWorld) -> None:
        world = await new_world(learners=BUYERS + 1)
        seller, *buyers = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=UNITS)])
        answers = await asyncio.gather(*(self.buy(buyer, honey) for buyer in buyers))
        assert Counter(answer.status_code for answer in answers) == {201: UNITS, 409: BUYERS - UNITS}
        self.check_refusals(answers, honey["sku_id"])
        assert await level_of(seller, honey) == (UNITS, UNITS, 0, 0)
        holds = [("held", 0, 1, 0, UNITS, number, 0) for number in range(1, UNITS + 1)]
        assert await moves_of(seller, honey) == [("listed", UNITS, 0, 0, UNITS, 0, 0), *holds]
        for table, rows in {"mall_trade": UNITS, "mall_pay_order": UNITS, "mall_stock_hold": UNITS}.items():
            assert await count_rows(world.runtime, world.sandbox_id, table) == rows
        assert await count_rows(world.runtime, world.sandbox_id, "kernel_outbox") == UNITS
        assert await count_rows(world.runtime, world.sandbox_id, "mall_classmate_pair") == UNITS
        await assert_balanced(world)
        await self.pay_all(world, buyers, answers)
        assert await level_of(seller, honey) == (UNITS, 0, UNITS, 0)

    async def buy(self, buyer: Person, goods: dict[str, Any]) -> Response:
        """Orders one unit; asks again, as the page does, while a slow machine has no connection free for it."""
        while True:
            answer = await buyer.send("POST", "/mall/trades", json=order((goods, 1)), key="my-one-order")
            if answer.status_code != 503 or answer.json()["code"] != "kernel.database.unavailable":
                return answer

    def check_refusals(self, answers: list[Response], sku_id: str) -> None:
        refused = [answer.json() for answer in answers if answer.status_code == 409]
        assert {problem["code"] for problem in refused} == {"mall.stock.insufficient"}
        assert all(problem["params"] == {"sku_id": sku_id, "sellable": 0, "wanted": 1} for problem in refused)
        assert {problem["title"] for problem in refused} == {"库存不够，还剩 0 件"}

    async def pay_all(self, world: World, buyers: list[Person], answers: list[Response]) -> None:
        won = [(buyer, answer.json()) for buyer, answer in zip(buyers, answers, strict=True) if answer.is_success]
        paid = await asyncio.gather(*(buyer.post(f"/mall/pay-orders/{order['id']}/pay") for buyer, order in won))
        assert {(one["state"], one["wallet_fen"]) for one in paid} == {("paid", 200_000 - 5900)}
        report = await world.reconcile()
        assert report["balanced"]
        assert report["money"]["transfers"] == BUYERS + 1 + UNITS
