"""A trade's life over HTTP and by timers: what each state allows, what it refuses without a trace, its deadlines."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.sandbox.timers import DueTimer
from mall.checkout.service import PAY_TIMEOUT
from mall.module import MODULE
from mall.trades.receipt import AUTO_CONFIRM, SEAL
from mall.trades.service import SHIP_DEADLINE
from tests.mall.sales import (
    STATES,
    Sale,
    assert_balanced,
    fingerprint,
    jump,
    level_of,
    run_at,
    sale_in,
)
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, World

ALLOWED = {
    ("wait_pay", "pay"): "wait_ship",
    ("wait_pay", "cancel"): "closed",
    ("wait_ship", "ship"): "shipped",
    ("shipped", "confirm"): "finished",
}
PAY_CODES = dict.fromkeys(STATES, "mall.payment.already_paid") | {"closed": "mall.payment.closed"}
ACTIONS: dict[str, Callable[..., Awaitable[Any]]] = {
    "pay": Sale.pay,
    "cancel": Sale.cancel,
    "ship": Sale.ship,
    "confirm": Sale.confirm,
}
TIMERS = (PAY_TIMEOUT, SHIP_DEADLINE, AUTO_CONFIRM, SEAL)
FIRES = {("wait_pay", PAY_TIMEOUT), ("wait_ship", SHIP_DEADLINE), ("shipped", AUTO_CONFIRM), ("finished", SEAL)}


class TestMatrix:
    @pytest.mark.parametrize("state", STATES)
    async def test_refuses_what_the_table_does_not_allow(self, world: World, wall: ManualClock, state: str) -> None:
        sale = await sale_in(world, wall, state)
        before = await fingerprint(world)
        for action, act in ACTIONS.items():
            if (state, action) in ALLOWED:
                continue
            problem = await act(sale, status=409)
            assert problem["code"] == (PAY_CODES[state] if action == "pay" else "mall.trade.not_possible"), action
            assert await fingerprint(world) == before, action

    @pytest.mark.parametrize(("state", "action"), sorted(ALLOWED))
    async def test_allows_what_it_offers(self, world: World, wall: ManualClock, state: str, action: str) -> None:
        sale = await sale_in(world, wall, state)
        offered = (await sale.bought())["actions"] + (await sale.sold())["actions"]
        assert action in offered
        await ACTIONS[action](sale)
        assert (await sale.bought())["state"] == ALLOWED[state, action]
        await assert_balanced(world)

    @pytest.mark.parametrize("state", STATES)
    async def test_offers_to_each_side_only_its_own(self, world: World, wall: ManualClock, state: str) -> None:
        sale = await sale_in(world, wall, state)
        buyers = {
            "wait_pay": ["pay", "ask_address", "cancel"],
            "wait_ship": ["ask_address"],
            "shipped": ["confirm", "extend"],
        }.get(state, [])
        sellers = {
            "wait_pay": ["reprice", "readdress", "close"],
            "wait_ship": ["ship", "ship_part", "readdress"],
            "shipped": ["grant"],
        }.get(state, [])
        assert ((await sale.bought())["actions"], (await sale.sold())["actions"]) == (buyers, sellers)

    @pytest.mark.parametrize("state", STATES)
    async def test_timer_of_another_state_changes_nothing(self, world: World, wall: ManualClock, state: str) -> None:
        sale = await sale_in(world, wall, state)
        before = await fingerprint(world)
        for kind in TIMERS:
            if (state, kind) not in FIRES:
                assert await fire(sale, kind) == ("mall.trade.changed" if kind == SEAL else None)
                assert await fingerprint(world) == before, kind


async def fire(sale: Sale, kind: str) -> str | None:
    """Fires a timer of the sale whether it is due or not; returns the code when it is refused."""
    subject = sale.pay_order_id if kind == PAY_TIMEOUT else sale.trade_id
    timer = DueTimer(new_id(), kind, UUID(subject), 0, STARTS_SIM_AT, None, {})
    try:
        async with sale.world.runtime.enter_sandbox(sale.world.sandbox_id) as uow:
            await MODULE.timers[kind](uow, timer)
    except Conflict as refusal:
        return refusal.code
    return None


class TestShip:
    async def test_refuses_an_unknown_courier(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        before = await fingerprint(world)
        path = f"/mall/desk/trades/{sale.trade_id}/ship"
        for body, code in (
            ({"carrier": "pigeon"}, "mall.parcel.unknown_carrier"),
            ({"carrier": ""}, "kernel.field.too_short"),
            ({}, "kernel.field.missing"),
        ):
            problem = await sale.seller.post(path, body, status=422)
            assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("/carrier", code)]
        assert await fingerprint(world) == before

    async def test_takes_the_units_out_of_the_house(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship", quantity=2)
        shipped = await sale.ship()
        ten_days_on = (STARTS_SIM_AT + timedelta(days=10)).isoformat()
        assert shipped["deadline"] == {
            "kind": "auto_confirm",
            "axis": "sim",
            "due_sim_at": ten_days_on,
            "class_seconds_left": None,
        }
        assert await level_of(sale.seller, sale.goods) == (8, 0, 0, 8)


class TestLateShipping:
    async def test_is_marked_when_the_class_ran_past_the_deadline(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=119)
        assert (await sale.sold())["shipped_late"] is False
        await world.pass_time(wall, seconds=2)
        trade = await sale.sold()
        assert (trade["state"], trade["shipped_late"], trade["actions"]) == (
            "wait_ship",
            True,
            ["ship", "ship_part", "readdress"],
        )
        assert (trade["timeline"][-1]["code"], trade["timeline"][-1]["sim_at"]) == (
            "trade.ship_late",
            (STARTS_SIM_AT + timedelta(hours=48)).isoformat(),
        )
        [row, *_] = (await world.lecturer.get("/mall/wall"))["rows"]
        assert (row["to_ship"], row["late"]) == (1, 1)
        assert (await sale.ship())["shipped_late"] is True

    async def test_is_nobodys_when_the_lecturer_jumped(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        await jump(world, wall, days=15)
        trade = await sale.sold()
        assert (trade["state"], trade["shipped_late"], trade["actions"]) == (
            "wait_ship",
            False,
            ["ship", "ship_part", "readdress"],
        )
        assert "trade.ship_late" not in [entry["code"] for entry in trade["timeline"]]
        [row, *_] = (await world.lecturer.get("/mall/wall"))["rows"]
        assert (row["to_ship"], row["late"]) == (1, 0)

    async def test_is_nobodys_who_shipped_in_time(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=130)
        assert (await sale.sold())["shipped_late"] is False

    async def test_is_nobodys_while_the_class_is_paused(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        wall.advance(days=5)
        await world.pass_time(wall, seconds=30)
        assert (await sale.sold())["shipped_late"] is False


class TestDeadline:
    @pytest.mark.parametrize(
        ("state", "deadline"),
        [
            ("wait_pay", ("pay", "class", None, 900)),
            ("wait_ship", ("ship", "sim", timedelta(hours=48), None)),
            ("shipped", ("auto_confirm", "sim", timedelta(days=10), None)),
            ("finished", ("after_sale", "sim", timedelta(days=7), None)),
            ("sealed", None),
            ("closed", None),
        ],
    )
    async def test_is_shown_to_both_sides(self, world: World, wall: ManualClock, state: str, deadline: Any) -> None:
        sale = await sale_in(world, wall, state)
        shown = (await sale.bought())["deadline"]
        assert shown == (await sale.sold())["deadline"]
        if deadline is None:
            assert shown is None
            return
        kind, axis, after, seconds = deadline
        due = None if after is None else (STARTS_SIM_AT + after).isoformat()
        assert shown == {"kind": kind, "axis": axis, "due_sim_at": due, "class_seconds_left": seconds}

    async def test_for_payment_counts_class_time_down(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=100)
        assert (await sale.bought())["deadline"]["class_seconds_left"] == 800
        await world.lecturer.post("/sandbox/clock/pause")
        wall.advance(hours=2)
        assert (await sale.bought())["deadline"]["class_seconds_left"] == 800


class TestLists:
    async def test_show_each_side_its_trades_by_tab(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "sealed")
        counts = {"wait_pay": 0, "wait_ship": 0, "part_shipped": 0, "shipped": 0, "finished": 1, "closed": 0}
        for person, path, side in ((sale.buyer, "/mall/trades", "bought"), (sale.seller, "/mall/desk/trades", "sold")):
            page = await person.get(path)
            assert (page["total"], page["counts"], page["page"], page["size"]) == (1, counts, 1, 20), side
            assert [row["id"] for row in page["rows"]] == [sale.trade_id]
            folded = await person.get(path, state="finished")
            assert [row["state"] for row in folded["rows"]] == ["sealed"]
            assert (await person.get(path, state="closed"))["rows"] == []
        for person, path in ((sale.seller, "/mall/trades"), (sale.buyer, "/mall/desk/trades")):
            assert (await person.get(path))["total"] == 0

    async def test_refuse_an_unknown_tab_or_page(self, world: World) -> None:
        learner = world.learners[0]
        for params, pointer in (({"state": "sealed"}, "/query/state"), ({"page": 0}, "/query/page")):
            problem = await learner.get("/mall/trades", status=422, **params)
            assert [error["pointer"] for error in problem["errors"]] == [pointer]
