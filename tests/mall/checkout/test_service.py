"""Checkout from the outside: quote, place, pay, cancel, time out."""

from tests.manual_clock import ManualClock
from tests.world import World, count_rows, item


class TestPlace:
    async def test_holds_stock_and_waits_for_payment(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=3)])
        lines = [{"sku_id": honey["sku_id"], "quantity": 2}]
        order = await buyer.post("/mall/trades", {"lines": lines, "expected_total_fen": 11800}, status=201)
        assert (order["state"], order["total_fen"], order["pay_seconds_left"]) == ("created", 11800, 900)
        level = (await seller.get(f"/mall/desk/skus/{honey['sku_id']}/stock-ledger"))["level"]
        assert level == {"on_hand": 3, "held": 2, "allocated": 0, "sellable": 1}

    async def test_refuses_when_stock_is_gone(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=1)])
        lines = [{"sku_id": honey["sku_id"], "quantity": 2}]
        problem = await buyer.post("/mall/trades", {"lines": lines, "expected_total_fen": 11800}, status=409)
        assert problem["code"] == "mall.stock.insufficient"
        assert problem["title"] == "只剩 1 件了"
        for table in ("mall_trade", "mall_pay_order", "mall_stock_hold", "kernel_outbox", "mall_classmate_pair"):
            assert await count_rows(world.runtime, world.sandbox_id, table) == 0


class TestTimeOut:
    async def test_closes_and_gives_the_stock_back_after_fifteen_minutes_of_class(
        self, world: World, wall: ManualClock
    ) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=3)])
        await world.lecturer.post("/sandbox/clock/start")
        lines = [{"sku_id": honey["sku_id"], "quantity": 2}]
        order = await buyer.post("/mall/trades", {"lines": lines, "expected_total_fen": 11800}, status=201)
        await world.pass_time(wall, minutes=15, seconds=1)
        trade = await buyer.get(f"/mall/trades/{order['trades'][0]['id']}")
        assert (trade["state"], trade["close_reason"]) == ("closed", "pay_timeout")
        problem = await buyer.post(f"/mall/pay-orders/{order['id']}/pay", status=409)
        assert problem["code"] == "mall.payment.closed"
        assert (await world.reconcile())["balanced"]
