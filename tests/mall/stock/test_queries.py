"""The reconciliation of stock: it is silent when the books agree and names what was tampered with."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.embedded.postgres import Urls
from tests.mall.sales import Sale, place, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, item


@pytest.fixture
async def owner(database: Urls) -> AsyncIterator[AsyncEngine]:
    """Yields the role that owns the tables: nobody else could write into an append-only ledger."""
    engine = create_async_engine(database.owner)
    yield engine
    await engine.dispose()


async def tamper(owner: AsyncEngine, sale: Sale, statement: str) -> None:
    async with owner.begin() as connection:
        scope = {"sandbox_id": str(sale.world.sandbox_id)}
        await connection.execute(text("SELECT set_config('kaidian.sandbox_id', :sandbox_id, true)"), scope)
        result = await connection.execute(text(statement), {"sku_id": sale.goods["sku_id"]})
        assert result.rowcount == 1


class TestDifferences:
    async def test_are_none_in_every_state(self, world: World) -> None:
        seller, buyer, other = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=30)])
        closed = await place(seller, buyer, world, honey)
        await closed.cancel()
        shipped = await place(seller, other, world, honey)
        await shipped.pay()
        await shipped.ship()
        await (await place(seller, buyer, world, honey)).pay()
        await place(seller, other, world, honey)
        report = await world.reconcile()
        assert (report["stock"], report["balanced"]) == ([], True)

    async def test_name_a_counter_that_was_changed_by_hand(
        self, world: World, wall: ManualClock, owner: AsyncEngine
    ) -> None:
        sale = await sale_in(world, wall, "wait_pay", quantity=2)
        await tamper(owner, sale, "UPDATE mall_stock_level SET held = held + 3 WHERE sku_id = :sku_id")
        report = await world.reconcile()
        assert report["balanced"] is False
        assert report["stock"] == [
            {
                "sku_id": sale.goods["sku_id"],
                "title": "测试蜂蜜",
                "bucket": "held",
                "counter": 5,
                "ledger": 2,
                "holds": 2,
            }
        ]

    async def test_name_a_ledger_line_that_was_removed(
        self, world: World, wall: ManualClock, owner: AsyncEngine
    ) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=2)
        await tamper(owner, sale, "DELETE FROM mall_stock_move WHERE sku_id = :sku_id AND cause = 'listed'")
        report = await world.reconcile()
        assert [(row["bucket"], row["counter"], row["ledger"]) for row in report["stock"]] == [("on_hand", 10, 0)]
        assert report["balanced"] is False

    async def test_name_a_hold_that_was_forgotten(self, world: World, wall: ManualClock, owner: AsyncEngine) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=2)
        await tamper(
            owner, sale, "UPDATE mall_stock_hold SET state = 'released', released = quantity WHERE sku_id = :sku_id"
        )
        report = await world.reconcile()
        assert [(row["bucket"], row["counter"], row["ledger"], row["holds"]) for row in report["stock"]] == [
            ("allocated", 2, 2, 0)
        ]
        assert report["balanced"] is False
