"""Case 5: a payment arrives after its order was closed: it goes back by itself, the trade stays closed, nothing is oversold."""

from typing import Any

import pytest

from kernel.errors import NotFound
from mall.checkout import cashier
from mall.payments.rules import Verdict
from tests.mall.sales import Sale, assert_balanced, balance_of, fingerprint, level_of, place, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, count_rows, item

GRANT = 200_000
PRICE = 5900


async def attempt(sale: Sale, outcome: str, *, channel: str = "wallet", total: int = PRICE, status: int = 200) -> Any:
    """Begins a payment with the outcome the learner chose."""
    body = {"channel": channel, "outcome": outcome, "expected_total_fen": total}
    return await sale.buyer.post(f"/mall/pay-orders/{sale.pay_order_id}/attempts", body, status=status)


async def attempts_of(sale: Sale) -> list[tuple[str, str | None, int, str | None]]:
    """Returns the attempts of the sale's pay order: state, reason, repeated notices, state of the refund."""
    order = await sale.buyer.get(f"/mall/pay-orders/{sale.pay_order_id}")
    return [(row["state"], row["reason"], row["repeated"], row["refund_state"]) for row in order["attempts"]]


async def notify_again(sale: Sale) -> None:
    """Lets the bank tell (once more) of the sale's first attempt."""
    order = await sale.buyer.get(f"/mall/pay-orders/{sale.pay_order_id}")
    async with sale.world.runtime.enter_sandbox(sale.world.sandbox_id) as uow:
        await cashier.notify(uow, order["attempts"][0]["notify_id"], Verdict.PAID)


class TestLatePayment:
    async def test_goes_back_and_revives_nothing(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        waiting = await attempt(sale, "late")
        assert (waiting["state"], await attempts_of(sale)) == ("created", [("created", None, 0, None)])
        await world.lecturer.post("/sandbox/clock/start")
        await world.pass_time(wall, minutes=15, seconds=1)
        trade = await sale.bought()
        assert (trade["state"], trade["close_reason"]) == ("closed", "pay_timeout")
        assert await level_of(sale.seller, sale.goods) == (10, 0, 0, 10)
        await world.pass_time(wall, seconds=30)
        assert await attempts_of(sale) == [("returned", "order_closed", 0, "success")]
        assert (await sale.bought())["state"] == "closed"
        assert await balance_of(sale.buyer) == GRANT
        assert await level_of(sale.seller, sale.goods) == (10, 0, 0, 10)
        entries = (await sale.buyer.get("/mall/wallet"))["entries"]
        assert [(entry["title_code"], entry["amount_fen"]) for entry in entries[:2]] == [
            ("money.refund", PRICE),
            ("money.late_payment", -PRICE),
        ]
        await assert_balanced(world)

    async def test_told_twice_goes_back_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        await attempt(sale, "late")
        await sale.cancel()
        for _ in range(3):
            await notify_again(sale)
        assert await attempts_of(sale) == [("returned", "order_closed", 2, "success")]
        assert await balance_of(sale.buyer) == GRANT
        assert await count_rows(world.runtime, world.sandbox_id, "mall_refund") == 1
        await assert_balanced(world)

    async def test_of_an_order_that_was_paid_meanwhile_goes_back(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        await attempt(sale, "slow")
        await sale.pay()
        await notify_again(sale)
        assert await attempts_of(sale) == [("returned", "order_paid", 0, "success"), ("success", "paid", 0, None)]
        assert (await sale.bought())["state"] == "wait_ship"
        assert await balance_of(sale.buyer) == GRANT - PRICE
        await assert_balanced(world)

    async def test_of_another_amount_goes_back(self, world: World, wall: ManualClock) -> None:
        """The seller has changed the price while the payment was under way."""
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        await attempt(sale, "slow")
        [line] = (await sale.sold())["lines"]
        body = {"lines": [{"line_id": line["id"], "amount_fen": 5000}], "freight_fen": 0}
        await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/reprice", body)
        await notify_again(sale)
        assert await attempts_of(sale) == [("returned", "order_created", 0, "success")]
        assert ((await sale.bought())["state"], await balance_of(sale.buyer)) == ("wait_pay", GRANT)
        await assert_balanced(world)


class TestNotification:
    async def test_that_comes_twice_has_one_effect(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        paid = await attempt(sale, "twice", channel="card")
        assert (paid["state"], await attempts_of(sale)) == ("paid", [("success", "paid", 1, None)])
        assert await balance_of(sale.buyer) == GRANT - PRICE
        assert await level_of(sale.seller, sale.goods) == (10, 0, 1, 9)
        assert await count_rows(world.runtime, world.sandbox_id, "mall_transfer") == 4
        await assert_balanced(world)

    @pytest.mark.parametrize("outcome", ["insufficient", "refused"])
    async def test_of_a_failure_leaves_the_order_to_be_paid_again(
        self, world: World, wall: ManualClock, outcome: str
    ) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        failed = await attempt(sale, outcome, channel="card")
        assert (failed["state"], await attempts_of(sale)) == ("created", [("failed", outcome, 0, None)])
        assert await balance_of(sale.buyer) == GRANT
        assert (await attempt(sale, "success"))["state"] == "paid"
        assert [row[0] for row in await attempts_of(sale)] == ["failed", "success"]
        await assert_balanced(world)

    async def test_that_is_slow_pays_in_time(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        await attempt(sale, "slow", channel="card")
        await world.lecturer.post("/sandbox/clock/start")
        await world.pass_time(wall, seconds=29)
        assert (await sale.bought())["state"] == "wait_pay"
        await world.pass_time(wall, seconds=2)
        assert (await sale.bought())["state"] == "wait_ship"
        await world.pass_time(wall, minutes=16)
        assert (await sale.bought())["state"] == "wait_ship", "its time-out is gone"
        await assert_balanced(world)

    async def test_of_a_wallet_that_holds_too_little_is_a_failure(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [gold] = await world.open_shop(seller, "云岭", [item(price=GRANT - 1)])
        first, second = [await place(seller, buyer, world, gold) for _ in range(2)]
        await first.pay()
        await attempt(second, "success", total=GRANT - 1)
        assert await attempts_of(second) == [("failed", "insufficient", 0, None)]
        assert ((await second.bought())["state"], await balance_of(buyer)) == ("wait_pay", 1)
        await assert_balanced(world)

    async def test_of_what_nobody_tried_is_refused(self, world: World) -> None:
        before = await fingerprint(world)
        with pytest.raises(NotFound, match=r"mall\.payment\.not_found"):
            async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                await cashier.notify(uow, "P0000-1", Verdict.PAID)
        assert await fingerprint(world) == before


class TestTotal:
    async def test_that_the_buyer_did_not_see_is_never_charged(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        before = await fingerprint(world)
        problem = await attempt(sale, "success", total=PRICE - 1, status=409)
        assert problem["code"] == "mall.trade.price_changed"
        path = f"/mall/pay-orders/{sale.pay_order_id}/pay?expected_total_fen={PRICE + 1}"
        assert (await sale.buyer.post(path, status=409))["code"] == "mall.trade.price_changed"
        assert await fingerprint(world) == before
