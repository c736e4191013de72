"""Drafts: kept while they are written, seen by nobody else, published whole; copies."""

from typing import Any

from tests.goods import edit_of, product
from tests.mall.catalog.test_service import codes, shop_of
from tests.mall.sales import assert_balanced, fingerprint
from tests.world import World, item

EMPTY: dict[str, Any] = {}
HALF = {"title": "云岭蜂", "category": "honey", "attributes": {"net": 500}, "skus": [{"price_fen": 5900}]}


class TestDraft:
    async def test_of_new_goods_is_seen_by_nobody_until_it_is_published(self, world: World) -> None:
        seller, other = await shop_of(world)
        made = await seller.post("/mall/desk/products/drafts", HALF, status=201)
        assert (made["state"], made["title"], made["picture"], made["price_fen"]) == ("draft", "云岭蜂", None, None)
        assert (made["draft"]["skus"][0]["price_fen"], made["draft"]["attributes"]) == (5900, {"net": 500})
        for person in (seller, other):
            await person.get(f"/mall/products/{made['id']}", status=404)
        page = await seller.get("/mall/desk/products", state="draft")
        assert ([row["id"] for row in page["rows"]], page["counts"]["draft"]) == ([made["id"]], 1)
        path = f"/mall/desk/products/{made['id']}"
        assert (await seller.post(f"{path}/put-on-shelf", status=409))["code"] == "mall.product.still_draft"
        assert (await seller.send("DELETE", f"{path}/draft")).status_code == 409
        sold = await seller.put(path, product(on_shelf=True))
        assert (sold["state"], sold["draft"], sold["on_hand"]) == ("on_sale", None, 10)
        assert (await other.get(f"/mall/products/{made['id']}"))["title"] == "云岭野生蜂蜜"
        await assert_balanced(world)

    async def test_of_goods_on_sale_changes_nothing_for_buyers(self, world: World) -> None:
        seller, other, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        path, shown = f"/mall/desk/products/{honey['id']}", await other.get(f"/mall/products/{honey['id']}")
        kept = await seller.put(f"{path}/draft", HALF)
        assert (kept["title"], kept["draft"]["title"], kept["has_draft"]) == ("测试蜂蜜", "云岭蜂", True)
        assert await other.get(f"/mall/products/{honey['id']}") == shown
        back = (await seller.send("DELETE", f"{path}/draft")).json()
        assert (back["draft"], back["draft_saved_sim_at"]) == (None, None)

    async def test_may_be_empty_but_names_nothing_that_is_not_there(self, world: World) -> None:
        seller, _ = await shop_of(world)
        await seller.post("/mall/desk/products/drafts", EMPTY, status=201)
        before = await fingerprint(world)
        for wrong, pointer in (
            ({"category": "weapons"}, "/category"),
            ({"attributes": {"net": 5}}, "/attributes/net"),
            ({"pictures": [{"kind": "art", "key": "dragon"}]}, "/pictures/0/key"),
            ({"skus": [{"spec": ["红"]}]}, "/skus/0/spec"),
        ):
            problem = await seller.post("/mall/desk/products/drafts", wrong, status=422)
            assert [at for at, _ in codes(problem)] == [pointer]
        assert await fingerprint(world) == before

    async def test_survives_the_recycle_bin(self, world: World) -> None:
        seller, _ = await shop_of(world)
        made = await seller.post("/mall/desk/products/drafts", HALF, status=201)
        path = f"/mall/desk/products/{made['id']}"
        await seller.post(f"{path}/recycle")
        assert (await seller.put(f"{path}/draft", HALF, status=409))["code"] == "mall.product.in_recycle_bin"
        back = await seller.post(f"{path}/restore")
        assert (back["state"], back["draft"]["title"]) == ("draft", "云岭蜂")


class TestCopy:
    async def test_is_a_draft_without_codes_and_stock(self, world: World) -> None:
        seller, *_ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        coded = edit_of(honey, code="FM-1") | {"merchant_code": "FM"}
        await seller.put(f"/mall/desk/products/{honey['id']}", coded)
        made = await seller.post(f"/mall/desk/products/{honey['id']}/copy", status=201)
        draft = made["draft"]
        assert (made["state"], draft["title"], draft["merchant_code"]) == ("draft", "测试蜂蜜", "")
        [only] = draft["skus"]
        assert (only["price_fen"], only["code"], only["on_hand"]) == (5900, "", None)
