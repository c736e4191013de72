"""What a buyer keeps, from the outside."""

import pytest

from mall.favourites import rules
from tests.goods import edit_of
from tests.world import World, count_rows, item


class TestFavourites:
    async def test_keep_the_price_of_the_day_they_were_marked(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("蜂蜜", price=5900)])
        standing = await buyer.put(f"/mall/favourites/{honey['id']}", {})
        assert standing == {"favourite": True, "favourites": 1, "follows_shop": False}
        await seller.put(f"/mall/desk/products/{honey['id']}", edit_of(honey, price_fen=4900))
        await buyer.put(f"/mall/favourites/{honey['id']}", {})
        [row] = (await buyer.get("/mall/favourites"))["rows"]
        assert (row["title"], row["price_fen"], row["kept_price_fen"], row["on_sale"]) == ("蜂蜜", 4900, 5900, True)

    async def test_stay_marked_when_the_goods_are_gone_and_can_be_taken_out(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey, nuts] = await world.open_shop(seller, "云岭", [item("蜂蜜"), item("核桃")])
        for goods in (honey, nuts):
            await buyer.put(f"/mall/favourites/{goods['id']}", {})
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        rows = (await buyer.get("/mall/favourites"))["rows"]
        assert [(row["title"], row["on_sale"]) for row in rows] == [("核桃", True), ("蜂蜜", False)]
        left = (await buyer.send("DELETE", f"/mall/favourites/{honey['id']}")).json()
        assert [row["title"] for row in left["rows"]] == ["核桃"]

    async def test_are_not_what_is_off_the_shelf(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        response = await buyer.send("PUT", f"/mall/favourites/{honey['id']}", json={})
        assert (response.status_code, response.json()["code"]) == (404, "mall.product.not_found")

    async def test_are_refused_when_full(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        seller, buyer, _ = world.learners
        goods = await world.open_shop(seller, "云岭", [item(f"商品{n}") for n in range(3)])
        monkeypatch.setattr(rules, "FAVOURITES", 2)
        for row in goods[:2]:
            await buyer.put(f"/mall/favourites/{row['id']}", {})
        response = await buyer.send("PUT", f"/mall/favourites/{goods[2]['id']}", json={})
        assert (response.status_code, response.json()["code"]) == (409, "mall.favourite.too_many")
        await buyer.put(f"/mall/favourites/{goods[0]['id']}", {})
        assert await count_rows(world.runtime, world.sandbox_id, "mall_favourite") == 2


class TestFollowing:
    async def test_counts_followers_and_lists_the_stores(self, world: World) -> None:
        seller, buyer, third = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        shop_id = (await buyer.get(f"/mall/products/{honey['id']}"))["shop"]["id"]
        await third.put(f"/mall/followed-shops/{shop_id}", {})
        assert await buyer.put(f"/mall/followed-shops/{shop_id}", {}) == {"follows": True, "followers": 2}
        [row] = (await buyer.get("/mall/followed-shops"))["rows"]
        assert (row["name"], row["on_sale"], row["open"]) == ("云岭", 1, True)
        assert (await buyer.send("DELETE", f"/mall/followed-shops/{shop_id}")).json()["rows"] == []
        assert await buyer.get(f"/mall/shops/{shop_id}/standing") == {"follows": False, "followers": 1}


class TestFootprints:
    async def test_are_the_newest_once_each(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        seller, buyer, _ = world.learners
        goods = await world.open_shop(seller, "云岭", [item(f"商品{n}") for n in range(4)])
        monkeypatch.setattr(rules, "FOOTPRINTS", 3)
        for number in (0, 1, 0, 2, 3):
            await buyer.put("/mall/footprints", {"product_id": goods[number]["id"]}, status=204)
        rows = (await buyer.get("/mall/footprints"))["rows"]
        assert [row["title"] for row in rows] == ["商品3", "商品2", "商品0"]
        assert await count_rows(world.runtime, world.sandbox_id, "mall_footprint") == 3
        assert (await buyer.send("DELETE", "/mall/footprints")).status_code == 204
        assert (await buyer.get("/mall/footprints"))["rows"] == []


class TestCounts:
    async def test_are_those_of_the_acting_buyer(self, world: World) -> None:
        seller, buyer, third = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await buyer.put(f"/mall/favourites/{honey['id']}", {})
        await buyer.put("/mall/footprints", {"product_id": honey["id"]}, status=204)
        nothing = {"favourites": 0, "followed_shops": 0, "footprints": 0, "addresses": 0, "unread_messages": 0}
        assert await buyer.get("/mall/buyer-counts") == {**nothing, "favourites": 1, "footprints": 1}
        assert await third.get("/mall/buyer-counts") == nothing
