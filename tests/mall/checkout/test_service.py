"""Checkout from the outside: quote, place, pay, cancel, time out."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from kernel.ids import new_id
from tests.goods import edit_of
from tests.mall.sales import (
    assert_balanced,
    balance_of,
    fingerprint,
    level_of,
    line,
    order,
    place,
    run_at,
    sale_in,
)
from tests.manual_clock import ManualClock
from tests.world import Person, World, count_rows, item

GRANT = 200_000
PRICE = 5900
TO = {"shop_id": "01a20a17-cc02-70f1-a8c7-99958820069e"}
"""To whom a remark is; which store does not matter where its text is refused."""


async def refused(world: World, buyer: Person, body: dict[str, Any], status: int = 409) -> Any:
    """Returns the problem of an order that must be refused without a trace."""
    before = await fingerprint(world)
    problem = await buyer.post("/mall/trades", body, status=status)
    assert await fingerprint(world) == before
    return problem


class TestQuote:
    async def test_prices_several_stores_and_writes_nothing(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜")])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃", price=2500)])
        before = await fingerprint(world)
        quote = await buyer.post("/mall/quotes", {"lines": [line(nuts, 2), line(honey), line(nuts)]})
        assert [(shop["shop_name"], shop["total_fen"]) for shop in quote["shops"]] == [("秦川", 7500), ("云岭", 5900)]
        assert (quote["total_fen"], quote["wallet_fen"]) == (13400, GRANT)
        assert [shop["lines"][0]["sellable"] for shop in quote["shops"]] == [10, 10]
        assert set(quote["receiver"]) == {"name", "phone_masked", "region", "address"}
        assert await fingerprint(world) == before

    async def test_of_an_unknown_sku_is_hidden(self, world: World) -> None:
        lines = [{"sku_id": str(new_id()), "quantity": 1}]
        problem = await world.learners[0].post("/mall/quotes", {"lines": lines}, status=404)
        assert problem["code"] == "mall.sku.not_found"


class TestPlace:
    async def test_holds_stock_and_waits_for_payment(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=3)])
        placed = await buyer.post("/mall/trades", order((honey, 2)), status=201)
        assert (placed["state"], placed["total_fen"], placed["pay_seconds_left"]) == ("created", 11800, 900)
        assert await level_of(seller, honey) == (3, 2, 0, 1)

    async def test_refuses_when_stock_is_gone(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=1)])
        problem = await refused(world, buyer, order((honey, 2)))
        assert (problem["code"], problem["title"]) == ("mall.stock.insufficient", "库存不够，还剩 1 件")

    async def test_makes_one_trade_per_store_under_one_pay_order(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜")])
        nuts, dates = await world.open_shop(second, "秦川", [item("核桃", price=2500), item("红枣", price=1900)])
        placed = await buyer.post("/mall/trades", order((honey, 1), (nuts, 2), (dates, 1)), status=201)
        assert placed["total_fen"] == 12800
        assert sorted((trade["shop_name"], trade["total_fen"], trade["state"]) for trade in placed["trades"]) == [
            ("云岭", 5900, "wait_pay"),
            ("秦川", 6900, "wait_pay"),
        ]
        assert len({trade["number"] for trade in placed["trades"]} | {placed["number"]}) == 3
        for table, rows in {"mall_trade": 2, "mall_trade_line": 3, "mall_pay_order": 1, "kernel_outbox": 2}.items():
            assert await count_rows(world.runtime, world.sandbox_id, table) == rows
        await assert_balanced(world)

    async def test_refuses_another_price_than_the_buyer_saw(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        body = order((honey, 2))
        await seller.put(f"/mall/desk/products/{honey['id']}", edit_of(honey, price_fen=6100))
        problem = await refused(world, buyer, body)
        assert problem["code"] == "mall.trade.price_changed"
        assert problem["params"] == {"expected_fen": 11800, "total_fen": 12200}

    @pytest.mark.parametrize("expected_total_fen", [11799, 11801, 1])
    async def test_refuses_a_total_of_the_browsers_own(self, world: World, expected_total_fen: int) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        body = {**order((honey, 2)), "expected_total_fen": expected_total_fen}
        assert (await refused(world, buyer, body))["code"] == "mall.trade.price_changed"

    async def test_refuses_own_goods_even_among_others(self, world: World) -> None:
        seller, other, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("蜂蜜")])
        [nuts] = await world.open_shop(other, "秦川", [item("核桃")])
        problem = await refused(world, seller, order((nuts, 1), (honey, 1)))
        assert problem["code"] == "mall.trade.own_goods"

    async def test_refuses_what_is_off_the_shelf(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        problem = await refused(world, buyer, order((honey, 1)))
        assert (problem["code"], problem["params"]["title"]) == ("mall.product.off_shelf", "测试蜂蜜")

    async def test_hides_goods_of_another_class(self, world: World, new_world: Any) -> None:
        elsewhere = await new_world()
        [honey] = await elsewhere.open_shop(elsewhere.learners[0], "云岭", [item()])
        problem = await refused(world, world.learners[1], order((honey, 1)), status=404)
        assert problem["code"] == "mall.sku.not_found"

    async def test_takes_only_what_was_ordered_out_of_the_cart(self, world: World) -> None:
        seller, buyer, _ = world.learners
        honey, nuts = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃")])
        for goods in (honey, nuts):
            await buyer.post("/mall/cart/items", line(goods))
        await buyer.post("/mall/trades", order((honey, 1), from_cart=True), status=201)
        [shop] = (await buyer.get("/mall/cart"))["shops"]
        assert [entry["title"] for entry in shop["items"]] == ["核桃"]

    async def test_repeats_its_answer_for_the_same_key(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        first = await buyer.send("POST", "/mall/trades", key="same-key", json=order((honey, 2)))
        before = await fingerprint(world)
        second = await buyer.send("POST", "/mall/trades", key="same-key", json=order((honey, 2)))
        assert (first.status_code, second.status_code) == (201, 201)
        assert (second.json(), second.headers["Idempotent-Replay"]) == (first.json(), "true")
        changed = await buyer.send("POST", "/mall/trades", key="same-key", json=order((honey, 3)))
        assert (changed.status_code, changed.json()["code"]) == (422, "kernel.request.key_reused")
        assert await fingerprint(world) == before
        assert await level_of(seller, honey) == (10, 2, 0, 8)

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"quantity": 0}, "/lines/0/quantity", "kernel.field.too_small"),
            ({"quantity": -1}, "/lines/0/quantity", "kernel.field.too_small"),
            ({"quantity": 1000}, "/lines/0/quantity", "kernel.field.too_large"),
            ({"quantity": "2"}, "/lines/0/quantity", "kernel.field.wrong"),
            ({"quantity": 1.5}, "/lines/0/quantity", "kernel.field.wrong"),
            ({"quantity": True}, "/lines/0/quantity", "kernel.field.wrong"),
            ({"sku_id": "honey"}, "/lines/0/sku_id", "kernel.field.wrong"),
            ({"price_fen": 1}, "/lines/0/price_fen", "kernel.field.unknown"),
        ],
    )
    async def test_refuses_a_line_out_of_bounds(
        self, world: World, change: dict[str, Any], pointer: str, code: str
    ) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        body = {"lines": [{**line(honey), **change}], "expected_total_fen": PRICE}
        problem = await refused(world, buyer, body, status=422)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"lines": []}, "/lines", "kernel.field.too_few"),
            ({"expected_total_fen": 0}, "/expected_total_fen", "kernel.field.too_small"),
            ({"expected_total_fen": 10**12 + 1}, "/expected_total_fen", "kernel.field.too_large"),
            ({"remarks": [{**TO, "text": "好" * 101}]}, "/remarks/0/text", "kernel.field.too_long"),
            ({"remarks": [{**TO, "text": "a\u0000b"}]}, "/remarks/0/text", "kernel.field.control_character"),
        ],
    )
    async def test_refuses_a_body_out_of_bounds(
        self, world: World, change: dict[str, Any], pointer: str, code: str
    ) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        problem = await refused(world, buyer, {**order((honey, 1)), **change}, status=422)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


class TestClassmateLimit:
    async def test_lets_three_of_ten_simultaneous_orders_through(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=50)])
        answers = await asyncio.gather(*(buyer.send("POST", "/mall/trades", json=order((honey, 1))) for _ in range(10)))
        assert Counter(answer.status_code for answer in answers) == {201: 3, 409: 7}
        problems = [answer.json() for answer in answers if answer.status_code == 409]
        assert {problem["code"] for problem in problems} == {"mall.trade.classmate_limit"}
        assert problems[0]["params"] == {"limit": 3, "shop_name": "云岭"}
        assert await level_of(seller, honey) == (50, 3, 0, 47)
        await assert_balanced(world)

    async def test_gives_a_place_back_when_a_trade_is_closed(self, world: World, wall: ManualClock) -> None:
        seller, buyer, other = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=50)])
        sales = [await place(seller, buyer, world, honey) for _ in range(3)]
        assert (await refused(world, buyer, order((honey, 1))))["code"] == "mall.trade.classmate_limit"
        await place(seller, other, world, honey)
        await sales[0].cancel()
        await (await place(seller, buyer, world, honey)).pay()
        assert (await refused(world, buyer, order((honey, 1))))["code"] == "mall.trade.classmate_limit"
        await world.lecturer.post("/sandbox/clock/start")
        await world.pass_time(wall, minutes=15, seconds=1)
        for _ in range(2):
            await place(seller, buyer, world, honey)
        assert (await refused(world, buyer, order((honey, 1))))["code"] == "mall.trade.classmate_limit"

    async def test_refuses_a_cart_of_two_stores_when_one_is_full(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜")])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃")])
        for _ in range(3):
            await place(first, buyer, world, honey)
        problem = await refused(world, buyer, order((nuts, 1), (honey, 1)))
        assert problem["params"] == {"limit": 3, "shop_name": "云岭"}


class TestPay:
    async def test_pays_every_trade_of_the_order(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜")])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃", price=2500)])
        placed = await buyer.post("/mall/trades", order((honey, 1), (nuts, 2)), status=201)
        paid = await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        assert (paid["state"], paid["total_fen"], paid["wallet_fen"]) == ("paid", 10900, GRANT - 10900)
        assert [trade["state"] for trade in paid["trades"]] == ["wait_ship", "wait_ship"]
        assert (await level_of(first, honey), await level_of(second, nuts)) == ((10, 0, 1, 9), (10, 0, 2, 8))
        await assert_balanced(world)

    async def test_refuses_when_the_wallet_holds_too_little_for_the_last_of_two(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜", price=GRANT - 1)])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃", price=2)])
        placed = await buyer.post("/mall/trades", order((honey, 1), (nuts, 1)), status=201)
        before = await fingerprint(world)
        problem = await buyer.post(f"/mall/pay-orders/{placed['id']}/pay", status=409)
        assert problem["code"] == "mall.wallet.insufficient"
        assert await fingerprint(world) == before
        assert await balance_of(buyer) == GRANT

    async def test_repeats_its_answer_for_the_same_key(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        path = f"/mall/pay-orders/{sale.pay_order_id}/pay"
        first = await sale.buyer.send("POST", path, key="same-key")
        before = await fingerprint(world)
        second = await sale.buyer.send("POST", path, key="same-key")
        assert (first.status_code, second.status_code, second.json()) == (200, 200, first.json())
        assert await fingerprint(world) == before
        with_another_key = await sale.pay(status=409)
        assert with_another_key["code"] == "mall.payment.already_paid"
        assert await fingerprint(world) == before

    async def test_needs_a_key(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        before = await fingerprint(world)
        assert sale.buyer.client is not None
        answer = await sale.buyer.client.post(f"/api/v1/mall/pay-orders/{sale.pay_order_id}/pay")
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json()["errors"]] == ["/header/idempotency-key"]
        assert await fingerprint(world) == before


class TestCancel:
    async def test_of_one_of_two_lowers_what_is_to_be_paid(self, world: World) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜")])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃", price=2500)])
        placed = await buyer.post("/mall/trades", order((honey, 1), (nuts, 2)), status=201)
        ids = {trade["shop_name"]: trade["id"] for trade in placed["trades"]}
        cancelled = await buyer.post(f"/mall/trades/{ids['云岭']}/cancel")
        assert (cancelled["state"], cancelled["close_reason"]) == ("closed", "buyer_cancelled")
        left = await buyer.get(f"/mall/pay-orders/{placed['id']}")
        assert (left["state"], left["total_fen"]) == ("created", 5000)
        paid = await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        assert (paid["state"], paid["wallet_fen"]) == ("paid", GRANT - 5000)
        states = {trade["shop_name"]: trade["state"] for trade in paid["trades"]}
        assert states == {"云岭": "closed", "秦川": "wait_ship"}
        assert (await level_of(first, honey), await level_of(second, nuts)) == ((10, 0, 0, 10), (10, 0, 2, 8))
        await assert_balanced(world)

    async def test_of_the_last_closes_the_pay_order(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "closed")
        assert (await sale.buyer.get(f"/mall/pay-orders/{sale.pay_order_id}"))["state"] == "closed"
        before = await fingerprint(world)
        assert (await sale.pay(status=409))["code"] == "mall.payment.closed"
        assert await fingerprint(world) == before

    async def test_shows_when_it_happened(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await run_at(world, 60)
        await world.pass_time(wall, minutes=10)
        await sale.cancel()
        trade = await sale.sold()
        assert trade["timeline"][-1] == {
            "sim_at": "2026-10-12T19:00:00",
            "lane": "mall",
            "code": "trade.closed",
            "params": {"reason": "buyer_cancelled"},
        }
        assert [(step["code"], step["sim_at"], step["done"]) for step in trade["steps"]] == [
            ("trade.placed", "2026-10-12T09:00:00", True),
            ("trade.closed", "2026-10-12T19:00:00", True),
        ]


class TestTimeOut:
    async def test_closes_and_gives_the_stock_back_after_fifteen_minutes_of_class(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await world.lecturer.post("/sandbox/clock/start")
        await world.pass_time(wall, minutes=14, seconds=59)
        assert (await sale.bought())["deadline"]["class_seconds_left"] == 1
        await world.pass_time(wall, seconds=2)
        trade = await sale.bought()
        assert (trade["state"], trade["close_reason"], trade["deadline"]) == ("closed", "pay_timeout", None)
        assert (await sale.pay(status=409))["code"] == "mall.payment.closed"
        assert await level_of(sale.seller, sale.goods) == (10, 0, 0, 10)
        await assert_balanced(world)

    async def test_closes_every_trade_that_still_waits(self, world: World, wall: ManualClock) -> None:
        first, second, buyer = world.learners
        [honey] = await world.open_shop(first, "云岭", [item("蜂蜜")])
        [nuts] = await world.open_shop(second, "秦川", [item("核桃")])
        placed = await buyer.post("/mall/trades", order((honey, 1), (nuts, 1)), status=201)
        await buyer.post(f"/mall/trades/{placed['trades'][0]['id']}/cancel")
        await world.lecturer.post("/sandbox/clock/start")
        await world.pass_time(wall, minutes=15, seconds=1)
        rows = (await buyer.get("/mall/trades", state="closed"))["rows"]
        reasons = [(await buyer.get(f"/mall/trades/{row['id']}"))["close_reason"] for row in rows]
        assert sorted(reasons) == ["buyer_cancelled", "pay_timeout"]
        assert (await level_of(first, honey), await level_of(second, nuts)) == ((10, 0, 0, 10), (10, 0, 0, 10))
        await assert_balanced(world)
