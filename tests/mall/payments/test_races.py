"""What happens when a payment meets something else on the same pay order; each race is forced, not hoped for."""

import asyncio

from tests.mall import races
from tests.mall.sales import Sale, assert_balanced, balance_of, level_of, place, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, count_rows, item

PRICE = 5900
GRANT = 200_000
PAY_ORDER = "SELECT id FROM mall_pay_order WHERE id = :id"
WALLET = "SELECT id FROM mall_money_account WHERE kind = 'buyer' AND owner_id = :id"


async def almost_out_of_time(world: World, wall: ManualClock) -> Sale:
    """Returns an unpaid sale a tenth of a second before its fifteen minutes of class are over."""
    sale = await sale_in(world, wall, "wait_pay", quantity=1)
    await world.lecturer.post("/sandbox/clock/start")
    await world.pass_time(wall, minutes=14, seconds=59.9)
    return sale


class TestPayTwice:
    async def test_has_one_effect_and_says_so(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        async with races.row_held(world, WALLET, {"id": sale.buyer.seat_id}):
            clicks = [
                asyncio.create_task(sale.buyer.send("POST", f"/mall/pay-orders/{sale.pay_order_id}/pay"))
                for _ in range(2)
            ]
            await races.until_waiting(world, 2)
        answers = sorted(await asyncio.gather(*clicks), key=lambda answer: answer.status_code)
        assert [answer.status_code for answer in answers] == [200, 409]
        assert answers[1].json()["code"] == "mall.payment.already_paid"
        assert await balance_of(sale.buyer) == GRANT - PRICE
        await assert_balanced(world)

    async def test_says_so_even_when_the_first_has_emptied_the_wallet(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [gold] = await world.open_shop(seller, "云岭", [item(price=GRANT)])
        sale = await place(seller, buyer, world, gold)
        async with races.row_held(world, WALLET, {"id": buyer.seat_id}):
            clicks = [
                asyncio.create_task(buyer.send("POST", f"/mall/pay-orders/{sale.pay_order_id}/pay")) for _ in range(2)
            ]
            await races.until_waiting(world, 2)
        answers = await asyncio.gather(*clicks)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        refusals = [answer.json()["code"] for answer in answers if answer.status_code == 409]
        assert refusals == ["mall.payment.already_paid"]
        assert await balance_of(buyer) == 0

    async def test_with_one_key_at_once_is_told_to_wait(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        path = f"/mall/pay-orders/{sale.pay_order_id}/pay"
        async with races.row_held(world, WALLET, {"id": sale.buyer.seat_id}):
            first = asyncio.create_task(sale.buyer.send("POST", path, key="one-click-only"))
            await races.until_waiting(world, 1)
            second = await sale.buyer.send("POST", path, key="one-click-only")
            assert (second.status_code, second.json()["code"]) == (409, "kernel.request.still_running")
        assert (await first).status_code == 200
        third = await sale.buyer.send("POST", path, key="one-click-only")
        assert (third.status_code, third.headers["Idempotent-Replay"]) == (200, "true")
        assert third.json() == (await first).json()
        assert await balance_of(sale.buyer) == GRANT - PRICE


class TestPayAgainstTimeOut:
    async def test_payment_that_came_first_wins(self, world: World, wall: ManualClock) -> None:
        sale = await almost_out_of_time(world, wall)
        runner, token = await races.ready_runner(world)
        async with races.row_held(world, PAY_ORDER, {"id": sale.pay_order_id}):
            paying = asyncio.create_task(sale.pay())
            await races.until_waiting(world, 1)
            wall.advance(seconds=1)
            firing = asyncio.create_task(runner.fire_next(world.sandbox_id, token))
            await races.until_waiting(world, 2)
        assert (await paying)["state"] == "paid"
        assert not (await firing).more, "the timer was cancelled, not fired"
        assert (await sale.bought())["state"] == "wait_ship"
        assert await balance_of(sale.buyer) == GRANT - PRICE
        assert await level_of(sale.seller, sale.goods) == (10, 0, 1, 9)
        await assert_balanced(world)

    async def test_time_out_that_came_first_wins(self, world: World, wall: ManualClock) -> None:
        sale = await almost_out_of_time(world, wall)
        runner, token = await races.ready_runner(world)
        in_time = wall.at
        async with races.row_held(world, PAY_ORDER, {"id": sale.pay_order_id}):
            wall.advance(seconds=1)
            firing = asyncio.create_task(runner.fire_next(world.sandbox_id, token))
            await races.until_waiting(world, 1)
            wall.at = in_time
            paying = asyncio.create_task(sale.pay(status=409))
            await races.until_waiting(world, 2)
        await firing
        await races.assert_no_timer_failed(world)
        assert (await paying)["code"] == "mall.payment.closed"
        trade = await sale.bought()
        assert (trade["state"], trade["close_reason"]) == ("closed", "pay_timeout")
        assert await balance_of(sale.buyer) == GRANT
        assert await level_of(sale.seller, sale.goods) == (10, 0, 0, 10)
        await assert_balanced(world)


class TestPayAgainstCancel:
    async def test_payment_that_came_first_wins(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        async with races.row_held(world, PAY_ORDER, {"id": sale.pay_order_id}):
            paying = asyncio.create_task(sale.pay())
            await races.until_waiting(world, 1)
            cancelling = asyncio.create_task(sale.cancel(status=409))
            await races.until_waiting(world, 2)
        assert (await paying)["state"] == "paid"
        assert (await cancelling)["code"] == "mall.payment.changed"
        assert (await sale.bought())["state"] == "wait_ship"
        assert await level_of(sale.seller, sale.goods) == (10, 0, 1, 9)
        await assert_balanced(world)

    async def test_cancelling_that_came_first_wins(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=1)
        async with races.row_held(world, PAY_ORDER, {"id": sale.pay_order_id}):
            cancelling = asyncio.create_task(sale.cancel())
            await races.until_waiting(world, 1)
            paying = asyncio.create_task(sale.pay(status=409))
            await races.until_waiting(world, 2)
        assert (await cancelling)["state"] == "closed"
        assert (await paying)["code"] == "mall.payment.closed"
        assert await balance_of(sale.buyer) == GRANT
        assert await level_of(sale.seller, sale.goods) == (10, 0, 0, 10)
        await assert_balanced(world)


class TestTwoPayments:
    async def test_with_money_for_one_pay_one(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [gold] = await world.open_shop(seller, "云岭", [item(price=150_000)])
        sales = [await place(seller, buyer, world, gold) for _ in range(2)]
        async with races.row_held(world, WALLET, {"id": buyer.seat_id}):
            payments = [
                asyncio.create_task(buyer.send("POST", f"/mall/pay-orders/{sale.pay_order_id}/pay")) for sale in sales
            ]
            await races.until_waiting(world, 2)
        answers = sorted(await asyncio.gather(*payments), key=lambda answer: answer.status_code)
        assert [answer.status_code for answer in answers] == [200, 409]
        problem = answers[1].json()
        assert (problem["code"], problem["params"]) == (
            "mall.wallet.insufficient",
            {"balance_fen": 50_000, "amount_fen": 150_000},
        )
        assert await balance_of(buyer) == 50_000
        assert sorted([(await sale.bought())["state"] for sale in sales]) == ["wait_pay", "wait_ship"]
        assert await count_rows(world.runtime, world.sandbox_id, "mall_transfer") == 4
        await assert_balanced(world)
