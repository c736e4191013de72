"""Changes of many goods at once: each that can be, and for the rest the reason."""

from typing import Any

import pytest

from tests.goods import attributes_of, product, sku
from tests.mall.catalog.test_service import codes, create, shop_of
from tests.mall.sales import fingerprint
from tests.world import Person, World, item


async def run(seller: Person, products: list[Any], status: int = 200, **change: Any) -> Any:
    """Sends one change."""
    body = {"ids": [row["id"] for row in products], "change": change}
    return await seller.post("/mall/desk/products/batch", body, status=status)


async def states(seller: Person) -> dict[str, str]:
    rows = (await seller.get("/mall/desk/products", size=100))["rows"]
    rows += (await seller.get("/mall/desk/products", size=100, state="recycled"))["rows"]
    return {row["title"]: row["state"] for row in rows}


class TestBatch:
    async def test_shelves_what_is_sound_and_says_why_not(self, world: World) -> None:
        seller, _ = await shop_of(world)
        sound = await create(seller, title="好蜂蜜", on_shelf=False)
        banned = await create(seller, title="最佳蜂蜜", on_shelf=False)
        draft = await seller.post("/mall/desk/products/drafts", {"title": "半截"}, status=201)
        answer = await run(seller, [sound, banned, draft], kind="put_on_shelf")
        assert answer["done"] == 1
        assert {row["title"]: row["reason"] for row in answer["refused"]} == {
            "最佳蜂蜜": "banned_word",
            "半截": "draft",
        }
        assert await states(seller) == {"好蜂蜜": "on_sale", "最佳蜂蜜": "off_shelf", "半截": "draft"}

    async def test_bins_and_restores_goods_and_drafts(self, world: World) -> None:
        seller, _ = await shop_of(world)
        goods = [await create(seller), await seller.post("/mall/desk/products/drafts", {"title": "半截"}, status=201)]
        assert (await run(seller, goods, kind="recycle"))["done"] == 2
        assert set((await states(seller)).values()) == {"recycled"}
        refused = (await run(seller, goods, kind="take_off_shelf"))["refused"]
        assert {row["reason"] for row in refused} == {"recycled"}
        await run(seller, goods, kind="restore")
        assert await states(seller) == {"云岭野生蜂蜜": "off_shelf", "半截": "draft"}

    @pytest.mark.parametrize(
        ("change", "price", "market"),
        [
            ({"kind": "change_prices", "percent": -10}, 5311, 6900),
            ({"kind": "change_prices", "percent": 10}, 6491, 6900),
            ({"kind": "change_prices", "percent": 100}, 11802, None),
            ({"kind": "set_prices", "price_fen": 100}, 100, 6900),
        ],
    )
    async def test_prices_every_sku_and_drops_a_market_price_that_is_passed(
        self, world: World, change: dict[str, Any], price: int, market: int | None
    ) -> None:
        """5901 fen less ten percent are 5310.9, more ten percent 6491.1: rounded to the nearest fen."""
        seller, buyer = await shop_of(world)
        made = await create(seller, skus=[sku(price_fen=5901, market_price_fen=6900)])
        assert (await run(seller, [made], **change))["done"] == 1
        seen = await buyer.get(f"/mall/products/{made['id']}")
        [only] = seen["skus"]
        assert (seen["price_fen"], only["price_fen"], only["market_price_fen"]) == (price, price, market)

    async def test_never_prices_below_a_fen(self, world: World) -> None:
        seller, _ = await shop_of(world)
        made = await create(seller, skus=[sku(price_fen=1)])
        await run(seller, [made], kind="change_prices", percent=-90)
        assert (await seller.get(f"/mall/desk/products/{made['id']}"))["price_fen"] == 1

    async def test_moves_to_a_category_what_stays_complete(self, world: World) -> None:
        seller, _ = await shop_of(world)
        on_sale, stored = await create(seller), await create(seller, title="仓库里的", on_shelf=False)
        answer = await run(seller, [on_sale, stored], kind="move_to_category", category="tea")
        assert (answer["done"], [row["reason"] for row in answer["refused"]]) == (1, ["attributes"])
        moved = await seller.get(f"/mall/desk/products/{stored['id']}")
        assert (moved["category"], set(moved["attributes"]) <= set(attributes_of("tea"))) == ("tea", True)
        problem = await seller.post(f"/mall/desk/products/{stored['id']}/put-on-shelf", status=422)
        assert ("/attributes/kind", "mall.attribute.missing") in codes(problem)

    async def test_with_one_product_of_another_store_changes_nothing(self, world: World) -> None:
        seller, other, _ = world.learners
        [mine] = await world.open_shop(seller, "云岭", [item()])
        [theirs] = await world.open_shop(other, "秦川", [item()])
        before = await fingerprint(world)
        problem = await run(seller, [mine, theirs], status=404, kind="recycle")
        assert problem["code"] == "mall.product.not_found"
        assert await fingerprint(world) == before


class TestTable:
    async def test_finds_by_title_and_codes_and_sorts(self, world: World) -> None:
        seller, _ = await shop_of(world)
        await create(seller, title="蜂蜜甲", merchant_code="FM-1", skus=[sku(price_fen=300, on_hand=9)])
        await create(seller, title="核桃乙", skus=[sku(price_fen=100, on_hand=1, code="HT_2")])
        await create(seller, title="木耳丙", skus=[sku(price_fen=200, on_hand=5)], on_shelf=False)

        async def titles(**wanted: Any) -> list[str]:
            return [row["title"] for row in (await seller.get("/mall/desk/products", **wanted))["rows"]]

        assert await titles(q="蜂蜜") == await titles(q="fm-") == ["蜂蜜甲"]
        assert await titles(q="ht_") == ["核桃乙"]
        assert await titles(q="%") == []
        assert await titles(sort="price_asc") == ["核桃乙", "木耳丙", "蜂蜜甲"]
        assert await titles(sort="stock_asc") == ["核桃乙", "木耳丙", "蜂蜜甲"]
        assert await titles(sort="price_desc", state="on_sale") == ["蜂蜜甲", "核桃乙"]
        page = await seller.get("/mall/desk/products", q="丙")
        assert (page["total"], page["counts"]) == (1, {"on_sale": 0, "off_shelf": 1, "draft": 0, "recycled": 0})


class TestQuality:
    async def test_judges_what_is_not_saved_and_marks_words_in_place(self, world: World) -> None:
        seller, _ = await shop_of(world)
        before = await fingerprint(world)
        body = {**product("秦岭最 好的木耳"), "detail": [{"kind": "text", "text": "纯天然"}]}
        view = await seller.post("/mall/desk/products/quality", body)
        assert [
            (word["pointer"], word["word"], word["start"], word["end"], word["blocks"]) for word in view["words"]
        ] == [
            ("/title", "最 好", 2, 5, True),
            ("/detail/0/text", "纯天然", 0, 3, False),
        ]
        assert view["score"] == sum(verdict["reached"] for verdict in view["verdicts"])
        assert sum(verdict["points"] for verdict in view["verdicts"]) == 100
        assert await fingerprint(world) == before
