"""What may change before a trade leaves the house, and the numbers on its parcels: each with its refusals."""

import pytest

from tests.mall.sales import CARRIER, Sale, assert_balanced, balance_of, fingerprint, place, run_at, sale_in
from tests.manual_clock import ManualClock
from tests.world import World, item

GRANT, PRICE = 200_000, 5900


async def reprice(sale: Sale, fen: int, freight: int = 0, *, status: int = 200) -> object:
    """Changes what the sale's only line costs."""
    [line] = (await sale.sold())["lines"]
    body = {"lines": [{"line_id": line["id"], "amount_fen": fen}], "freight_fen": freight}
    answer: object = await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/reprice", body, status=status)
    return answer


class TestReprice:
    async def test_is_what_the_buyer_sees_and_pays(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await reprice(sale, 10_000, 300)
        order = await sale.buyer.get(f"/mall/pay-orders/{sale.pay_order_id}")
        assert (order["total_fen"], order["trades"][0]["placed_fen"]) == (10_300, 2 * PRICE)
        entry = (await sale.bought())["timeline"][-1]
        assert (entry["code"], entry["params"]["before_fen"], entry["params"]["after_fen"]) == (
            "trade.repriced",
            2 * PRICE,
            10_300,
        )
        await sale.pay()
        assert await balance_of(sale.buyer) == GRANT - 10_300
        await assert_balanced(world)

    @pytest.mark.parametrize(
        ("fen", "freight", "code"),
        [
            (2 * PRICE + 1, 0, "mall.trade.dearer"),
            (2 * PRICE, 0, "mall.trade.nothing_changed"),
            (0, 0, "mall.trade.nothing_to_pay"),
        ],
    )
    async def test_refuses_what_is_no_better_price(
        self, world: World, wall: ManualClock, fen: int, freight: int, code: str
    ) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        before = await fingerprint(world)
        problem = await reprice(sale, fen, freight, status=422)
        assert [error["code"] for error in problem["errors"]] == [code]  # type: ignore[index]
        assert await fingerprint(world) == before

    async def test_of_a_paid_trade_is_refused(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        assert (await reprice(sale, 1, status=409))["code"] == "mall.trade.not_possible"  # type: ignore[index]


class TestAddress:
    async def test_is_asked_agreed_and_shown(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        others = await sale.buyer.get(f"/mall/trades/{sale.trade_id}/receivers")
        asked = await sale.buyer.post(f"/mall/trades/{sale.trade_id}/ask-address", {"choice": 2})
        assert asked["receiver_asked"] == others[1]
        agreed = await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/answer-address", {"agree": True})
        assert (agreed["receiver"], agreed["receiver_asked"]) == (others[1], None)
        again = await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/answer-address", {"agree": True}, status=409)
        assert again["code"] == "mall.trade.no_address_asked"

    async def test_takes_no_telephone_number(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        body = {"address": "练习街 8 号 1234567"}
        problem = await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/readdress", body, status=422)
        assert problem["errors"][0]["code"] == "mall.trade.real_number"


class TestExtension:
    async def test_is_the_buyers_once_and_the_sellers_within_bounds(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        due = (await sale.bought())["deadline"]["due_sim_at"]
        longer = await sale.buyer.post(f"/mall/trades/{sale.trade_id}/extend")
        assert longer["deadline"]["due_sim_at"] > due
        again = await sale.buyer.post(f"/mall/trades/{sale.trade_id}/extend", status=409)
        assert again["code"] == "mall.trade.extended_before"
        grant = f"/mall/desk/trades/{sale.trade_id}/grant"
        for _ in range(3):
            await sale.seller.post(grant, {"days": 10})
        assert (await sale.seller.post(grant, {"days": 3}, status=409))["code"] == "mall.trade.granted_enough"
        assert (await sale.seller.post(grant, {"days": 4}, status=422))["errors"][0]["code"] == (
            "mall.trade.unknown_extension"
        )


class TestNumbers:
    async def test_of_another_form_are_refused_at_the_field(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        body = {**CARRIER, "tracking_number": "SD1234567890123"}
        problem = await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/ship", body, status=422)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
            ("/tracking_number", "mall.parcel.wrong_number")
        ]

    async def test_that_the_courier_never_gave_are_flagged_after_a_day(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        body = {**CARRIER, "tracking_number": "MN999999999999"}
        await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/ship", body)
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=62)
        trade = await sale.sold()
        assert (trade["untracked_parcels"], trade["parcels"][0]["tracks"]) == (1, [])
        assert (await sale.bought())["untracked_parcels"] == 0

    async def test_that_the_courier_gave_move(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        [number] = (await sale.seller.post("/mall/desk/waybills", {**CARRIER, "count": 1}))["numbers"]
        await sale.seller.post(f"/mall/desk/trades/{sale.trade_id}/ship", {**CARRIER, "tracking_number": number})
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=62)
        trade = await sale.sold()
        assert (trade["untracked_parcels"], trade["parcels"][0]["tracks"][0]["state"]) == (0, "picked_up")


class TestBatch:
    async def test_tells_of_each_row_what_became_of_it(self, world: World) -> None:
        seller, buyer, third = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sales = [await place(seller, who, world, honey) for who in (buyer, third, buyer)]
        for sale in sales[:2]:
            await sale.pay()
        rows = [{"trade_id": sale.trade_id} for sale in sales]
        rows[1]["tracking_number"] = "NONSENSE"
        answer = await seller.post("/mall/desk/trades-ship", {**CARRIER, "rows": rows})
        assert [(row["shipped"], row["code"]) for row in answer["rows"]] == [
            (True, None),
            (False, "mall.parcel.wrong_number"),
            (False, "mall.trade.not_possible"),
        ]
        assert [(await sale.sold())["state"] for sale in sales] == ["shipped", "wait_ship", "wait_pay"]
        await assert_balanced(world)
