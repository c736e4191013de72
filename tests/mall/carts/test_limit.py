"""How much a cart holds: a hundred different goods, and of each as many as may be bought at once."""

from typing import Any

from mall.carts.schemas import ITEM_LIMIT, QUANTITY_LIMIT
from tests.world import World, item


async def fill(world: World) -> tuple[list[dict[str, Any]], str]:
    """Fills the second learner's cart; returns its lines, and a SKU that is one too many."""
    titles = [f"商品{number:03d}" for number in range(ITEM_LIMIT + 1)]
    rows = await world.open_shop(world.learners[0], "云岭", [item(title) for title in titles[:60]])
    rows += await world.open_shop(world.learners[2], "青釉", [item(title) for title in titles[60:]])
    *held, one_too_many = [str(row["sku_id"]) for row in rows]
    for sku_id in held:
        await world.learners[1].post("/mall/cart/items", {"sku_id": sku_id})
    return [{"sku_id": sku_id, "quantity": 1} for sku_id in held], one_too_many


class TestLimit:
    async def test_a_full_cart_takes_more_of_what_it_holds_and_nothing_new(self, world: World) -> None:
        buyer = world.learners[1]
        lines, one_too_many = await fill(world)
        more = lines[0]["sku_id"]
        refused = await buyer.post("/mall/cart/items", {"sku_id": one_too_many}, status=409)
        assert (refused["code"], refused["params"]) == ("mall.cart.full", {"limit": ITEM_LIMIT})
        cart = await buyer.post("/mall/cart/items", {"sku_id": more, "quantity": 5})
        assert cart["count"] == ITEM_LIMIT + 5
        cart = await buyer.post("/mall/cart/items", {"sku_id": more, "quantity": QUANTITY_LIMIT})
        assert cart["count"] == ITEM_LIMIT - 1 + QUANTITY_LIMIT

    async def test_a_full_cart_can_be_bought_at_once(self, world: World) -> None:
        buyer = world.learners[1]
        lines, one_too_many = await fill(world)
        order = {"lines": lines, "expected_total_fen": ITEM_LIMIT * 5900, "from_cart": True}
        assert (await buyer.post("/mall/quotes", {"lines": lines}))["total_fen"] == ITEM_LIMIT * 5900
        await buyer.post("/mall/trades", order, status=201)
        assert (await buyer.get("/mall/cart"))["count"] == 0
        more = {"lines": [*lines, {"sku_id": one_too_many, "quantity": 1}]}
        assert (await buyer.post("/mall/quotes", more, status=422))["errors"][0]["pointer"] == "/lines"
