"""Case 3: two buyers take the same goods in opposite order: neither waits for the other for ever."""

import asyncio

from tests.mall.sales import assert_balanced, level_of, line
from tests.world import Person, World, item


async def buy(buyer: Person, first: dict[str, object], second: dict[str, object]) -> int:
    body = {"lines": [line(first), line(second)], "expected_total_fen": 2 * 5900}
    return (await buyer.send("POST", "/mall/trades", json=body)).status_code


class TestOppositeOrders:
    async def test_do_not_deadlock(self, world: World) -> None:
        seller, one, other = world.learners
        [a, b] = await world.open_shop(seller, "云岭", [item("甲茶", stock=50), item("乙茶", stock=50)])
        rounds = [tuple(await asyncio.gather(buy(one, a, b), buy(other, b, a))) for _ in range(3)]
        assert rounds == [(201, 201)] * 3
        assert await level_of(seller, a) == await level_of(seller, b) == (50, 6, 0, 44)
        await assert_balanced(world)
