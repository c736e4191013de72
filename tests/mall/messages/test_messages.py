"""Messages: which facts are told, to whom, once, and how few are kept."""

from typing import Any

import pytest

from app import modules
from kernel.events.relay import Relay
from kernel.runtime import Runtime
from mall.events import TradeShipped
from mall.messages import handlers, rules
from mall.trades import queries as trades
from tests.mall.sales import jump, place, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import Person, World, count_rows, item


async def relay(world: World) -> None:
    """Delivers every fact of this class; other tests' facts, in the same database, may go with them."""
    turn = Relay(world.runtime, modules.directory())
    while await turn.turn():
        pass


async def told(person: Person) -> list[str]:
    """Returns what a buyer was told, oldest first."""
    return [row["kind"] for row in reversed((await person.get("/mall/messages"))["rows"])]


class TestTelling:
    async def test_follows_a_parcel_from_shipping_to_signing(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await jump(world, wall, days=6)
        await relay(world)
        assert await told(sale.buyer) == ["shipped", "signed"]
        assert await told(sale.seller) == []
        row = (await sale.buyer.get("/mall/messages"))["rows"][0]
        assert (row["trade_id"], row["is_read"]) == (sale.trade_id, False)
        assert (row["params"]["shop_name"], row["params"]["title"], row["params"]["pieces"]) == ("云岭", "测试蜂蜜", 2)

    async def test_says_that_time_ran_out_but_not_what_the_buyer_did(self, world: World, wall: ManualClock) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await (await place(seller, buyer, world, honey)).cancel()
        await place(seller, buyer, world, honey)
        await run_at(world, 1)
        await world.pass_time(wall, minutes=16)
        await relay(world)
        [row] = (await buyer.get("/mall/messages"))["rows"]
        assert (row["kind"], row["params"]["reason"]) == ("closed", "pay_timeout")

    async def test_counts_on_the_badge(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await relay(world)
        assert (await sale.buyer.get("/mall/badges"))["messages"] == 1
        assert (await sale.seller.get("/mall/badges"))["messages"] == 0


class TestKeeping:
    async def test_forgets_the_oldest(
        self, world: World, wall: ManualClock, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sale = await sale_in(world, wall, "shipped")
        monkeypatch.setattr(rules, "KEPT", 3)
        async with runtime.enter_sandbox(world.sandbox_id) as uow:
            trade: Any = await trades.access_any(uow, sale.trade_id)  # type: ignore[arg-type]  # PostgreSQL reads the text
            fact = TradeShipped(
                trade_id=trade.id,
                number=trade.number,
                shop_id=trade.shop_id,
                buyer_seat_id=trade.buyer_seat_id,
                seller_seat_id=trade.seller_seat_id,
                classmate=True,
            )
            for _ in range(5):
                await handlers.TELL_BUYERS.handle(uow, fact)
        assert await count_rows(runtime, world.sandbox_id, "mall_message") == 3
        assert await told(sale.buyer) == ["shipped"] * 3


class TestReading:
    async def test_marks_one_and_then_all(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await jump(world, wall, days=6)
        await relay(world)
        first = (await sale.buyer.get("/mall/messages"))["rows"][1]
        after = await sale.buyer.post(f"/mall/messages/{first['id']}/read")
        assert [row["is_read"] for row in after["rows"]] == [False, True]
        assert after["unread"] == 1
        assert (await sale.buyer.post("/mall/messages/read-all"))["unread"] == 0

    async def test_finds_nobody_elses(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await relay(world)
        [row] = (await sale.buyer.get("/mall/messages"))["rows"]
        problem = await sale.seller.post(f"/mall/messages/{row['id']}/read", status=404)
        assert problem["code"] == "mall.message.not_found"
        assert (await sale.buyer.get("/mall/badges"))["messages"] == 1
