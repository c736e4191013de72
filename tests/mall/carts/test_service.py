"""Several lines at once, another specification in a line's place, and what a cart says of lines that changed."""

import asyncio
from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kernel.ids import new_id
from mall.carts.rules import InvalidReason, why_invalid
from mall.carts.schemas import QUANTITY_LIMIT
from tests.world import Person, World, item

_SECOND_SKU = text("""
    INSERT INTO mall_sku SELECT (jsonb_populate_record(k, jsonb_build_object('id', CAST(:id AS uuid)))).*
      FROM mall_sku k WHERE k.id = :of
""")
_LEVEL = text("""
    INSERT INTO mall_stock_level SELECT (jsonb_populate_record(l, jsonb_build_object('sku_id', CAST(:id AS uuid)))).*
      FROM mall_stock_level l WHERE l.sku_id = :of
""")


async def second_sku(world: World, sku_id: str) -> str:
    """Gives the product of a SKU one more, alike; returns its id."""
    params = {"id": new_id(), "of": sku_id}
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await uow.execute(_SECOND_SKU, params)
        await uow.execute(_LEVEL, params)
    return str(params["id"])


async def put_in(buyer: Person, *skus: tuple[str, int]) -> Any:
    for sku_id, quantity in skus:
        cart = await buyer.post("/mall/cart/items", {"sku_id": sku_id, "quantity": quantity})
    return cart


def quantities(cart: Any) -> list[tuple[str, int]]:
    return [(row["sku_id"], row["quantity"]) for shop in cart["shops"] for row in shop["items"]]


class TestSwap:
    async def test_takes_the_place_of_the_line(self, world: World) -> None:
        seller, buyer, _ = world.learners
        honey, nuts = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃")])
        large = await second_sku(world, honey["sku_id"])
        await put_in(buyer, (honey["sku_id"], 2), (nuts["sku_id"], 1))
        body = {"sku_id": honey["sku_id"], "to_sku_id": large, "quantity": 3}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(large, 3), (nuts["sku_id"], 1)]

    async def test_joins_the_line_that_is_there(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        large = await second_sku(world, honey["sku_id"])
        await put_in(buyer, (honey["sku_id"], 2), (large, 4))
        body = {"sku_id": honey["sku_id"], "to_sku_id": large, "quantity": 3}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(large, 7)]

    async def test_never_goes_beyond_what_a_line_holds(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=5000)])
        large = await second_sku(world, honey["sku_id"])
        await put_in(buyer, (honey["sku_id"], 2), (large, 990))
        body = {"sku_id": honey["sku_id"], "to_sku_id": large, "quantity": 900}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(large, QUANTITY_LIMIT)]

    async def test_in_place_sets_the_quantity(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await put_in(buyer, (honey["sku_id"], 2))
        body = {"sku_id": honey["sku_id"], "to_sku_id": honey["sku_id"], "quantity": 5}
        assert quantities(await buyer.post("/mall/cart/swap", body)) == [(honey["sku_id"], 5)]

    async def test_refuses_another_product_and_a_line_that_is_not_there(self, world: World) -> None:
        seller, buyer, _ = world.learners
        honey, nuts = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃")])
        cart = await put_in(buyer, (honey["sku_id"], 2))
        body = {"sku_id": honey["sku_id"], "to_sku_id": nuts["sku_id"], "quantity": 1}
        assert (await buyer.post("/mall/cart/swap", body, status=404))["code"] == "mall.sku.not_found"
        body = {"sku_id": nuts["sku_id"], "to_sku_id": honey["sku_id"], "quantity": 1}
        assert (await buyer.post("/mall/cart/swap", body, status=404))["code"] == "mall.cart.not_in_cart"
        assert await buyer.get("/mall/cart") == cart

    async def test_both_ways_at_once_loses_no_line(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=99)])
        large = await second_sku(world, honey["sku_id"])
        await put_in(buyer, (honey["sku_id"], 1), (large, 1))
        there = {"sku_id": honey["sku_id"], "to_sku_id": large, "quantity": 1}
        back = {"sku_id": large, "to_sku_id": honey["sku_id"], "quantity": 1}
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
        cheaper = {"title": "测试蜂蜜", "category": "dry-goods", "picture": {"kind": "art", "key": "honey"}}
        await seller.put(f"/mall/desk/products/{honey['id']}", {**cheaper, "price_fen": 4900})
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
    @given(sellable=st.integers(-5, 1200), quantity=st.integers(1, 999), on_sale=st.booleans())
    def test_lets_through_exactly_what_can_be_bought(self, sellable: int, quantity: int, *, on_sale: bool) -> None:
        reason = why_invalid("on_sale" if on_sale else "off_shelf", sellable=sellable, quantity=quantity)
        assert (reason is None) == (on_sale and sellable >= quantity)
        assert (reason is InvalidReason.OFF_SHELF) == (not on_sale)
        assert (reason is InvalidReason.INSUFFICIENT) == (on_sale and 1 <= sellable < quantity)
