"""A parcel is lost: both sides see who must act, the seller sends again or pays back, and the books agree at every step."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.ids import new_id
from kernel.sandbox.timers import DueTimer
from mall.fulfilment import service as fulfilment
from mall.trades import receipt
from tests.mall.sales import CARRIER, Sale, assert_balanced, balance_of, jump, level_of, sale_in
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, World

GRANT, PRICE = 200_000, 5900


async def lose(sale: Sale, number: int = 0) -> str:
    """Lets the courier lose one of the sale's parcels now, and returns its id."""
    parcel_id = (await sale.sold())["parcels"][number]["id"]
    async with sale.world.runtime.enter_sandbox(sale.world.sandbox_id) as uow:
        await uow.execute(
            text("UPDATE kernel_timer SET state = 'cancelled' WHERE subject_id = :id AND state = 'pending'"),
            {"id": parcel_id},
        )
        for ordinal, state in enumerate(("picked_up", "in_transit", "lost"), start=1):
            payload = {"state": state, "place": "转运中心"}
            timer = DueTimer(new_id(), fulfilment.STEP, UUID(parcel_id), ordinal, STARTS_SIM_AT, None, payload)
            await receipt.move_parcel(uow, timer)
    return str(parcel_id)


async def act(sale: Sale, parcel_id: str, what: str, *, status: int = 200) -> Any:
    """Lets the seller make up for a lost parcel."""
    body = CARRIER if what == "resend" else None
    return await sale.seller.post(f"/mall/desk/parcels/{parcel_id}/{what}", body, status=status)


async def in_two_parcels(sale: Sale) -> None:
    """Ships one unit, then the rest."""
    [line] = (await sale.sold())["lines"]
    part = {**CARRIER, "lines": [{"line_id": line["id"], "quantity": 1}]}
    await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/ship", part)
    await sale.ship()


class TestLost:
    async def test_keeps_the_trade_from_being_confirmed_by_buyer_or_time(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await lose(sale)
        assert (await sale.bought())["lost_parcels"] == 1
        assert (await sale.confirm(status=409))["code"] == "mall.trade.parcel_lost"
        await jump(world, wall, days=20)
        trade = await sale.bought()
        assert (trade["state"], trade["deadline"], trade["actions"]) == ("shipped", None, [])
        assert "trade.waits_for_parcels" in [entry["code"] for entry in trade["timeline"]]
        await assert_balanced(world)

    async def test_sent_again_costs_the_seller_goods_and_lets_the_trade_go_on(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "shipped")
        parcel_id = await lose(sale)
        await jump(world, wall, days=12)
        again = await act(sale, parcel_id, "resend")
        assert [parcel["state"] for parcel in again["parcels"]] == ["replaced", "created"]
        assert await level_of(sale.seller, sale.goods) == (6, 0, 0, 6)
        assert again["money"]["cost_fen"] == 4 * 3100
        assert (await act(sale, parcel_id, "refund", status=409))["code"] == "mall.parcel.not_possible"
        await assert_balanced(world)
        await jump(world, wall, days=12)
        assert (await sale.bought())["state"] == "finished"
        assert await balance_of(sale.buyer) == GRANT - 2 * PRICE
        await assert_balanced(world)

    async def test_paid_back_whole_closes_the_trade(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        closed = await act(sale, await lose(sale), "refund")
        assert (closed["state"], closed["close_reason"], closed["refunded_fen"]) == ("closed", "refunded", 2 * PRICE)
        assert await balance_of(sale.buyer) == GRANT
        assert await level_of(sale.seller, sale.goods) == (8, 0, 0, 8), "what is lost is lost"
        await assert_balanced(world)

    async def test_paid_back_in_part_settles_the_rest(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=3)
        await in_two_parcels(sale)
        kept = await act(sale, await lose(sale, 0), "refund")
        assert (kept["state"], kept["refunded_fen"], kept["refunds"][0]["reason"]) == ("shipped", PRICE, "parcel_lost")
        assert await balance_of(sale.buyer) == GRANT - 2 * PRICE
        await assert_balanced(world)
        await sale.confirm()
        wallet = await sale.seller.get("/mall/wallet")
        assert wallet["seller"] == {"balance_fen": 2 * PRICE - 590, "in_escrow_fen": 0}
        await assert_balanced(world)

    async def test_of_a_finished_trade_is_nobodys_to_make_up_for(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await sale.confirm()
        parcel_id = await lose(sale)
        for what in ("refund", "resend"):
            assert (await act(sale, parcel_id, what, status=409))["code"] == "mall.trade.not_possible"
        await assert_balanced(world)


class TestReset:
    async def test_of_a_store_with_a_part_shipped_trade_pays_back_the_rest(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=3)
        [line] = (await sale.sold())["lines"]
        part = {**CARRIER, "lines": [{"line_id": line["id"], "quantity": 1}]}
        assert (await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/ship", part))["state"] == "part_shipped"
        path = f"/mall/seats/{sale.seller.seat_id}/reset"
        told = await world.lecturer.get(path)
        done = await world.lecturer.post(path, {"reason": "重新来过"})
        assert (told["refund_fen"], done["refund_fen"], done["refunded_trades"]) == (2 * PRICE, 2 * PRICE, 1)
        trade = await sale.bought()
        assert (trade["state"], trade["refunded_fen"], trade["actions"]) == (
            "shipped",
            2 * PRICE,
            ["confirm", "extend"],
        )
        assert await balance_of(sale.buyer) == GRANT - PRICE
        await assert_balanced(world)
        await sale.confirm()
        await assert_balanced(world)
