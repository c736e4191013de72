"""Freight templates of a store: saving, copying, the default, and what uses them at checkout."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.identity.regions import regions
from tests.kernel.http.bad_input import TEMPLATE
from tests.world import Person, World, item

PATH = "/mall/desk/freight-templates"
PLAIN: dict[str, Any] = {
    "name": "按件",
    "charge_by": "piece",
    "tariff": {"first": 1, "first_fen": 800, "more": 1, "more_fen": 200},
}


async def use(world: World, product: Any, template: Any) -> None:
    """Sends a product by a template."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        statement = text("UPDATE mall_product SET freight_template_id = :template WHERE id = :id")
        await uow.execute(statement, {"template": UUID(template["id"]), "id": UUID(product["id"])})


async def region_of(buyer: Person, sku_id: str) -> str:
    quote = await buyer.post("/mall/quotes", {"lines": [{"sku_id": sku_id, "quantity": 1}]})
    return str(quote["receiver"]["region"])


class TestSave:
    async def test_makes_the_first_one_the_default(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        first = await one.post(PATH, PLAIN, status=201)
        second = await one.post(PATH, TEMPLATE, status=201)
        rows = (await one.get(PATH))["rows"]
        assert [(row["id"], row["is_default"]) for row in rows] == [(second["id"], True), (first["id"], False)]

    async def test_refuses_what_contradicts_itself(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        row = {**PLAIN["tariff"], "regions": ["65"]}
        wrong: dict[str, dict[str, Any]] = {
            "mall.freight.more_above_first": {"tariff": {**PLAIN["tariff"], "more_fen": 900}},
            "mall.freight.region_twice": {"rows": [row], "not_delivered": ["65"]},
            "mall.freight.unknown_region": {"not_delivered": ["99"]},
            "mall.freight.empty_condition": {"free": [{}]},
        }
        for code, part in wrong.items():
            problem = await one.post(PATH, {**PLAIN, **part}, status=422)
            assert [error["code"] for error in problem["errors"]] == [code]
        await one.post(PATH, PLAIN, status=201)
        taken = await one.post(PATH, PLAIN, status=422)
        assert taken["errors"][0]["code"] == "mall.freight.name_taken"

    async def test_copies_under_a_name_of_its_own(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        original = await one.post(PATH, TEMPLATE, status=201)
        copies = [await one.post(f"{PATH}/{original['id']}/copy", status=201) for _ in range(2)]
        assert [copy["name"] for copy in copies] == ["全国通用 副本1", "全国通用 副本2"]
        assert (copies[0]["rows"], copies[0]["is_default"]) == (original["rows"], False)

    async def test_is_the_stores_own_matter(self, world: World) -> None:
        one, other, _ = world.learners
        await world.open_shop(one, "云岭", [])
        await world.open_shop(other, "青禾", [])
        template = await one.post(PATH, PLAIN, status=201)
        await other.get(f"{PATH}/{template['id']}", status=404)
        assert (await other.send("DELETE", f"{PATH}/{template['id']}")).status_code == 404
        assert (await other.send("PUT", f"{PATH}/{template['id']}", json=PLAIN)).status_code == 404


class TestPreview:
    async def test_says_what_a_parcel_costs_before_it_is_saved(self, world: World) -> None:
        one = world.learners[0]
        await world.open_shop(one, "云岭", [])
        ask = {"template": TEMPLATE, "quantity": 2, "weight_g": 600, "amount_fen": 5900, "region_code": "650100"}
        found = await one.post(f"{PATH}/previews", ask)
        assert (found["fen"], found["reason"], found["params"]["amount"]) == (2700, "by_weight", 1200)
        assert found["region"] == "新疆维吾尔自治区乌鲁木齐市"


class TestUse:
    async def test_stands_in_the_quote_and_in_the_trade(self, world: World) -> None:
        seller, buyer, _ = world.learners
        one, other = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃")])
        await use(world, one, await seller.post(PATH, PLAIN, status=201))
        lines = [{"sku_id": one["sku_id"], "quantity": 3}, {"sku_id": other["sku_id"], "quantity": 1}]
        quote = await buyer.post("/mall/quotes", {"lines": lines})
        assert (quote["shops"][0]["freight_fen"], quote["total_fen"]) == (1200, 4 * 5900 + 1200)
        assert [(step["rule"], step["change_fen"]) for step in quote["trace"]] == [
            ("list_price", 0),
            ("by_piece", 1200),
            ("no_template", 0),
        ]
        placed = await buyer.post(
            "/mall/trades", {"lines": lines, "expected_total_fen": quote["total_fen"]}, status=201
        )
        await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        assert (await world.reconcile())["balanced"]

    async def test_keeps_goods_from_where_they_are_not_sent(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("蜂蜜")])
        region = await region_of(buyer, honey["sku_id"])
        [province] = [code for code, one in regions().items() if code.endswith("0000") and region.startswith(one.name)]
        nowhere = {**PLAIN, "not_delivered": [province[:2]]}
        await use(world, honey, await seller.post(PATH, nowhere, status=201))
        lines = [{"sku_id": honey["sku_id"], "quantity": 1}]
        quote = await buyer.post("/mall/quotes", {"lines": lines})
        assert quote["shops"][0]["lines"][0]["deliverable"] is False
        refused = await buyer.post("/mall/trades", {"lines": lines, "expected_total_fen": 5900}, status=409)
        assert (refused["code"], refused["params"]["title"]) == ("mall.freight.not_delivered", "蜂蜜")

    async def test_keeps_a_template_from_being_deleted(self, world: World) -> None:
        seller = world.learners[0]
        [honey] = await world.open_shop(seller, "云岭", [item()])
        template = await seller.post(PATH, PLAIN, status=201)
        await use(world, honey, template)
        refused = await seller.send("DELETE", f"{PATH}/{template['id']}")
        assert (refused.status_code, refused.json()["params"]["products"]) == (409, 1)
        spare = await seller.post(f"{PATH}/{template['id']}/copy", status=201)
        assert (await seller.send("DELETE", f"{PATH}/{spare['id']}")).status_code == 204
