"""Case 10: what happens to one order's units never releases another order's hold."""

from tests.mall.sales import assert_balanced, level_of, place, sale_in
from tests.manual_clock import ManualClock
from tests.world import World


class TestOthersHolds:
    async def test_stay_when_a_delivered_trade_is_settled(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=2)
        other = await place(sale.seller, world.learners[2], world, sale.goods, 3)
        assert await level_of(sale.seller, sale.goods) == (8, 3, 0, 5)
        await sale.confirm()
        assert await level_of(sale.seller, sale.goods) == (8, 3, 0, 5)
        await other.pay()
        assert await level_of(sale.seller, sale.goods) == (8, 0, 3, 5)
        await assert_balanced(world)

    async def test_stay_when_a_parcel_is_recalled_and_the_trade_called_off(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=2)
        other = await place(sale.seller, world.learners[2], world, sale.goods, 3)
        await other.pay()
        [parcel] = (await sale.sold())["parcels"]
        await sale.seller.post(f"/mall/desk/parcels/{parcel['id']}/recall")
        assert await level_of(sale.seller, sale.goods) == (10, 0, 5, 5)
        await sale.ship()
        assert await level_of(sale.seller, sale.goods) == (8, 0, 3, 5)
        await other.ship()
        assert await level_of(sale.seller, sale.goods) == (5, 0, 0, 5)
        await assert_balanced(world)
