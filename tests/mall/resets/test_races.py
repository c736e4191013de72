"""A reset meets somebody who is ordering, paying, shipping, cancelling or too late: one of the two is first, both end well."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.mall import races
from tests.mall.sales import CARRIER, Sale, assert_balanced, balance_of, order, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, item

GRANT = 200_000
WHY = {"reason": "重新来过"}
SHOP = "SELECT id FROM mall_shop WHERE seat_id = :id"
PAY_ORDER = "SELECT id FROM mall_pay_order WHERE id = :id"
TRADE = "SELECT id FROM mall_trade WHERE id = :id"
LEVEL = "SELECT sku_id FROM mall_stock_level WHERE sku_id = :id"


def resetting(sale: Sale, *, status: int = 200) -> Awaitable[Any]:
    return sale.world.lecturer.post(f"/mall/seats/{sale.seller.seat_id}/reset", WHY, status=status)


async def meet(world: World, held: tuple[str, Any], *steps: Callable[[], Awaitable[Any]]) -> list[Any]:
    """Starts each step once the one before it waits for a lock, lets go, and returns all their answers."""
    select, row_id = held
    tasks = []
    async with races.row_held(world, select, {"id": row_id}):
        for number, step in enumerate(steps, start=1):
            tasks.append(asyncio.ensure_future(step()))
            await races.until_waiting(world, number)
    return list(await asyncio.gather(*tasks))


class TestAgainstOrder:
    async def test_an_order_under_way_is_closed_by_the_reset(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        third = world.learners[2]

        def ordering() -> Awaitable[Any]:
            return third.post("/mall/trades", order((sale.goods, 1)), status=201)

        placed, done = await meet(world, (LEVEL, sale.goods["sku_id"]), ordering, lambda: resetting(sale))
        assert done["unpaid_trades"] == 2
        assert placed["trades"][0]["state"] == "wait_pay"
        assert (await third.get(f"/mall/trades/{placed['trades'][0]['id']}"))["state"] == "closed"
        await assert_balanced(world)

    async def test_an_order_that_comes_later_finds_no_store(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        third = world.learners[2]

        def ordering() -> Awaitable[Any]:
            return third.post("/mall/trades", order((sale.goods, 1)), status=404)

        done, refused = await meet(world, (PAY_ORDER, sale.pay_order_id), lambda: resetting(sale), ordering)
        assert (done["unpaid_trades"], refused["code"]) == (1, "mall.sku.not_found")
        assert (await third.get("/mall/trades"))["total"] == 0
        await assert_balanced(world)


class TestAgainstPayment:
    async def test_a_payment_under_way_is_refunded(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, done = await meet(world, (TRADE, sale.trade_id), sale.pay, lambda: resetting(sale))
        assert (done["unpaid_trades"], done["refunded_trades"], done["refund_fen"]) == (0, 1, 11800)
        assert (await sale.bought())["state"] == "closed"
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)

    async def test_a_payment_that_comes_later_takes_nothing(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, refused = await meet(world, (TRADE, sale.trade_id), lambda: resetting(sale), lambda: sale.pay(status=409))
        assert refused["code"] == "mall.payment.closed"
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)


class TestAgainstCancelling:
    async def test_a_cancelled_trade_is_left_alone(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, done = await meet(world, (TRADE, sale.trade_id), sale.cancel, lambda: resetting(sale))
        assert done["unpaid_trades"] == 0
        assert (await sale.bought())["close_reason"] == "buyer_cancelled"
        await assert_balanced(world)


class TestAgainstShipping:
    async def test_a_parcel_under_way_runs_to_its_end(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        _, done = await meet(world, (TRADE, sale.trade_id), sale.ship, lambda: resetting(sale))
        assert (done["refunded_trades"], done["running_trades"]) == (0, 1)
        await sale.confirm()
        await assert_balanced(world)

    @pytest.mark.parametrize("late", [False, True])
    async def test_nothing_leaves_the_house_after_it(self, world: World, wall: ManualClock, *, late: bool) -> None:
        """A late trade has no pending deadline any more that would keep the two apart; its units do."""
        sale = await sale_in(world, wall, "wait_ship")
        if late:
            await run_at(world, 1440)
            await world.pass_time(wall, minutes=3)
            assert (await sale.sold())["shipped_late"]
        path = f"/mall/desk/trades/{sale.trade_id}/ship"

        def shipping() -> Awaitable[Any]:
            return sale.seller.post(path, CARRIER, status=409)

        done, refused = await meet(world, (TRADE, sale.trade_id), lambda: resetting(sale), shipping)
        assert done["refunded_trades"] == 1
        assert refused["code"] in {"mall.stock.hold_gone", "mall.trade.not_possible"}
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)


class TestAgainstDeadline:
    async def test_of_payment_closes_a_trade_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await run_at(world, 1)
        await world.pass_time(wall, seconds=899)
        runner, token = await races.ready_runner(world)
        wall.advance(seconds=2)
        firing = lambda: runner.fire_next(world.sandbox_id, token)  # noqa: E731  one step of the meeting
        _, done = await meet(world, (TRADE, sale.trade_id), firing, lambda: resetting(sale))
        assert done["unpaid_trades"] == 0
        assert (await sale.bought())["close_reason"] == "pay_timeout"
        await races.assert_no_timer_failed(world)
        await assert_balanced(world)


class TestAgainstAnother:
    async def test_two_lecturers_reset_a_store_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        done, refused = await meet(
            world, (SHOP, sale.seller.seat_id), lambda: resetting(sale), lambda: resetting(sale, status=409)
        )
        assert (done["refunded_trades"], refused["code"]) == (1, "mall.reset.no_shop")
        await assert_balanced(world)

    async def test_two_stores_that_share_orders_do_not_wait_for_each_other(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        other, buyer = world.learners[2], sale.buyer
        [tea] = await world.open_shop(other, "茶铺", [item("秋茶", price=1000)])
        await buyer.post("/mall/trades", order((sale.goods, 1), (tea, 1)), status=201)

        def second() -> Awaitable[Any]:
            return world.lecturer.post(f"/mall/seats/{other.seat_id}/reset", WHY)

        first, then = await meet(world, (PAY_ORDER, sale.pay_order_id), lambda: resetting(sale), second)
        assert (first["unpaid_trades"], then["unpaid_trades"]) == (2, 1)
        await assert_balanced(world)
