"""A learner's way to a store: what each step demands, who decides, where the deposit goes."""

from typing import Any

import pytest

from tests.mall.registrations.forms import FORM, fill, register
from tests.world import Person, World, count_rows, item

GRANT, FOOD = 200_000, 30_000


async def balance(person: Person) -> int:
    return int((await person.get("/mall/wallet"))["buyer"]["balance_fen"])


async def ask_the_lecturer(world: World) -> None:
    await world.lecturer.put("/mall/registrations/approval", {"approval": "lecturer"})


async def balanced(world: World) -> bool:
    money = (await world.reconcile())["money"]
    return not any(value for name, value in money.items() if name != "transfers")


class TestSubmit:
    async def test_opens_the_store_where_the_rules_approve(self, world: World) -> None:
        one = world.learners[0]
        done = await register(one)
        assert (done["state"], done["deposit_held_fen"], await balance(one)) == ("approved", FOOD, GRANT - FOOD)
        shop = await one.get("/mall/desk/shop")
        assert (shop["name"], shop["role"], shop["categories"]) == ("云岭山货", "owner", ["food"])
        assert await balanced(world)

    async def test_refuses_while_a_step_is_missing(self, world: World) -> None:
        one = world.learners[0]
        await one.post(FORM, {"name": "云岭山货"}, status=201)
        problem = await one.post(f"{FORM}/submit", status=409)
        assert (problem["code"], problem["params"]["step"]) == ("mall.registration.incomplete", "subject")
        assert await count_rows(world.runtime, world.sandbox_id, "mall_shop") == 0

    async def test_reserves_the_name_of_who_waits(self, world: World) -> None:
        one, other, _ = world.learners
        await ask_the_lecturer(world)
        await fill(other)
        await register(one)
        problem = await other.post(f"{FORM}/submit", status=422)
        assert problem["errors"][0]["code"] == "mall.shop.name_taken"
        assert (await other.get(FORM))["registration"]["state"] == "draft"

    async def test_sent_twice_opens_one(self, world: World) -> None:
        one = world.learners[0]
        await fill(one)
        first = await one.post(f"{FORM}/submit", key="one-submission")
        assert await one.post(f"{FORM}/submit", key="one-submission") == first
        assert await count_rows(world.runtime, world.sandbox_id, "mall_shop") == 1


class TestLecturer:
    async def test_approves_and_the_store_opens(self, world: World) -> None:
        one = world.learners[0]
        await ask_the_lecturer(world)
        waiting = await register(one)
        assert waiting["state"] == "submitted"
        assert (await world.lecturer.get("/mall/wall"))["open_registrations"] == 1
        [row] = (await world.lecturer.get("/mall/registrations"))["rows"]
        await world.lecturer.post(f"/mall/registrations/{row['id']}/approve")
        assert (await one.get("/mall/desk/shop"))["name"] == "云岭山货"
        assert (await world.lecturer.get("/mall/registrations"))["rows"] == []

    async def test_returns_with_reasons_that_stay_until_it_is_handed_in_again(self, world: World) -> None:
        one = world.learners[0]
        await ask_the_lecturer(world)
        form = await register(one)
        remarks = {"remarks": [{"field": "name", "reason": "店名看不出卖什么"}]}
        await world.lecturer.post(f"/mall/registrations/{form['id']}/return", remarks)
        returned = (await one.get(FORM))["registration"]
        assert (returned["state"], returned["remarks"]) == ("returned", [remarks["remarks"][0]])
        assert returned["deposit_held_fen"] == FOOD
        again = await one.post(f"{FORM}/submit")
        assert (again["state"], again["remarks"]) == ("submitted", [])

    async def test_alone_decides(self, world: World) -> None:
        one, other, _ = world.learners
        await ask_the_lecturer(world)
        form = await register(one)
        for path in (f"/mall/registrations/{form['id']}/approve", f"/mall/registrations/{form['id']}/return"):
            await other.post(path, {"remarks": [{"field": "name", "reason": "不行"}]}, status=403)
        assert (await one.get(FORM))["registration"]["state"] == "submitted"

    async def test_finds_nothing_twice_to_approve(self, world: World) -> None:
        await ask_the_lecturer(world)
        form = await register(world.learners[0])
        await world.lecturer.post(f"/mall/registrations/{form['id']}/approve")
        problem = await world.lecturer.post(f"/mall/registrations/{form['id']}/approve", status=409)
        assert problem["code"] == "mall.registration.not_possible"


class TestSteps:
    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("全国第一山货", "mall.shop.name_banned"),
            ("云岭旗舰店", "mall.shop.name_branded"),
            ("云岭13800000000", "mall.shop.name_number"),
            ("云岭★", "mall.shop.name_signs"),
        ],
    )
    async def test_refuse_a_name_against_the_rules(self, world: World, name: str, code: str) -> None:
        one = world.learners[0]
        assert (await one.get(f"{FORM}/name-check", name=name))["code"] == code
        await one.post(FORM, {}, status=201)
        problem = await one.send("PUT", f"{FORM}/store", json={"name": name, "categories": ["food"]})
        assert (problem.status_code, problem.json()["errors"][0]["code"]) == (422, code)

    async def test_let_a_company_with_the_brands_paper_call_itself_a_flagship_store(self, world: World) -> None:
        one = world.learners[0]
        await fill(one, kind="company")
        await one.put(f"{FORM}/papers", {"codes": ["brand", "food-filing"]})
        store = {"name": "云岭旗舰店", "intro": "", "categories": ["food"]}
        assert (await one.put(f"{FORM}/store", store))["name"] == "云岭旗舰店"

    async def test_ask_a_person_why_he_needs_no_licence(self, world: World) -> None:
        one = world.learners[0]
        await one.post(FORM, {}, status=201)
        for body in ({"kind": "personal", "exemption": None}, {"kind": "sole", "exemption": "farm"}):
            assert (await one.send("PUT", f"{FORM}/subject", json=body)).status_code == 422

    async def test_want_papers_anew_when_the_licence_changes(self, world: World) -> None:
        one = world.learners[0]
        await fill(one)
        changed = await one.put(f"{FORM}/subject", {"kind": "company", "exemption": None})
        assert (changed["missing"], changed["papers"]) == (["papers"], [])

    async def test_cannot_be_changed_while_the_form_waits(self, world: World) -> None:
        one = world.learners[0]
        await ask_the_lecturer(world)
        await register(one)
        assert (await one.send("PUT", f"{FORM}/papers", json={"codes": []})).status_code == 409
        assert (await one.post(f"{FORM}/take-back"))["state"] == "draft"


class TestDeposit:
    async def test_follows_the_categories(self, world: World) -> None:
        one = world.learners[0]
        await fill(one)
        store = {"name": "云岭山货", "intro": "", "categories": ["electronics"]}
        changed = await one.put(f"{FORM}/store", store)
        assert (changed["deposit_fen"], changed["deposit_held_fen"]) == (50_000, FOOD)
        assert "deposit" in changed["missing"]
        await one.post(f"{FORM}/deposit")
        assert await balance(one) == GRANT - 50_000
        assert await balanced(world)

    async def test_goes_back_when_the_form_is_abandoned(self, world: World) -> None:
        one = world.learners[0]
        await fill(one)
        await one.post(f"{FORM}/abandon", status=204)
        assert (await balance(one), (await one.get(FORM))["registration"]) == (GRANT, None)
        assert await balanced(world)

    async def test_goes_back_when_the_store_closes(self, world: World) -> None:
        one = world.learners[0]
        await register(one)
        await one.post("/mall/desk/shop/close", status=204)
        assert await balance(one) == GRANT
        assert (await one.get("/mall/desk/shop", status=404))["code"] == "mall.shop.none"
        assert await balanced(world)
        await register(one, "又一家店")

    async def test_goes_back_before_a_reset_store_starts_anew(self, world: World) -> None:
        one = world.learners[0]
        await register(one)
        await world.lecturer.post(f"/mall/seats/{one.seat_id}/reset", {"reason": "重新来过"})
        assert await balance(one) == GRANT
        assert await balanced(world)


class TestClose:
    async def test_refuses_while_a_trade_is_under_way(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        body: dict[str, Any] = {"lines": [{"sku_id": honey["sku_id"], "quantity": 1}], "expected_total_fen": 5900}
        await buyer.post("/mall/trades", body, status=201)
        problem = await seller.post("/mall/desk/shop/close", status=409)
        assert (problem["code"], problem["params"]["trades"]) == ("mall.shop.trades_under_way", 1)
        assert (await seller.get("/mall/desk/shop"))["state"] == "open"


class TestLicence:
    async def test_is_shown_to_every_buyer(self, world: World) -> None:
        one, other, _ = world.learners
        done = await register(one)
        shown = await other.get(f"/mall/shops/{done['shop_id']}/licence")
        assert (shown["subject"], shown["licence"]) == ("sole", done["subject"]["licence"])
        assert [paper["holder"] for paper in shown["papers"]] == [done["subject"]["licence"]["holder"]]
