"""Case 16: at any speed and over a jump of fifteen days deadlines fire in order, once."""

from itertools import pairwise

import pytest
from sqlalchemy import text

from tests.mall.sales import assert_balanced, jump, place, run_at
from tests.manual_clock import ManualClock
from tests.world import World, item

_FIRED = text("""
    SELECT kind, subject_id, ordinal, due_sim_at FROM kernel_timer WHERE state = 'fired' ORDER BY fired_order
""")


class TestTime:
    @pytest.mark.parametrize("way", ["runs", "jumps"])
    async def test_fires_every_deadline_of_fifteen_days_in_order_and_once(
        self, world: World, wall: ManualClock, way: str
    ) -> None:
        seller, buyer, third = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=30)])
        sales = [await place(seller, who, world, honey) for who in (buyer, third, buyer)]
        for sale in sales:
            await sale.pay()
        for sale in sales[:2]:
            await sale.ship()
        if way == "runs":
            await run_at(world, 1440)
            await world.pass_time(wall, seconds=15 * 60 + 1)
        else:
            await jump(world, wall, days=15)
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            fired = list(await uow.execute(_FIRED))
            assert (await uow.execute(text("SELECT count(*) FROM kernel_timer WHERE error IS NOT NULL"))).scalar() == 0
        assert all(earlier.due_sim_at <= later.due_sim_at for earlier, later in pairwise(fired))
        assert len({(row.kind, row.subject_id, row.ordinal) for row in fired}) == len(fired)
        assert [row.kind for row in fired].count("mall.trade.auto_confirm") == 2
        assert [(await sale.bought())["state"] for sale in sales] == ["finished", "finished", "wait_ship"]
        assert (await sales[2].sold())["shipped_late"] is (way == "runs")
        await assert_balanced(world)
