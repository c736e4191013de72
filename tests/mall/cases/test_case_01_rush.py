"""Case 1: three hundred buyers, ten units: ten orders can be paid, and the ledger is balanced. The rush itself: `stock/test_rush`."""

import asyncio

from sqlalchemy import text

from tests.conftest import MakeWorld
from tests.mall.sales import assert_balanced, level_of, order
from tests.world import item


class TestRush:
    async def test_sells_the_last_units_once_and_every_order_can_be_paid(self, new_world: MakeWorld) -> None:
        world = await new_world(learners=13)
        seller, *buyers = world.learners
        [last] = await world.open_shop(seller, "云岭", [item(stock=10)])
        answers = await asyncio.gather(*(b.send("POST", "/mall/trades", json=order((last, 1))) for b in buyers))
        placed = [(buyer, answer.json()) for buyer, answer in zip(buyers, answers, strict=True) if answer.is_success]
        refused = [answer.json()["code"] for answer in answers if not answer.is_success]
        assert (len(placed), refused) == (10, ["mall.stock.insufficient"] * 2)
        for buyer, pay_order in placed:
            assert (await buyer.post(f"/mall/pay-orders/{pay_order['id']}/pay"))["state"] == "paid"
        assert await level_of(seller, last) == (10, 0, 10, 0)
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            sums = "SELECT sum(on_hand_delta), sum(held_delta), sum(allocated_delta) FROM mall_stock_move"
            assert tuple((await uow.execute(text(sums))).one()) == (10, 0, 10)
        await assert_balanced(world)
