"""Going back to a snapshot: the market is what it was, people and evidence are what they are, and nobody can interfere."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import modules
from kernel.classroom.events import LearnerSeated
from kernel.events.relay import Relay
from kernel.ids import new_id
from kernel.sandbox import lease
from kernel.sandbox.lease import StaleLeaseError
from kernel.sandbox.snapshots import rules
from tests.kernel.busy_class import Busy, jump
from tests.kernel.fingerprint import fingerprint, tables_of_a_class
from tests.kernel.sandbox.snapshots.market import buy, market_of, roll_back, snapshot
from tests.manual_clock import ManualClock
from tests.world import World, count_rows, item


class TestTables:
    async def test_of_a_class_either_go_back_or_stay(self, admin: AsyncEngine) -> None:
        """A new table with a `sandbox_id` fails here until somebody has decided."""
        async with admin.connect() as connection:
            goes_back = {row.name for row in await connection.execute(text("SELECT name FROM kernel_market_tables()"))}
        assert goes_back | set(rules.STAYS) == {*tables_of_a_class(), "kernel_idempotent_answer"}
        assert goes_back & set(rules.STAYS) == set()

    async def test_that_hang_on_a_market_are_part_of_it(self, admin: AsyncEngine) -> None:
        """What refers to a row that goes back must go back as well, or a rollback would tear it off."""
        async with admin.connect() as connection:
            rows = await connection.execute(
                text("""
                SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint
                 WHERE contype = 'f' AND confrelid::regclass::text IN (SELECT name FROM kernel_market_tables())
                   AND conrelid::regclass::text NOT IN (SELECT name FROM kernel_market_tables())
            """)
            )
            assert list(rows) == []

    async def test_stand_parents_first(self, admin: AsyncEngine) -> None:
        async with admin.connect() as connection:
            level = {
                row.name: row.level for row in await connection.execute(text("SELECT * FROM kernel_market_tables()"))
            }
        assert max(level.values()) < 40, "foreign keys go round in a circle"
        assert level["kernel_outbox"] < level["kernel_inbox"]
        assert level["mall_parcel"] < level["mall_parcel_track"]


class TestMake:
    async def test_keeps_every_row_of_the_market(self, busy: Busy, admin: AsyncEngine) -> None:
        [row] = (await busy.world.lecturer.get("/sandbox/snapshots"))["rows"]
        assert (row["name"], row["cause"], row["made_by"], row["usable"]) == ("第一节课", "manual", "学员0", True)
        assert row["counts"]["mall_trade"] == 9
        async with admin.connect() as connection:
            sums = await connection.execute(
                text(
                    "SELECT table_name, sum(jsonb_array_length(rows)) AS n FROM kernel_snapshot_chunk"
                    " WHERE snapshot_id = :id GROUP BY 1"
                ),
                {"id": row["id"]},
            )
            kept = {line.table_name: line.n for line in sums}
        assert kept.pop("kernel_sandbox") == 1
        assert kept == row["counts"]

    async def test_keeps_the_last_twenty(self, world: World) -> None:
        for number in range(rules.KEPT + 2):
            await snapshot(world, f"存档{number}")
        rows = (await world.lecturer.get("/sandbox/snapshots"))["rows"]
        assert [row["name"] for row in rows] == [f"存档{number}" for number in range(21, 1, -1)]

    async def test_is_refused_while_the_clock_jumps(self, world: World) -> None:
        now = datetime.fromisoformat((await world.lecturer.get("/sandbox/clock"))["sim_at"])
        target = {"target_sim_at": (now + timedelta(days=2)).isoformat()}
        await world.lecturer.post("/sandbox/clock/jump", target, status=202)
        answer = await world.lecturer.post("/sandbox/snapshots", {"name": "半路"}, status=409)
        assert answer["code"] == "kernel.snapshot.jumping"
        assert await count_rows(world.runtime, world.sandbox_id, "kernel_snapshot") == 0

    async def test_dates_a_running_class_after_its_last_row(
        self, world: World, wall: ManualClock, admin: AsyncEngine
    ) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await world.lecturer.post("/sandbox/clock/start")
        wall.advance(seconds=5)
        await buy(buyer, honey["sku_id"])
        wall.advance(seconds=1)
        snapshot_id = await snapshot(world)
        async with admin.connect() as connection:
            statement = text(
                "SELECT s.sim_at, (SELECT max(placed_sim_at) FROM mall_trade t"
                " WHERE t.sandbox_id = s.sandbox_id) AS last FROM kernel_snapshot s WHERE id = :id"
            )
            row = (await connection.execute(statement, {"id": snapshot_id})).one()
        assert row.sim_at - row.last == timedelta(seconds=24)


class TestRollBack:
    async def test_puts_back_every_row(self, busy: Busy, wall: ManualClock, admin: AsyncEngine) -> None:
        world = busy.world
        before = await market_of(admin, world.sandbox_id)
        snapshot_id = await snapshot(world)
        await jump(world, wall, days=12)
        await buy(busy.newcomer, busy.sku_id)
        await busy.seller.post(f"/mall/desk/skus/{busy.sku_id}/stock-adjustments", {"delta": -3, "reason": "盘点"})
        await Relay(world.runtime, modules.directory()).turn()
        changed = await market_of(admin, world.sandbox_id)
        assert {name for name in before if before[name] != changed[name]} >= {"mall_trade", "kernel_timer", "clock"}
        answer = await roll_back(world, snapshot_id)
        assert await market_of(admin, world.sandbox_id) == before
        assert answer["kept_as"]["cause"] == "before_rollback"
        assert (await world.reconcile())["balanced"]
        await roll_back(world, answer["kept_as"]["id"])
        assert await market_of(admin, world.sandbox_id) == changed
        assert (await world.reconcile())["balanced"]

    async def test_leaves_other_classes_alone(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        before = await fingerprint(admin, other_busy.world.sandbox_id)
        await roll_back(busy.world, await snapshot(busy.world))
        assert await fingerprint(admin, other_busy.world.sandbox_id) == before

    async def test_leaves_people_files_and_evidence(self, busy: Busy, admin: AsyncEngine) -> None:
        world = busy.world
        names = sorted(set(rules.STAYS) - {"kernel_snapshot", "kernel_snapshot_chunk", "kernel_lease"})
        snapshot_id = await snapshot(world)
        before = await fingerprint(admin, world.sandbox_id)
        await roll_back(world, snapshot_id)
        after = await fingerprint(admin, world.sandbox_id)
        assert {name: after[name] for name in names} == {name: before[name] for name in names}

    async def test_is_refused_while_time_runs(self, busy: Busy, admin: AsyncEngine) -> None:
        world, snapshot_id = busy.world, await snapshot(busy.world)
        await world.lecturer.post("/sandbox/clock/start")
        before = await fingerprint(admin, world.sandbox_id)
        answer = await roll_back(world, snapshot_id, status=409)
        assert answer["code"] == "kernel.snapshot.not_paused"
        assert await fingerprint(admin, world.sandbox_id) == before

    async def test_is_refused_when_the_tables_have_changed(self, busy: Busy, admin: AsyncEngine) -> None:
        world, snapshot_id = busy.world, await snapshot(busy.world)
        async with admin.begin() as connection:
            await connection.execute(
                text("UPDATE kernel_snapshot SET shape = 'older' WHERE id = :id"), {"id": snapshot_id}
            )
        before = await fingerprint(admin, world.sandbox_id)
        assert (await roll_back(world, snapshot_id, status=409))["code"] == "kernel.snapshot.other_shape"
        assert await fingerprint(admin, world.sandbox_id) == before
        assert [row["usable"] for row in (await world.lecturer.get("/sandbox/snapshots"))["rows"]] == [False, True]

    async def test_repeated_with_its_key_happens_once(self, world: World) -> None:
        snapshot_id = await snapshot(world)
        first = await roll_back(world, snapshot_id, key="rollback-0001")
        await world.learners[0].post("/mall/desk/registration", {"name": "云岭山货"}, status=201)
        assert await roll_back(world, snapshot_id, key="rollback-0001") == first
        assert await count_rows(world.runtime, world.sandbox_id, "mall_registration") == 1

    async def test_forgets_the_answers_of_what_it_undid(self, world: World) -> None:
        snapshot_id, key = await snapshot(world), "shop-000001"
        first = await world.learners[0].post("/mall/desk/registration", {"name": "云岭山货"}, status=201, key=key)
        await roll_back(world, snapshot_id)
        again = await world.learners[0].post("/mall/desk/registration", {"name": "云岭山货"}, status=201, key=key)
        assert first["id"] != again["id"]

    async def test_refuses_a_runner_from_before(self, busy: Busy) -> None:
        world, snapshot_id = busy.world, await snapshot(busy.world)
        async with world.runtime.enter_system() as uow:
            token = await lease.take(uow, world.sandbox_id, holder="old")
        assert token is not None
        await roll_back(world, snapshot_id)
        with pytest.raises(StaleLeaseError):
            await world.runner().fire_next(world.sandbox_id, token)

    async def test_waits_for_a_command_under_way_and_undoes_it(self, busy: Busy, admin: AsyncEngine) -> None:
        world, snapshot_id = busy.world, await snapshot(busy.world)
        before = await market_of(admin, world.sandbox_id)
        async with world.runtime.enter_sandbox(world.sandbox_id, actor=busy.buyer.actor) as uow:
            await uow.execute(text("UPDATE mall_cart_item SET quantity = quantity + 1"))
            waiting = asyncio.create_task(roll_back(world, snapshot_id))
            await asyncio.sleep(0.3)
            assert not waiting.done()
        await waiting
        assert await market_of(admin, world.sandbox_id) == before

    async def test_lets_a_command_that_waited_read_the_clock_anew(self, busy: Busy, wall: ManualClock) -> None:
        world, snapshot_id = busy.world, await snapshot(busy.world)
        then = (await world.lecturer.get("/sandbox/clock"))["sim_at"]
        await jump(world, wall, days=3)
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await uow.execute(text("SELECT kernel_close_gate(:id)"), {"id": world.sandbox_id})
            late = asyncio.create_task(_sim_at(world))
            await asyncio.sleep(0.3)
            assert not late.done()
            await uow.execute(text("SELECT kernel_restore_snapshot(:id)"), {"id": snapshot_id})
            statement = "UPDATE kernel_sandbox SET clock_version = clock_version + 1, sim_anchor_at = :at"
            await uow.execute(text(statement), {"at": datetime.fromisoformat(then)})
        assert (await late).isoformat() == then

    async def test_tells_facts_of_people_once_more_and_facts_of_the_market_never(
        self, busy: Busy, wall: ManualClock
    ) -> None:
        wall.advance(minutes=2)
        world, snapshot_id = busy.world, await snapshot(busy.world)
        await world.lecturer.post("/sandbox/clock/start")
        await world.lecturer.post("/sandbox/clock/pause")
        await buy(busy.newcomer, busy.sku_id)
        relay = Relay(world.runtime, modules.directory())
        while await relay.turn():
            pass
        await roll_back(world, snapshot_id)
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            rows = await uow.execute(
                text(
                    "SELECT o.type, i.state FROM kernel_outbox o JOIN kernel_inbox i ON i.event_id = o.id"
                    " WHERE i.handler = 'kernel.clock.broadcast' AND i.state = 'pending'"
                )
            )
            assert [row.type for row in rows] == ["kernel.clock.changed.v1"] * 2
            assert (await uow.execute(text("SELECT count(*) FROM mall_trade"))).scalar_one() == 9

    async def test_gives_late_comers_their_wallets(self, world: World, admin: AsyncEngine) -> None:
        snapshot_id, late = await snapshot(world), world.learners[2]
        async with admin.begin() as connection:  # as if he had not been there yet
            statement = text("""
                UPDATE kernel_snapshot_chunk SET rows = (
                    SELECT jsonb_agg(r) FROM jsonb_array_elements(rows) r
                     WHERE r ->> 'owner_id' IS DISTINCT FROM :seat AND r ->> 'cause_id' IS DISTINCT FROM :seat)
                 WHERE snapshot_id = :id AND table_name IN ('mall_money_account', 'mall_transfer')
            """)
            await connection.execute(statement, {"id": snapshot_id, "seat": str(late.seat_id)})
        assert late.seat_id is not None
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            uow.publish(LearnerSeated(sandbox_id=world.sandbox_id, seat_id=late.seat_id))
        relay = Relay(world.runtime, modules.directory())
        while await relay.turn():
            pass
        await roll_back(world, snapshot_id)
        while await relay.turn():
            pass
        assert (await late.get("/mall/wallet"))["buyer"]["balance_fen"] == 200_000
        assert (await world.reconcile())["balanced"]

    async def test_of_another_class_is_not_found(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        before = await fingerprint(admin, busy.world.sandbox_id)
        await roll_back(busy.world, str(other_busy.snapshot_id), status=404)
        await roll_back(busy.world, str(new_id()), status=404)
        assert await fingerprint(admin, busy.world.sandbox_id) == before

    async def test_cannot_be_had_past_the_service(self, busy: Busy, other_busy: Busy) -> None:
        """The database itself refuses a running class and a foreign snapshot."""
        await busy.world.lecturer.post("/sandbox/clock/start")
        for snapshot_id in (busy.snapshot_id, other_busy.snapshot_id):
            with pytest.raises(DBAPIError, match="cannot be restored now"):
                async with busy.world.runtime.enter_sandbox(busy.world.sandbox_id) as uow:
                    await uow.execute(text("SELECT kernel_restore_snapshot(:id)"), {"id": snapshot_id})


async def _sim_at(world: World) -> datetime:
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return uow.now.sim_at


class TestPreview:
    async def test_says_what_is_lost(self, busy: Busy, wall: ManualClock) -> None:
        snapshot_id = await snapshot(busy.world)
        await buy(busy.newcomer, busy.sku_id)
        await jump(busy.world, wall, days=1)
        preview = await busy.world.lecturer.get(f"/sandbox/snapshots/{snapshot_id}/rollback-preview")
        assert (preview["lost"]["mall_trade"], preview["lost"]["mall_pay_order"]) == (1, 1)
        assert (preview["sim_seconds"], preview["paused"]) == (86_400, True)

    @pytest.mark.parametrize("who", [0, 1])
    async def test_and_all_else_is_the_lecturers(self, busy: Busy, who: int) -> None:
        learner, path = busy.world.learners[who], f"/sandbox/snapshots/{busy.snapshot_id}"
        await learner.get("/sandbox/snapshots", status=403)
        await learner.get(f"{path}/rollback-preview", status=403)
        await learner.post("/sandbox/snapshots", {"name": "我的"}, status=403)
        await learner.post(f"{path}/roll-back", status=403)
