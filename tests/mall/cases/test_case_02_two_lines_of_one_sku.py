"""Case 2: two lines sharing one SKU that only together are too many: the whole order is refused."""

from tests.mall.sales import fingerprint, line
from tests.world import World, item


class TestTwoLines:
    async def test_of_one_sku_are_summed_before_stock_is_asked(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey, tea] = await world.open_shop(seller, "云岭", [item(stock=5), item("秋茶", price=1000, stock=5)])
        before = await fingerprint(world)
        body = {"lines": [line(tea, 1), line(honey, 3), line(honey, 3)], "expected_total_fen": 1000 + 6 * 5900}
        problem = await buyer.post("/mall/trades", body, status=409)
        assert (problem["code"], problem["params"]["wanted"]) == ("mall.stock.insufficient", 6)
        assert await fingerprint(world) == before
