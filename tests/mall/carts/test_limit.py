"""How much a cart holds: a hundred different goods, and of each as many as may be bought at once."""

from mall.carts.schemas import QUANTITY_LIMIT
from mall.carts.service import ITEM_LIMIT
from tests.world import World, item


class TestLimit:
    async def test_a_full_cart_takes_more_of_what_it_holds_and_nothing_new(self, world: World) -> None:
        seller, buyer = world.learners[:2]
        titles = [f"商品{number:03d}" for number in range(ITEM_LIMIT + 1)]
        rows = await world.open_shop(seller, "云岭", [item(title) for title in titles[:60]])
        other = await world.open_shop(world.learners[2], "青釉", [item(title) for title in titles[60:]])
        *held, one_too_many = [row["sku_id"] for row in (*rows, *other)]
        for sku_id in held:
            await buyer.post("/mall/cart/items", {"sku_id": sku_id})
        refused = await buyer.post("/mall/cart/items", {"sku_id": one_too_many}, status=409)
        assert (refused["code"], refused["params"]) == ("mall.cart.full", {"limit": ITEM_LIMIT})
        cart = await buyer.post("/mall/cart/items", {"sku_id": held[0], "quantity": 5})
        assert cart["count"] == ITEM_LIMIT + 5
        cart = await buyer.post("/mall/cart/items", {"sku_id": held[0], "quantity": QUANTITY_LIMIT})
        assert cart["count"] == ITEM_LIMIT - 1 + QUANTITY_LIMIT
