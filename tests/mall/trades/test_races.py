"""What happens when two parties move one trade at once; each race is forced, not hoped for."""

import asyncio
from datetime import timedelta

from tests.mall import races
from tests.mall.sales import CARRIER, Sale, assert_balanced, level_of, order, place, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, count_rows, item

TRADE = "SELECT id FROM mall_trade WHERE id = :id"
LEVEL = "SELECT sku_id FROM mall_stock_level WHERE sku_id = :id"
SELLER_WALLET = "SELECT id FROM mall_money_account WHERE kind = 'seller' AND owner_id = :id"
NET = 5900 - 295


async def just_before(world: World, wall: ManualClock, state: str, **deadline: float) -> Sale:
    """Returns a sale whose simulated deadline is a second of real time away, at 1440×."""
    sale = await sale_in(world, wall, state, quantity=1)
    await run_at(world, 1440)
    await world.pass_time(wall, seconds=timedelta(**deadline).total_seconds() / 1440 - 1)
    return sale


async def assert_settled_once(sale: Sale) -> None:
    wallet = await sale.seller.get("/mall/wallet")
    assert wallet["seller"] == {"balance_fen": NET, "in_escrow_fen": 0}
    assert (await sale.bought())["state"] == "finished"
    await assert_balanced(sale.world)


class TestConfirmAgainstAutoConfirm:
    async def test_buyer_who_came_first_wins(self, world: World, wall: ManualClock) -> None:
        sale = await just_before(world, wall, "shipped", days=10)
        runner, token = await races.ready_runner(world)
        async with races.row_held(world, SELLER_WALLET, {"id": sale.seller.seat_id}):
            confirming = asyncio.create_task(sale.confirm())
            await races.until_waiting(world, 1)
            wall.advance(seconds=2)
            firing = asyncio.create_task(runner.fire_next(world.sandbox_id, token))
            await races.until_waiting(world, 2)
        assert (await confirming)["timeline"][-1]["params"] == {"by": "buyer"}
        assert not (await firing).more, "the timer was cancelled, not fired"
        await assert_settled_once(sale)

    async def test_system_that_came_first_wins(self, world: World, wall: ManualClock) -> None:
        sale = await just_before(world, wall, "shipped", days=10)
        runner, token = await races.ready_runner(world)
        async with races.row_held(world, SELLER_WALLET, {"id": sale.seller.seat_id}):
            wall.advance(seconds=2)
            firing = asyncio.create_task(runner.fire_next(world.sandbox_id, token))
            await races.until_waiting(world, 1)
            confirming = asyncio.create_task(sale.confirm(status=409))
            await races.until_waiting(world, 2)
        await firing
        await races.assert_no_timer_failed(world)
        assert (await confirming)["code"] == "mall.trade.not_possible"
        assert (await sale.bought())["timeline"][-1]["params"] == {"by": "system"}
        await assert_settled_once(sale)


class TestConfirmTwice:
    async def test_settles_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=1)
        async with races.row_held(world, SELLER_WALLET, {"id": sale.seller.seat_id}):
            clicks = [
                asyncio.create_task(sale.buyer.send("POST", f"/mall/trades/{sale.trade_id}/confirm")) for _ in range(2)
            ]
            await races.until_waiting(world, 2)
        answers = sorted(await asyncio.gather(*clicks), key=lambda answer: answer.status_code)
        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[1].json()["code"] == "mall.trade.not_possible"
        await assert_settled_once(sale)


class TestShipTwice:
    async def test_sends_one_parcel(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=1)
        path = f"/mall/desk/trades/{sale.trade_id}/ship"
        async with races.row_held(world, TRADE, {"id": sale.trade_id}):
            clicks = [asyncio.create_task(sale.seller.send("POST", path, json=CARRIER)) for _ in range(2)]
            await races.until_waiting(world, 2)
        answers = sorted(await asyncio.gather(*clicks), key=lambda answer: answer.status_code)
        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[1].json()["code"] == "mall.trade.not_possible"
        assert await count_rows(world.runtime, world.sandbox_id, "mall_parcel") == 1
        assert await level_of(sale.seller, sale.goods) == (9, 0, 0, 9)
        await assert_balanced(world)


class TestShipAgainstItsDeadline:
    async def test_seller_who_came_first_is_not_late(self, world: World, wall: ManualClock) -> None:
        sale = await just_before(world, wall, "wait_ship", hours=48)
        runner, token = await races.ready_runner(world)
        async with races.row_held(world, TRADE, {"id": sale.trade_id}):
            shipping = asyncio.create_task(sale.ship())
            await races.until_waiting(world, 1)
            wall.advance(seconds=2)
            firing = asyncio.create_task(runner.fire_next(world.sandbox_id, token))
            await races.until_waiting(world, 2)
        shipped = await shipping
        assert not (await firing).more, "the timer was cancelled, not fired"
        assert (shipped["state"], shipped["shipped_late"]) == ("shipped", False)
        assert (await sale.sold())["shipped_late"] is False

    async def test_deadline_that_came_first_is_noted_and_the_seller_still_ships(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await just_before(world, wall, "wait_ship", hours=48)
        runner, token = await races.ready_runner(world)
        async with races.row_held(world, TRADE, {"id": sale.trade_id}):
            wall.advance(seconds=2)
            firing = asyncio.create_task(runner.fire_next(world.sandbox_id, token))
            await races.until_waiting(world, 1)
            shipping = asyncio.create_task(sale.ship())
            await races.until_waiting(world, 2)
        await firing
        await races.assert_no_timer_failed(world)
        shipped = await shipping
        assert (shipped["state"], shipped["shipped_late"]) == ("shipped", True)


class TestCancelAgainstPlace:
    async def test_of_the_same_pair_both_succeed(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sale = await place(seller, buyer, world, honey)
        async with races.row_held(world, LEVEL, {"id": honey["sku_id"]}):
            cancelling = asyncio.create_task(sale.cancel())
            await races.until_waiting(world, 1)
            placing = asyncio.create_task(buyer.post("/mall/trades", order((honey, 2)), status=201))
            await races.until_waiting(world, 2)
        assert (await cancelling)["state"] == "closed"
        assert (await placing)["state"] == "created"
        assert await level_of(seller, honey) == (10, 2, 0, 8)
        await assert_balanced(world)

    async def test_cancelled_twice_gives_the_stock_back_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        async with races.row_held(world, TRADE, {"id": sale.trade_id}):
            clicks = [
                asyncio.create_task(sale.buyer.send("POST", f"/mall/trades/{sale.trade_id}/cancel")) for _ in range(2)
            ]
            await races.until_waiting(world, 2)
        answers = sorted(await asyncio.gather(*clicks), key=lambda answer: answer.status_code)
        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[1].json()["code"] == "mall.payment.changed"
        assert await level_of(sale.seller, sale.goods) == (10, 0, 0, 10)
        await assert_balanced(world)
