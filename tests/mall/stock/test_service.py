"""Stock from the outside: each move with its ledger line, sums per SKU, crossing carts, corrections by hand."""

import asyncio
from typing import Any

from tests.mall import races
from tests.mall.sales import (
    assert_balanced,
    fingerprint,
    level_of,
    line,
    moves_of,
    order,
    place,
    sale_in,
)
from tests.manual_clock import ManualClock
from tests.world import World, item

LISTED = ("listed", 10, 0, 0, 10, 0, 0)
HELD = ("held", 0, 2, 0, 10, 2, 0)
LEVELS = "SELECT sku_id FROM mall_stock_level WHERE sku_id = ANY(:ids)"


class TestLedger:
    async def test_names_each_move_of_a_shipped_trade(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=2)
        assert await moves_of(sale.seller, sale.goods) == [
            LISTED,
            HELD,
            ("allocated", 0, -2, 2, 10, 0, 2),
            ("shipped", -2, 0, -2, 8, 0, 0),
        ]
        ledger = await sale.seller.get(f"/mall/desk/skus/{sale.goods['sku_id']}/stock-ledger")
        number = (await sale.sold())["number"]
        assert [row["cause_number"] for row in ledger["rows"]] == [number, number, number, None]
        assert ledger["level"] == {"on_hand": 8, "held": 0, "allocated": 0, "sellable": 8}
        await assert_balanced(world)

    async def test_names_each_move_of_a_cancelled_trade(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "closed", quantity=2)
        assert await moves_of(sale.seller, sale.goods) == [LISTED, HELD, ("released", 0, -2, 0, 10, 0, 0)]
        await assert_balanced(world)

    async def test_is_hidden_from_everyone_but_the_seller(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        problem = await sale.buyer.get(f"/mall/desk/skus/{sale.goods['sku_id']}/stock-ledger", status=404)
        assert problem["code"] == "mall.sku.not_found"


class TestHold:
    async def test_sums_two_lines_of_one_sku(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        body = {"lines": [line(honey, 2), line(honey, 3)], "expected_total_fen": 5 * 5900}
        placed = await buyer.post("/mall/trades", body, status=201)
        assert await moves_of(seller, honey) == [LISTED, ("held", 0, 5, 0, 10, 5, 0)]
        [detail] = (await buyer.get(f"/mall/trades/{placed['trades'][0]['id']}"))["details"]
        assert (detail["quantity"], detail["amount_fen"]) == (5, 29500)
        await assert_balanced(world)

    async def test_refuses_two_lines_that_only_together_are_too_many(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=4)])
        before = await fingerprint(world)
        body = {"lines": [line(honey, 2), line(honey, 3)], "expected_total_fen": 5 * 5900}
        problem = await buyer.post("/mall/trades", body, status=409)
        assert (problem["code"], problem["params"]) == (
            "mall.stock.insufficient",
            {"sku_id": honey["sku_id"], "sellable": 4, "wanted": 5},
        )
        assert await fingerprint(world) == before

    async def test_holds_nothing_when_one_of_several_is_short(self, world: World) -> None:
        seller, buyer, _ = world.learners
        goods = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃", stock=1), item("红枣")])
        before = await fingerprint(world)
        problem = await buyer.post("/mall/trades", order(*((one, 2) for one in goods)), status=409)
        assert (problem["code"], problem["params"]["sku_id"]) == ("mall.stock.insufficient", goods[1]["sku_id"])
        assert await fingerprint(world) == before

    async def test_of_crossing_carts_does_not_deadlock(self, world: World) -> None:
        """Two buyers, the same two SKUs in opposite order: both wait at the same row and both get through."""
        seller, *buyers = world.learners
        honey, nuts = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃")])
        first_locked = min(honey["sku_id"], nuts["sku_id"])
        carts = [order((honey, 1), (nuts, 2)), order((nuts, 2), (honey, 1))]
        async with races.row_held(world, LEVELS, {"ids": [first_locked]}):
            placing = [
                asyncio.create_task(buyer.post("/mall/trades", cart, status=201))
                for buyer, cart in zip(buyers, carts, strict=True)
            ]
            await races.until_waiting(world, 2)
        await asyncio.gather(*placing)
        assert (await level_of(seller, honey), await level_of(seller, nuts)) == ((10, 2, 0, 8), (10, 4, 0, 6))
        await assert_balanced(world)

    async def test_of_crossing_stores_does_not_deadlock(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜", stock=50)])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃", stock=50)])
        carts = [order((honey, 1), (nuts, 1)), order((nuts, 1), (honey, 1)), order((honey, 1), (nuts, 1))]
        answers = await asyncio.gather(*(buyer.send("POST", "/mall/trades", json=cart) for cart in carts))
        assert [answer.status_code for answer in answers] == [201, 201, 201]
        assert (await level_of(first, honey), await level_of(second, nuts)) == ((50, 3, 0, 47), (50, 3, 0, 47))
        await assert_balanced(world)


class TestAdjust:
    async def test_adds_and_removes_with_the_reason(self, world: World) -> None:
        seller = world.learners[0]
        [honey] = await world.open_shop(seller, "云岭", [item()])
        path = f"/mall/desk/skus/{honey['sku_id']}/stock-adjustments"
        added = await seller.post(path, {"delta": 5, "reason": "补货"})
        assert added == {"on_hand": 15, "held": 0, "allocated": 0, "sellable": 15}
        removed = await seller.post(path, {"delta": -15, "reason": "盘点"})
        assert removed == {"on_hand": 0, "held": 0, "allocated": 0, "sellable": 0}
        assert await moves_of(seller, honey) == [
            LISTED,
            ("adjusted", 5, 0, 0, 15, 0, 0),
            ("adjusted", -15, 0, 0, 0, 0, 0),
        ]
        rows = (await seller.get(f"/mall/desk/skus/{honey['sku_id']}/stock-ledger"))["rows"]
        assert [row["note"] for row in rows] == ["盘点", "补货", ""]
        await assert_balanced(world)

    async def test_refuses_to_take_what_buyers_were_promised(self, world: World) -> None:
        seller, buyer, other = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await (await place(seller, other, world, honey, 3)).pay()
        await place(seller, buyer, world, honey, 2)
        before = await fingerprint(world)
        path = f"/mall/desk/skus/{honey['sku_id']}/stock-adjustments"
        problem = await seller.post(path, {"delta": -6, "reason": "盘点"}, status=422)
        assert problem["errors"] == [
            {
                "pointer": "/delta",
                "code": "mall.stock.below_promised",
                "message": "最多只能减 5 件，其余已被下单占用",
            }
        ]
        assert await fingerprint(world) == before
        assert (await seller.post(path, {"delta": -5, "reason": "盘点"}))["sellable"] == 0
        await assert_balanced(world)

    async def test_refuses_nothing_and_nonsense(self, world: World) -> None:
        seller = world.learners[0]
        [honey] = await world.open_shop(seller, "云岭", [item()])
        before = await fingerprint(world)
        path = f"/mall/desk/skus/{honey['sku_id']}/stock-adjustments"
        wrong: list[tuple[dict[str, Any], str, str]] = [
            ({"delta": 0, "reason": "盘点"}, "/delta", "mall.stock.nothing_to_adjust"),
            ({"delta": 1_000_001, "reason": "盘点"}, "/delta", "kernel.field.too_large"),
            ({"delta": -1_000_001, "reason": "盘点"}, "/delta", "kernel.field.too_small"),
            ({"delta": 1.5, "reason": "盘点"}, "/delta", "kernel.field.wrong"),
            ({"delta": 1, "reason": " 补 "}, "/reason", "kernel.field.too_short"),
            ({"delta": 1}, "/reason", "kernel.field.missing"),
        ]
        for body, pointer, code in wrong:
            problem = await seller.post(path, body, status=422)
            assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
        assert await fingerprint(world) == before

    async def test_of_another_store_is_hidden(self, world: World) -> None:
        seller, stranger, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        before = await fingerprint(world)
        path = f"/mall/desk/skus/{honey['sku_id']}/stock-adjustments"
        problem = await stranger.post(path, {"delta": 1, "reason": "补货"}, status=404)
        assert problem["code"] == "mall.sku.not_found"
        assert await fingerprint(world) == before

    async def test_raced_by_an_order_never_goes_below_what_was_promised(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        path = f"/mall/desk/skus/{honey['sku_id']}/stock-adjustments"
        async with races.row_held(world, LEVELS, {"ids": [honey["sku_id"]]}):
            placing = asyncio.create_task(buyer.send("POST", "/mall/trades", json=order((honey, 6))))
            adjusting = asyncio.create_task(seller.send("POST", path, json={"delta": -6, "reason": "盘点"}))
            await races.until_waiting(world, 2)
        answers = await asyncio.gather(placing, adjusting)
        assert sorted(answer.status_code for answer in answers) in ([200, 409], [201, 422])
        assert await level_of(seller, honey) in ((10, 6, 0, 4), (4, 0, 0, 4))
        await assert_balanced(world)
