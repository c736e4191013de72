"""Lines of a cart under any sequence of adding, changing, swapping and removing: what a model of them says, in its order."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mall.carts.schemas import QUANTITY_LIMIT
from tests.goods import product, sku
from tests.world import Person, World

SIZES = ("小罐", "中罐", "大罐")
Cart = dict[int, int]
"""Units by size, in the order in which the lines stand."""

size = st.integers(0, len(SIZES) - 1)
units = st.one_of(st.integers(1, 9), st.integers(QUANTITY_LIMIT - 9, QUANTITY_LIMIT))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), size, size, units),
        st.tuples(st.just("set"), size, size, units),
        st.tuples(st.just("swap"), size, size, units),
        st.tuples(st.just("remove"), size, size, units),
    ),
    max_size=8,
)


def _joined(cart: Cart, at: int, n: int) -> Cart:
    return {**cart, at: min(cart.get(at, 0) + n, QUANTITY_LIMIT)}


def _swapped(cart: Cart, at: int, to: int, n: int) -> Cart:
    if at not in cart:
        return cart
    if to == at:
        return {**cart, at: n}
    if to in cart:
        return _joined({one: quantity for one, quantity in cart.items() if one != at}, to, n)
    return {(to if one == at else one): (n if one == at else quantity) for one, quantity in cart.items()}


MODEL: dict[str, Callable[[Cart, int, int, int], Cart]] = {
    "add": lambda cart, at, _, n: _joined(cart, at, n),
    "set": lambda cart, at, _, n: {**cart, at: n} if at in cart else cart,
    "swap": _swapped,
    "remove": lambda cart, at, *_: {one: quantity for one, quantity in cart.items() if one != at},
}


async def ask(buyer: Person, skus: list[str], step: tuple[str, int, int, int]) -> None:
    """Sends one step; what is not in the cart is refused or ignored, as the model leaves it."""
    verb, at, to, n = step
    match verb:
        case "add":
            await buyer.post("/mall/cart/items", {"sku_id": skus[at], "quantity": n})
        case "set":
            await buyer.send("PATCH", f"/mall/cart/items/{skus[at]}", json={"quantity": n})
        case "swap":
            body = {"sku_id": skus[at], "to_sku_id": skus[to], "quantity": n}
            await buyer.send("POST", "/mall/cart/swap", json=body)
        case _:
            await buyer.post("/mall/cart/remove", {"sku_ids": [skus[at]]})


def lines(cart: Any, skus: list[str]) -> list[tuple[int, int]]:
    return [(skus.index(row["sku_id"]), row["quantity"]) for shop in cart["shops"] for row in shop["items"]]


class TestLines:
    @given(steps=STEPS)
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    async def test_are_what_the_model_says(self, world: World, steps: list[tuple[str, int, int, int]]) -> None:
        seller, buyer, _ = world.learners
        skus = await self.sizes(world, seller)
        await buyer.post("/mall/cart/remove", {"sku_ids": skus})
        model: Cart = {}
        for step in steps:
            await ask(buyer, skus, step)
            model = MODEL[step[0]](model, *step[1:])
        cart = await buyer.get("/mall/cart")
        assert lines(cart, skus) == list(model.items())
        assert cart["count"] == cart["selected_count"] == sum(model.values())
        assert cart["selected_total_fen"] == 100 * sum(model.values())

    @staticmethod
    async def sizes(world: World, seller: Person) -> list[str]:
        """Returns the SKUs of the one product, which the first example puts on the shelf."""
        rows = (await seller.get("/mall/products"))["rows"]
        if not rows:
            await world.open_shop(seller, "云岭", [])
            skus = [sku(name, price_fen=100, on_hand=99_999) for name in SIZES]
            body = product("蜂蜜", specs=[{"name": "规格", "values": list(SIZES)}], skus=skus)
            await seller.post("/mall/desk/products", body, status=201)
            rows = (await seller.get("/mall/products"))["rows"]
        return [row["id"] for row in (await seller.get(f"/mall/products/{rows[0]['id']}"))["skus"]]
