"""Several lines at once, another specification in a line's place, and what a cart says of lines that changed."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mall.carts.rules import InvalidReason, why_invalid
from mall.carts.schemas import QUANTITY_LIMIT
from tests.goods import edit_of, product, sku
from tests.world import Person, World, item

SIZES = [{"name": "规格", "values": ["小罐", "大罐"]}]


async def two_sizes(world: World, *, on_hand: int = 10) -> tuple[str, str]:
    """Opens a store with one product in two sizes; returns the SKUs of small and large."""
    seller = world.learners[0]
    await world.open_shop(seller, "云岭", [item("核桃")])
    body = product("蜂蜜", specs=SIZES, skus=[sku("小罐", on_hand=on_hand), sku("大罐", on_hand=on_hand)])
    made = await seller.post("/mall/desk/products", body, status=201)
    small, large = (await seller.get(f"/mall/products/{made['id']}"))["skus"]
    return small["id"], large["id"]


async def put_in(buyer: Person, *skus: tuple[str, int]) -> Any:
    for sku_id, quantity in skus:
        cart = await buyer.post("/mall/cart/items", {"sku_id": sku_id, "quantity": quantity})
    return cart


def quantities(cart: Any) -> list[tuple[str, int]]:
    return [(row["sku_id"], row["quantity"]) for shop in cart["shops"] for row in shop["items"]]


class TestSwap:
    async def test_takes_the_place_of_the_line(self, world: World) -> None:
        buyer = world.learners[1]
        small, large = await two_sizes(world)
        [nuts] = [row for row in (await buyer.get("/mall/products"))["rows"] if row["title"] == "核桃"]
        nut = (await buyer.get(f"/mall/products/{nuts['id']}"))["skus"][0]["id"]
        await put_in(buyer, (small, 2), (nut, 1))
        body = {"sku_id": small, "to_sku_id": large, "quantity": 3}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(large, 3), (nut, 1)]
        refused = await buyer.post("/mall/cart/swap", {**body, "sku_id": large, "to_sku_id": nut}, status=404)
        assert refused["code"] == "mall.sku.not_found"
        assert quantities(await buyer.get("/mall/cart")) == [(large, 3), (nut, 1)]

    @pytest.mark.parametrize(("there", "more", "then"), [(4, 3, 7), (990, 900, QUANTITY_LIMIT)])
    async def test_joins_the_line_that_is_there(self, world: World, there: int, more: int, then: int) -> None:
        buyer = world.learners[1]
        small, large = await two_sizes(world, on_hand=5000)
        await put_in(buyer, (small, 2), (large, there))
        body = {"sku_id": small, "to_sku_id": large, "quantity": more}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(large, then)]

    async def test_in_place_sets_the_quantity(self, world: World) -> None:
        buyer = world.learners[1]
        small, _ = await two_sizes(world)
        await put_in(buyer, (small, 2))
        body = {"sku_id": small, "to_sku_id": small, "quantity": 5}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(small, 5)]

    async def test_refuses_a_line_that_is_not_there(self, world: World) -> None:
        buyer = world.learners[1]
        small, large = await two_sizes(world)
        body = {"sku_id": small, "to_sku_id": large, "quantity": 1}
        assert (await buyer.post("/mall/cart/swap", body, status=404))["code"] == "mall.cart.not_in_cart"
        assert (await buyer.get("/mall/cart"))["count"] == 0

    async def test_both_ways_at_once_leaves_one_line(self, world: World) -> None:
        buyer = world.learners[1]
        small, large = await two_sizes(world)
        await put_in(buyer, (small, 1), (large, 1))
        there = {"sku_id": small, "to_sku_id": large, "quantity": 1}
        back = {"sku_id": large, "to_sku_id": small, "quantity": 1}
        answers = await asyncio.gather(*(buyer.send("POST", "/mall/cart/swap", json=body) for body in (there, back)))
        assert Counter(answer.status_code for answer in answers)[200] >= 1
        assert {answer.status_code for answer in answers} <= {200, 404}
        assert len(quantities(await buyer.get("/mall/cart"))) == 1


class TestSelect:
    async def test_sets_many_lines_and_only_those(self, world: World) -> None:
        seller, buyer, _ = world.learners
        goods = await world.open_shop(seller, "云岭", [item(f"商品{n}", price=100) for n in range(3)])
        ids = [row["sku_id"] for row in goods]
        await put_in(buyer, *((sku_id, 1) for sku_id in ids))
        cart = await buyer.post("/mall/cart/select", {"sku_ids": ids[:2], "selected": False})
        assert [row["selected"] for row in cart["shops"][0]["items"]] == [False, False, True]
        assert (cart["selected_count"], cart["selected_total_fen"]) == (1, 100)

    async def test_takes_many_out(self, world: World) -> None:
        seller, buyer, _ = world.learners
        goods = await world.open_shop(seller, "云岭", [item(f"商品{n}") for n in range(3)])
        ids = [row["sku_id"] for row in goods]
        await put_in(buyer, *((sku_id, 1) for sku_id in ids))
        assert quantities(await buyer.post("/mall/cart/remove", {"sku_ids": ids[:2]})) == [(ids[2], 1)]


class TestWhatChanged:
    async def test_is_seen_in_price_and_stock(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(price=5900, stock=10)])
        await put_in(buyer, (honey["sku_id"], 8))
        await seller.put(f"/mall/desk/products/{honey['id']}", edit_of(honey, price_fen=4900))
        cart = await buyer.get("/mall/cart")
        [row] = cart["shops"][0]["items"]
        assert (row["price_fen"], row["added_price_fen"], cart["selected_total_fen"]) == (4900, 5900, 39200)
        await seller.post(f"/mall/desk/skus/{honey['sku_id']}/stock-adjustments", {"delta": -5, "reason": "盘点"})
        cart = await buyer.get("/mall/cart")
        assert (cart["shops"], cart["selected_total_fen"], cart["count"]) == ([], 0, 8)
        assert [(row["invalid_reason"], row["sellable"]) for row in cart["invalid"]] == [("insufficient", 5)]
        response = await buyer.send("PATCH", f"/mall/cart/items/{honey['sku_id']}", json={"quantity": 5})
        assert quantities(response.json()) == [(honey["sku_id"], 5)]


class TestWhyInvalid:
    @given(sellable=st.integers(-5, 1200), quantity=st.integers(1, 999), on_sale=st.booleans(), retired=st.booleans())
    def test_lets_through_exactly_what_can_be_bought(
        self, sellable: int, quantity: int, *, on_sale: bool, retired: bool
    ) -> None:
        state = "on_sale" if on_sale else "off_shelf"
        reason = why_invalid(state, retired=retired, sellable=sellable, quantity=quantity)
        offered = on_sale and not retired
        assert (reason is None) == (offered and sellable >= quantity)
        assert (reason is InvalidReason.OFF_SHELF) == (not on_sale)
        assert (reason is InvalidReason.SPEC_GONE) == (on_sale and retired)
        assert (reason is InvalidReason.INSUFFICIENT) == (offered and 1 <= sellable < quantity)
