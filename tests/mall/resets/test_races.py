"""A reset meets somebody who orders, pays, cancels, ships, confirms, lists or is too late: one is first, both end well."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.mall import races
from tests.mall.resets.stores import GRANT, NET, PRICE, TEA, reset, rows
from tests.mall.sales import Sale, assert_balanced, balance_of, line, order, place, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, item

SHOP = "SELECT id FROM mall_shop WHERE seat_id = :id"
PAY_ORDER = "SELECT id FROM mall_pay_order WHERE id = :id"
TRADE = "SELECT id FROM mall_trade WHERE id = :id"
PRODUCT = "SELECT id FROM mall_product WHERE id = :id"
LEVEL = "SELECT sku_id FROM mall_stock_level WHERE sku_id = :id"
CART_LINE = "SELECT sku_id FROM mall_cart_item WHERE sku_id = :id"
WALLET = "SELECT id FROM mall_money_account WHERE kind = 'seller' AND owner_id = :id"

Step = Callable[[], Awaitable[Any]]


def resetting(sale: Sale) -> Step:
    return lambda: reset(sale.world, sale.seller)


async def meet(world: World, select: str, row_id: Any, *steps: Step) -> list[Any]:
    """Starts each step once the one before it waits for a lock, then lets go and returns all their answers."""
    tasks = []
    async with races.row_held(world, select, {"id": row_id}):
        for number, step in enumerate(steps, start=1):
            tasks.append(asyncio.ensure_future(step()))
            await races.until_waiting(world, number)
    return list(await asyncio.gather(*tasks))


async def late_sale(world: World, wall: ManualClock) -> Sale:
    """Returns a paid sale whose ship deadline has passed."""
    sale = await sale_in(world, wall, "wait_ship")
    await run_at(world, 1440)
    await world.pass_time(wall, minutes=3)
    assert (await sale.sold())["shipped_late"]
    return sale


async def reasons(world: World) -> list[Any]:
    """Returns the reasons of all closed trades, in the order of their placing."""
    return [row[0] for row in await rows(world, "SELECT close_reason FROM mall_trade ORDER BY id")]


class TestAgainstOrdering:
    async def test_an_order_under_way_is_closed(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        third = world.learners[2]

        def ordering() -> Awaitable[Any]:
            return third.post("/mall/trades", order((sale.goods, 1)), status=201)

        _, done = await meet(world, LEVEL, sale.goods["sku_id"], ordering, resetting(sale))
        assert done["unpaid_trades"] == 2
        assert await reasons(world) == ["shop_reset", "shop_reset"]
        await assert_balanced(world)

    async def test_an_order_that_comes_later_finds_the_goods_off_the_shelf(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        third = world.learners[2]

        def ordering() -> Awaitable[Any]:
            return third.post("/mall/trades", order((sale.goods, 1)), status=409)

        done, refused = await meet(world, PAY_ORDER, sale.pay_order_id, resetting(sale), ordering)
        assert (done["unpaid_trades"], refused["code"]) == (1, "mall.product.off_shelf")
        assert (await third.get("/mall/trades"))["total"] == 0
        await assert_balanced(world)


class TestAgainstPaying:
    async def test_a_payment_under_way_is_refunded(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, done = await meet(world, TRADE, sale.trade_id, sale.pay, resetting(sale))
        assert (done["unpaid_trades"], done["refunded_trades"], done["refund_fen"]) == (0, 1, 2 * PRICE)
        assert await reasons(world) == ["shop_reset"]
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)

    async def test_a_payment_that_comes_later_takes_nothing(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, refused = await meet(world, TRADE, sale.trade_id, resetting(sale), lambda: sale.pay(status=409))
        assert refused["code"] == "mall.payment.closed"
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)


class TestAgainstCancelling:
    async def test_a_cancelled_trade_is_left_alone(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, done = await meet(world, TRADE, sale.trade_id, sale.cancel, resetting(sale))
        assert done["unpaid_trades"] == 0
        assert await reasons(world) == ["buyer_cancelled"]
        await assert_balanced(world)

    async def test_a_cancelling_that_comes_later_is_told(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        _, refused = await meet(world, TRADE, sale.trade_id, resetting(sale), lambda: sale.cancel(status=409))
        assert refused["code"] == "mall.payment.changed"
        assert await reasons(world) == ["shop_reset"]
        await assert_balanced(world)


class TestAgainstShipping:
    async def test_a_parcel_that_went_first_runs_to_its_end(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=1)
        _, done = await meet(world, TRADE, sale.trade_id, sale.ship, resetting(sale))
        assert (done["refunded_trades"], done["running_trades"]) == (0, 1)
        await sale.confirm()
        assert (await sale.seller.get("/mall/wallet"))["seller"]["balance_fen"] == NET
        await assert_balanced(world)

    async def test_a_late_parcel_that_went_first_runs_to_its_end(self, world: World, wall: ManualClock) -> None:
        """It has no deadline any more that would keep the two apart; its units do."""
        sale = await late_sale(world, wall)
        _, done = await meet(world, LEVEL, sale.goods["sku_id"], sale.ship, resetting(sale))
        assert (done["refunded_trades"], done["running_trades"]) == (0, 1)
        await assert_balanced(world)

    @pytest.mark.parametrize(("late", "code"), [(False, "mall.trade.not_possible"), (True, "mall.trade.not_possible")])
    async def test_nothing_leaves_the_house_after_it(
        self, world: World, wall: ManualClock, *, late: bool, code: str
    ) -> None:
        sale = await (late_sale(world, wall) if late else sale_in(world, wall, "wait_ship"))
        done, refused = await meet(world, TRADE, sale.trade_id, resetting(sale), lambda: sale.ship(status=409))
        assert (done["refunded_trades"], refused["code"]) == (1, code)
        assert await rows(world, "SELECT id FROM mall_parcel") == []
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)


class TestAgainstConfirming:
    async def test_what_was_settled_first_is_taken_back(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=1)
        _, done = await meet(world, WALLET, sale.seller.seat_id, sale.confirm, resetting(sale))
        assert done["seller_fen"] == NET
        assert (await sale.seller.get("/mall/wallet"))["seller"]["balance_fen"] == 0
        await assert_balanced(world)

    async def test_what_is_settled_later_stays(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=1)
        done, _ = await meet(world, WALLET, sale.seller.seat_id, resetting(sale), sale.confirm)
        assert (done["seller_fen"], done["running_trades"]) == (0, 1)
        assert (await sale.seller.get("/mall/wallet"))["seller"]["balance_fen"] == NET
        await assert_balanced(world)


class TestAgainstDeadlines:
    async def test_of_payment_that_came_first_closes_the_trade(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await run_at(world, 1)
        await world.pass_time(wall, seconds=899)
        runner, token = await races.ready_runner(world)
        wall.advance(seconds=2)

        def firing() -> Awaitable[Any]:
            return runner.fire_next(world.sandbox_id, token)

        _, done = await meet(world, TRADE, sale.trade_id, firing, resetting(sale))
        assert (done["unpaid_trades"], await reasons(world)) == (0, ["pay_timeout"])
        await races.assert_no_timer_failed(world)
        await assert_balanced(world)

    async def test_that_come_later_are_gone(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=timedelta(hours=48).total_seconds() / 1440 - 1)
        runner, token = await races.ready_runner(world)

        async def firing() -> Any:
            wall.advance(seconds=2)
            return await runner.fire_next(world.sandbox_id, token)

        _, turn = await meet(world, TRADE, sale.trade_id, resetting(sale), firing)
        assert not turn.more, "the timer was cancelled, not fired"
        assert (await sale.sold())["shipped_late"] is False
        await assert_balanced(world)


class TestAgainstItsLearner:
    async def test_nothing_is_put_on_the_shelf_of_a_retired_store(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        path = f"/mall/desk/products/{sale.goods['id']}/put-on-shelf"

        def shelving() -> Awaitable[Any]:
            return sale.seller.post(path, status=404)

        _, refused = await meet(world, PRODUCT, sale.goods["id"], resetting(sale), shelving)
        assert refused["code"] == "mall.shop.none"
        assert await rows(world, "SELECT state FROM mall_product") == [("off_shelf",)]

    async def test_a_store_is_not_renamed_after_it(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")

        def renaming() -> Awaitable[Any]:
            return sale.seller.send("PATCH", "/mall/desk/shop", json={"name": "新名字"})

        _, answer = await meet(world, PAY_ORDER, sale.pay_order_id, resetting(sale), renaming)
        assert (answer.status_code, answer.json()["code"]) == (404, "mall.shop.none")
        assert await rows(world, "SELECT name, state FROM mall_shop") == [("云岭", "retired")]

    async def test_a_cart_somebody_changes_now_is_left_to_him(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await sale.buyer.post("/mall/cart/items", line(sale.goods))
        async with races.row_held(world, CART_LINE, {"id": sale.goods["sku_id"]}):
            done = await reset(world, sale.seller)
        assert done["lines_of_others"] == 1
        [left] = (await sale.buyer.get("/mall/cart"))["invalid"]
        assert (left["sku_id"], left["invalid_reason"]) == (sale.goods["sku_id"], "off_shelf")


class TestAgainstAnother:
    async def test_two_lecturers_reset_a_store_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")

        def again() -> Awaitable[Any]:
            return reset(world, sale.seller, status=409)

        done, refused = await meet(world, SHOP, sale.seller.seat_id, resetting(sale), again)
        assert (done["refunded_trades"], refused["code"]) == (1, "mall.reset.no_shop")
        await assert_balanced(world)

    async def test_two_stores_that_buy_from_each_other(self, world: World) -> None:
        """Orders, wallets and carts of each lie in the way of the other; nobody waits in a circle."""
        one, two, third = world.learners
        [honey] = await world.open_shop(one, "云岭", [item()])
        [tea] = await world.open_shop(two, "茶铺", [item("秋茶", price=TEA)])
        shared = await third.post("/mall/trades", order((honey, 1), (tea, 1)), status=201)
        for seller, buyer, goods in ((one, two, honey), (two, one, tea)):
            await (await place(seller, buyer, world, goods)).pay()
            await place(seller, buyer, world, goods)
            await buyer.post("/mall/cart/items", line(goods))
        first, then = await meet(world, PAY_ORDER, shared["id"], lambda: reset(world, one), lambda: reset(world, two))
        for answer in (first, then):
            assert (answer["unpaid_trades"], answer["refunded_trades"]) == (2, 1)
        assert await reasons(world) == ["shop_reset"] * 6
        assert await rows(world, "SELECT sku_id FROM mall_cart_item") == []
        assert await balance_of(third) == GRANT
        assert (await level_of_all(world)) == [(10, 0, 0), (10, 0, 0)]
        await assert_balanced(world)

    async def test_learners_with_each_others_goods_in_their_carts(self, world: World) -> None:
        """Both empty lines of both carts, while a third person's lines of both stores cannot be had."""
        one, two, third = world.learners
        [honey] = await world.open_shop(one, "云岭", [item()])
        [tea] = await world.open_shop(two, "茶铺", [item("秋茶", price=TEA)])
        for person, goods in ((one, tea), (two, honey), (third, honey), (third, tea)):
            await person.post("/mall/cart/items", line(goods))
        async with races.row_held(
            world, "SELECT sku_id FROM mall_cart_item WHERE seat_id = :id", {"id": third.seat_id}
        ):
            await asyncio.gather(reset(world, one), reset(world, two))
        left = await rows(world, "SELECT seat_id FROM mall_cart_item")
        assert left == [(third.seat_id,), (third.seat_id,)]


async def level_of_all(world: World) -> list[tuple[Any, ...]]:
    """Returns (on hand, held, allocated) of every SKU, the retired ones included."""
    return await rows(world, "SELECT on_hand, held, allocated FROM mall_stock_level ORDER BY sku_id")
