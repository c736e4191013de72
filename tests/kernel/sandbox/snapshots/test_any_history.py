"""Whatever happens after a snapshot is undone, and can be had again."""

import asyncio

from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import postgres
from app.http import create_app
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.kernel.busy_class import jump
from tests.kernel.sandbox.snapshots.market import buy, market_of, roll_back, snapshot
from tests.manual_clock import ManualClock
from tests.world import World, item, make_world


class TestAnyHistory:
    def test_is_undone(self, settings: Settings, database: postgres.Urls) -> None:
        """Whatever happens after a snapshot, going back gives the same rows, and going forth again the later ones."""
        web = create_app(settings)

        @given(steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=2, max_size=6))
        @hypothesis_settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def walk(steps: list[str]) -> None:
            asyncio.run(_walk(settings, web, database.admin, steps))

        walk()


async def _walk(settings: Settings, web: FastAPI, admin_url: str, steps: list[str]) -> None:
    wall = ManualClock()
    runtime = Runtime.open(settings, application_name="walk", wall=wall)
    admin = create_async_engine(admin_url, poolclass=NullPool)
    web.state.runtime = runtime
    try:
        world = await make_world(runtime, web)
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=30)])
        await buy(buyer, honey["sku_id"])
        snapshot_id = await snapshot(world)
        before = await market_of(admin, world.sandbox_id)
        for step in steps:
            await STEPS[step](world, wall, honey["sku_id"])
        after = await market_of(admin, world.sandbox_id)
        kept = (await roll_back(world, snapshot_id))["kept_as"]["id"]
        assert await market_of(admin, world.sandbox_id) == before
        assert (await world.reconcile())["balanced"]
        await roll_back(world, kept)
        assert await market_of(admin, world.sandbox_id) == after
        assert (await world.reconcile())["balanced"]
    finally:
        await admin.dispose()
        await runtime.close()


async def _order(world: World, _wall: ManualClock, sku_id: str) -> None:
    line = {"sku_id": sku_id, "quantity": 2}
    body = {"lines": [line], "expected_total_fen": 11_800}
    await world.learners[2].send("POST", "/mall/trades", json=body)


async def _pay(world: World, _wall: ManualClock, _sku_id: str) -> None:
    for person in world.learners[1:]:
        for row in (await person.get("/mall/trades", size=20))["rows"]:
            if row["state"] == "wait_pay":
                await person.send("POST", f"/mall/pay-orders/{row['pay_order_id']}/pay")


async def _ship(world: World, _wall: ManualClock, _sku_id: str) -> None:
    seller = world.learners[0]
    for row in (await seller.get("/mall/desk/trades", size=20))["rows"]:
        await seller.send("POST", f"/mall/desk/trades/{row['id']}/ship", json={"carrier": "moni"})


async def _adjust(world: World, _wall: ManualClock, sku_id: str) -> None:
    path = f"/mall/desk/skus/{sku_id}/stock-adjustments"
    await world.learners[0].send("POST", path, json={"delta": -1, "reason": "盘点"})


async def _jump(world: World, wall: ManualClock, _sku_id: str) -> None:
    await jump(world, wall, days=4)


async def _fill_cart(world: World, _wall: ManualClock, sku_id: str) -> None:
    await world.learners[2].send("POST", "/mall/cart/items", json={"sku_id": sku_id, "quantity": 1})


async def _snapshot(world: World, _wall: ManualClock, _sku_id: str) -> None:
    await snapshot(world, "途中")


STEPS = {step.__name__: step for step in (_order, _pay, _ship, _adjust, _jump, _fill_cart, _snapshot)}
"""What may happen between a snapshot and the way back; a step that is refused is a step as well."""
