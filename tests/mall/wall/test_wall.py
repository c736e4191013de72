"""The class wall: every seat with what is known of it, at the same cost for one trade as for two thousand."""

from typing import Any

import pytest
from sqlalchemy import text

from kernel.realtime import presence
from mall.wall import rules
from tests.architecture.test_statements import counting
from tests.kernel.classroom.planned import make_planned
from tests.mall.sales import jump, place, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, World, item

STATEMENTS_AT_MOST = 6
# Trades as they would stand after a week, written straight into their table: driving two thousand over HTTP takes minutes.
_MANY = text("""
    INSERT INTO mall_trade (id, sandbox_id, number, pay_order_id, shop_id, seller_seat_id, buyer_seat_id, buyer_name, state,
                            classmate, goods_fen, freight_fen, total_fen, placed_fen, refunded_fen, commission_bp, receiver,
                            pay_by_class_ms, placed_sim_at, paid_sim_at, ship_by_sim_at, shipped_late,
                            buyer_extended, granted_days)
    SELECT gen_random_uuid(), t.sandbox_id, 'X' || n, t.pay_order_id, s.id, s.seat_id, t.buyer_seat_id, t.buyer_name,
           'wait_ship', true, 100, 0, 100, 100, 0, 500, t.receiver, 0, t.placed_sim_at + n * interval '1 minute',
           t.placed_sim_at + n * interval '1 minute', t.placed_sim_at + interval '48 hours', false,
           false, 0
      FROM generate_series(1, :trades) n
      JOIN LATERAL (SELECT id, seat_id FROM mall_shop ORDER BY id OFFSET n % :shops LIMIT 1) s ON true
     CROSS JOIN (SELECT * FROM mall_trade LIMIT 1) t
""")


async def wall_of(world: World) -> list[Any]:
    return list((await world.lecturer.get("/mall/wall"))["rows"])


class TestSpark:
    def test_ends_with_the_two_hours_that_are_now(self) -> None:
        start = rules.spark_start(STARTS_SIM_AT.replace(hour=15, minute=40))
        assert start + 12 * rules.SPARK_STEP == STARTS_SIM_AT.replace(hour=16)
        assert rules.spark_start(STARTS_SIM_AT.replace(hour=0)) + 12 * rules.SPARK_STEP == STARTS_SIM_AT.replace(hour=2)

    def test_has_a_point_for_every_two_hours(self) -> None:
        assert rules.spark_of({0: 2, 11: 5}) == [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]


class TestRows:
    async def test_tell_store_sales_deadlines_and_the_last_act(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        wall.advance(minutes=7)
        first, second, third = await wall_of(world)
        told = {
            name: first[name] for name in ("shop_name", "on_sale", "paid_trades", "to_ship", "due_soon", "finished")
        }
        assert told == {"shop_name": "云岭", "on_sale": 1, "paid_trades": 1, "to_ship": 1, "due_soon": 0, "finished": 0}
        assert (first["spark"][-1], sum(first["spark"]), first["paid_fen"]) == (1, 1, 11800)
        assert (first["claimed"], second["shop_id"], second["spark"]) == (True, None, [0] * 12)
        assert second["last_at"] is not None, "he has bought"
        assert third["last_at"] is None
        await jump(world, wall, hours=43)
        [first, *_] = await wall_of(world)
        assert (first["due_soon"], first["late"], first["spark"][-1]) == (1, 0, 0)
        await run_at(world, 1440)
        await world.pass_time(wall, minutes=1)
        [first, *_] = await wall_of(world)
        assert (first["late"], (await sale.sold())["shipped_late"]) == (1, True)

    async def test_show_the_store_that_is_open_now(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await world.lecturer.post(f"/mall/seats/{sale.seller.seat_id}/reset", {"reason": "重新来过"})
        [first, *_] = await wall_of(world)
        assert (first["shop_id"], first["paid_trades"], first["flags"]) == (None, 0, 1)
        await world.open_shop(sale.seller, "新店", [item()])
        [first, *_] = await wall_of(world)
        assert (first["shop_name"], first["on_sale"], first["paid_trades"]) == ("新店", 1, 0)

    async def test_stand_before_the_class_has_opened(self, world: World) -> None:
        planned = await make_planned(world.runtime, world.app)
        await planned.claim(await planned.pin_of(2))
        rows = (await planned.lecturer.get("/mall/wall"))["rows"]
        assert [(row["seat_number"], row["claimed"], row["shop_id"]) for row in rows] == [
            (1, False, None),
            (2, True, None),
            (3, False, None),
        ]

    async def test_leave_out_who_has_withdrawn(self, world: World) -> None:
        path = f"/classroom/classes/{world.home.cohort_id}/seats/{world.learners[2].seat_id}/withdraw"
        await world.lecturer.post(path, {"reason": "退班"})
        assert [row["seat_number"] for row in await wall_of(world)] == [1, 2]


class TestCost:
    @pytest.mark.parametrize("trades", [1, 2000])
    async def test_is_the_same_for_thirty_learners_with_any_number_of_trades(self, new_world: Any, trades: int) -> None:
        world: World = await new_world(learners=30)
        goods = [await world.open_shop(one, f"店铺{n:02d}", [item(price=100)]) for n, one in enumerate(world.learners)]
        await place(world.learners[0], world.learners[1], world, goods[0][0])
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await uow.execute(_MANY, {"trades": trades, "shops": 30})
        with counting(world) as counter:
            rows = await wall_of(world)
        assert len(counter.statements) <= STATEMENTS_AT_MOST
        assert (len(rows), sum(row["paid_trades"] for row in rows)) == (30, trades)


class TestSeat:
    async def test_shows_what_a_learner_did_last(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        page = await world.lecturer.get(f"/mall/seats/{sale.seller.seat_id}")
        assert [action["code"] for action in page["actions"]] == [
            "mall.trade.ship",
            "mall.shop.open",
            "mall.stock.listed",
        ]
        assert (page["row"]["shop_name"], page["in_escrow_fen"], page["goods"][0]["sellable"]) == ("云岭", 11800, 8)
        bought = await world.lecturer.get(f"/mall/seats/{sale.buyer.seat_id}")
        assert (bought["bought_trades"], bought["buyer_fen"]) == (1, 200_000 - 11800)

    async def test_is_a_seat_of_the_own_class(self, world: World, new_world: Any) -> None:
        elsewhere = await new_world()
        await world.lecturer.get(f"/mall/seats/{elsewhere.learners[0].seat_id}", status=404)
        await world.learners[0].get(f"/mall/seats/{world.learners[0].seat_id}", status=403)


class TestPresence:
    async def test_is_told_to_the_lecturer_alone(self, world: World) -> None:
        learner = world.learners[0]
        assert learner.seat_id is not None
        await presence.mark(world.runtime.redis, world.sandbox_id, learner.seat_id)
        [there] = await world.lecturer.get("/classroom/presence")
        assert (there["seat_id"], there["online"]) == (str(learner.seat_id), True)
        await learner.get("/classroom/presence", status=403)
