"""Address books from the outside: limit, default, invented people, and what a trade keeps of it."""

import asyncio
from typing import Any

import pytest

from kernel.ids import new_id
from mall.addresses.rules import LIMIT
from mall.trades.receivers import receiver_of
from tests.kernel.http.bad_input import ADDRESS
from tests.mall.sales import order
from tests.world import Person, World, count_rows, item


async def add(buyer: Person, **changes: Any) -> Any:
    """Adds an address and returns the book's rows."""
    return (await buyer.post("/mall/addresses", {**ADDRESS, **changes}, status=201))["rows"]


def streets(rows: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    return [(row["street"], row["is_default"]) for row in rows]


class TestAdd:
    async def test_makes_the_first_the_default_and_shows_it_in_full(self, world: World) -> None:
        buyer = world.learners[1]
        [row] = await add(buyer)
        row.pop("id")
        assert row == {
            "label": "home",
            "name": "周宁",
            "phone": "13800000427",
            "phone_masked": "138****0427",
            "region_code": "330106",
            "region": "浙江省杭州市西湖区",
            "street": "沙盘路 88 号",
            "is_default": True,
        }

    async def test_leaves_the_default_unless_asked(self, world: World) -> None:
        buyer = world.learners[1]
        await add(buyer, street="第一条街 1 号")
        assert streets(await add(buyer, street="第二条街 2 号")) == [("第一条街 1 号", True), ("第二条街 2 号", False)]
        rows = await add(buyer, street="第三条街 3 号", is_default=True)
        assert streets(rows) == [("第三条街 3 号", True), ("第二条街 2 号", False), ("第一条街 1 号", False)]

    async def test_refuses_the_twenty_first_also_of_two_at_once(self, world: World) -> None:
        buyer = world.learners[1]
        for _ in range(LIMIT - 1):
            await add(buyer)
        answers = await asyncio.gather(*(buyer.send("POST", "/mall/addresses", json=ADDRESS) for _ in range(4)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
        assert await count_rows(world.runtime, world.sandbox_id, "mall_address") == LIMIT
        problem = await buyer.post("/mall/addresses", ADDRESS, status=409)
        assert (problem["code"], problem["params"]) == ("mall.address.too_many", {"limit": LIMIT})

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"phone": "13812345678"}, "/phone", "mall.address.phone_may_be_real"),
            ({"phone": "1380000042"}, "/phone", "mall.address.phone_may_be_real"),
            ({"phone": "12000000427"}, "/phone", "mall.address.phone_may_be_real"),
            ({"phone": "１３８０００００４２７"}, "/phone", "mall.address.phone_may_be_real"),
            ({"region_code": "330100"}, "/region_code", "mall.address.region_unknown"),
            ({"region_code": "339999"}, "/region_code", "mall.address.region_unknown"),
            ({"name": "宁"}, "/name", "kernel.field.too_short"),
            ({"street": "  街  "}, "/street", "kernel.field.too_short"),
            ({"label": "castle"}, "/label", "kernel.field.not_offered"),
        ],
    )
    async def test_refuses_what_is_no_address(
        self, world: World, change: dict[str, Any], pointer: str, code: str
    ) -> None:
        problem = await world.learners[1].post("/mall/addresses", {**ADDRESS, **change}, status=422)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
        assert await count_rows(world.runtime, world.sandbox_id, "mall_address") == 0


class TestChange:
    async def test_rewrites_one_and_keeps_the_others(self, world: World) -> None:
        buyer = world.learners[1]
        [first] = await add(buyer)
        await add(buyer, street="第二条街 2 号")
        book = await buyer.put(f"/mall/addresses/{first['id']}", {**ADDRESS, "label": "school", "name": "吴佳"})
        assert [(row["name"], row["label"], row["is_default"]) for row in book["rows"]] == [
            ("吴佳", "school", True),
            ("周宁", "home", False),
        ]

    async def test_makes_another_the_default(self, world: World) -> None:
        buyer = world.learners[1]
        await add(buyer, street="第一条街 1 号")
        second = (await add(buyer, street="第二条街 2 号"))[1]
        book = await buyer.post(f"/mall/addresses/{second['id']}/make-default")
        assert streets(book["rows"]) == [("第二条街 2 号", True), ("第一条街 1 号", False)]

    async def test_hands_the_default_on_when_it_is_removed(self, world: World) -> None:
        buyer = world.learners[1]
        [first] = await add(buyer, street="第一条街 1 号")
        await add(buyer, street="第二条街 2 号")
        await add(buyer, street="第三条街 3 号")
        response = await buyer.send("DELETE", f"/mall/addresses/{first['id']}")
        assert streets(response.json()["rows"]) == [("第三条街 3 号", True), ("第二条街 2 号", False)]

    async def test_finds_nobody_elses(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [theirs] = await add(seller)
        for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/make-default")):
            response = await buyer.send(method, f"/mall/addresses/{theirs['id']}{path}", json=ADDRESS)
            assert (response.status_code, response.json()["code"]) == (404, "mall.address.not_found")
        assert (await seller.get("/mall/addresses"))["rows"] == [theirs]
        assert (await buyer.get("/mall/addresses"))["rows"] == []


class TestSuggestion:
    async def test_can_be_put_in_as_it_is(self, world: World) -> None:
        buyer = world.learners[1]
        made = await buyer.get("/mall/addresses/suggestion", ordinal=4)
        assert made == await buyer.get("/mall/addresses/suggestion", ordinal=4)
        assert made != await buyer.get("/mall/addresses/suggestion", ordinal=5)
        wanted = {name: made[name] for name in ("name", "phone", "region_code", "street")}
        [row] = await add(buyer, **wanted)
        assert {name: row[name] for name in made} == made


class TestReceiver:
    async def test_of_an_empty_book_is_invented(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        quote = await buyer.post("/mall/quotes", {"lines": order((honey, 1))["lines"]})
        assert quote["address_id"] is None
        assert quote["receiver"]["name"] == receiver_of(1, 2).name

    async def test_is_the_default_or_the_one_that_is_named(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await add(buyer)
        [_, other] = await add(buyer, name="吴佳", region_code="110108")
        body = order((honey, 1))
        assert (await buyer.post("/mall/quotes", {"lines": body["lines"]}))["receiver"]["name"] == "周宁"
        quote = await buyer.post("/mall/quotes", {"lines": body["lines"], "address_id": other["id"]})
        assert (quote["address_id"], quote["receiver"]["region"]) == (other["id"], "北京市海淀区")
        placed = await buyer.post("/mall/trades", {**body, "address_id": other["id"]}, status=201)
        trade = await seller.get(f"/mall/desk/trades/{placed['trades'][0]['id']}")
        assert trade["receiver"] == {
            "name": "吴佳",
            "phone_masked": "138****0427",
            "region": "北京市海淀区",
            "address": "沙盘路 88 号",
        }

    async def test_of_a_trade_does_not_change_with_the_book(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        [row] = await add(buyer)
        placed = await buyer.post("/mall/trades", order((honey, 1)), status=201)
        await buyer.send("DELETE", f"/mall/addresses/{row['id']}")
        trade = await buyer.get(f"/mall/trades/{placed['trades'][0]['id']}")
        assert trade["receiver"]["name"] == "周宁"

    async def test_is_nobody_elses(self, world: World) -> None:
        seller, buyer, third = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        [theirs] = await add(third)
        for address_id in (theirs["id"], str(new_id())):
            body = {**order((honey, 1)), "address_id": address_id}
            assert (await buyer.post("/mall/trades", body, status=404))["code"] == "mall.address.not_found"
        assert await count_rows(world.runtime, world.sandbox_id, "mall_trade") == 0
