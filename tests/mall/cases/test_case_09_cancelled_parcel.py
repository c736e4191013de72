"""Case 9: cancelling a parcel brings its units back to their trade, once; cancel and refund do not restock twice."""

import asyncio
from typing import Any

from sqlalchemy import text

from tests.mall.sales import CARRIER, Sale, assert_balanced, jump, level_of, moves_of, sale_in
from tests.manual_clock import ManualClock
from tests.world import World


async def recall(sale: Sale, number: int = -1, *, status: int = 200) -> Any:
    """Calls one of the sale's parcels back."""
    parcel = (await sale.sold())["parcels"][number]
    return await sale.seller.post(f"/mall/desk/parcels/{parcel['id']}/recall", status=status)


class TestRecall:
    async def test_allocates_the_units_again(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=3)
        assert await level_of(sale.seller, sale.goods) == (7, 0, 0, 7)
        back = await recall(sale)
        assert (back["state"], back["parcels"][0]["state"]) == ("wait_ship", "cancelled")
        assert await level_of(sale.seller, sale.goods) == (10, 0, 3, 7)
        assert [move[0] for move in await moves_of(sale.seller, sale.goods)][-2:] == ["shipped", "recalled"]
        await assert_balanced(world)
        assert (await sale.ship())["state"] == "shipped"
        assert await level_of(sale.seller, sale.goods) == (7, 0, 0, 7)
        await assert_balanced(world)

    async def test_twice_restocks_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=3)
        [parcel] = (await sale.sold())["parcels"]
        path = f"/mall/desk/parcels/{parcel['id']}/recall"
        clicks = await asyncio.gather(*(sale.seller.send("POST", path) for _ in range(2)))
        assert sorted(click.status_code for click in clicks) == [200, 409]
        assert await level_of(sale.seller, sale.goods) == (10, 0, 3, 7)
        await assert_balanced(world)

    async def test_and_the_refund_of_a_reset_restock_once(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped", quantity=3)
        await recall(sale)
        await world.lecturer.post(f"/mall/seats/{sale.seller.seat_id}/reset", {"reason": "重新来过"})
        trade = await sale.bought()
        assert (trade["state"], trade["refunded_fen"]) == ("closed", 3 * 5900)
        report = await world.reconcile()
        assert report["balanced"], report
        moves = [move for move in await rows(world) if move.cause in {"recalled", "reset"}]
        assert [(move.cause, move.on_hand_delta, move.allocated_delta) for move in moves] == [
            ("recalled", 3, 3),
            ("reset", 0, -3),
        ]

    async def test_of_one_of_two_parcels_leaves_the_other_on_its_way(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=3)
        [line] = (await sale.sold())["lines"]
        part = {**CARRIER, "lines": [{"line_id": line["id"], "quantity": 1}]}
        await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/ship", part)
        await sale.ship()
        back = await recall(sale, 0)
        assert (back["state"], back["lines"][0]["left"]) == ("part_shipped", 1)
        assert await level_of(sale.seller, sale.goods) == (8, 0, 1, 7)
        await assert_balanced(world)

    async def test_of_a_parcel_that_was_picked_up_is_refused(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await jump(world, wall, hours=9)
        assert (await recall(sale, status=409))["code"] == "mall.parcel.not_possible"
        await assert_balanced(world)


async def rows(world: World) -> list[Any]:
    """Returns the stock ledger of the class in order."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return list(await uow.execute(text("SELECT * FROM mall_stock_move ORDER BY seq")))
