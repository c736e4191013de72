"""Parcels over HTTP and by timers: numbered per seller, moved station by station, each once."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.sandbox.timers import DueTimer
from mall.fulfilment import service as fulfilment
from mall.fulfilment.rules import CARRIERS, tracking_number
from tests.mall.sales import Sale, fingerprint, jump, place, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, World, item

STATIONS = ["picked_up", "in_transit", "out_for_delivery", "signed"]


def number_of(ordinal: int) -> str:
    """Returns the number of the first seat's n-th parcel."""
    return tracking_number(CARRIERS[0], seed=1, seat_number=1, serial=ordinal)


async def paid_sales(world: World, count: int) -> list[Sale]:
    """Returns paid orders of one seller by several buyers."""
    seller, *buyers = world.learners
    [honey] = await world.open_shop(seller, "云岭", [item(stock=50)])
    sales = [await place(seller, buyers[number % len(buyers)], world, honey) for number in range(count)]
    for sale in sales:
        await sale.pay()
    return sales


class TestSend:
    async def test_numbers_the_parcels_of_a_seller_one_after_the_other(self, world: World) -> None:
        sales = await paid_sales(world, 3)
        numbers = [(await sale.ship())["parcels"][0]["tracking_number"] for sale in sales]
        assert numbers == [number_of(ordinal) for ordinal in (1, 2, 3)]

    async def test_numbers_parcels_shipped_at_once_without_a_gap_or_a_twin(self, world: World) -> None:
        sales = await paid_sales(world, 6)
        shipped = await asyncio.gather(*(sale.ship() for sale in sales))
        numbers = sorted(trade["parcels"][0]["tracking_number"] for trade in shipped)
        assert numbers == [number_of(ordinal) for ordinal in range(1, 7)]

    async def test_expects_it_where_the_buyer_lives(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        trade = await sale.bought()
        await jump(world, wall, days=6)
        tracks = (await sale.bought())["parcels"][0]["tracks"]
        assert trade["receiver"]["region"].startswith(tracks[1]["place"].removesuffix("转运中心"))
        assert tracks[3]["place"] in trade["receiver"]["region"]


class TestStep:
    async def test_moves_the_parcel_station_by_station_at_its_own_moments(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "shipped")
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            planned = "SELECT due_sim_at FROM kernel_timer WHERE kind = 'mall.parcel.step' ORDER BY ordinal"
            moments = list((await uow.execute(text(planned))).scalars())
        await run_at(world, 1440)
        clock = STARTS_SIM_AT
        for count, moment in enumerate(moments, start=1):
            seconds = (moment - clock).total_seconds() / 1440 + 1
            await world.pass_time(wall, seconds=seconds)
            clock += timedelta(seconds=seconds * 1440)
            parcel = (await sale.bought())["parcels"][0]
            assert [track["state"] for track in parcel["tracks"]] == STATIONS[:count]
            assert parcel["state"] == STATIONS[count - 1]
        shown = [datetime.fromisoformat(track["sim_at"]) for track in parcel["tracks"]]
        assert shown == moments

    async def test_out_of_turn_is_refused_without_a_trace(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        parcel_id = UUID((await sale.bought())["parcels"][0]["id"])
        before = await fingerprint(world)
        for ordinal, state in ((2, "in_transit"), (4, "signed")):
            timer = DueTimer(
                new_id(), fulfilment.STEP, parcel_id, ordinal, STARTS_SIM_AT, None, {"state": state, "place": "别处"}
            )
            with pytest.raises(Conflict, match=r"mall\.parcel\.changed"):
                async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                    await fulfilment.step(uow, timer)
        assert await fingerprint(world) == before
