"""Entries follow the goods; a class's searches are counted without saying whose they were."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.commands import search_entries
from kernel.settings import Settings
from mall.events import TradeFinished, TradeShipped
from mall.public import fill_search
from mall.search import initials
from mall.search.categories import shelves
from mall.search.handlers import RANK_AFTER_SALE, RANK_AFTER_SHIPPING
from mall.search.schemas import NewShop
from mall.trades import queries as trades
from tests.goods import edit_of
from tests.mall.sales import Sale, place, run_at
from tests.manual_clock import ManualClock
from tests.world import Person, World, count_rows, item

PENALTY = text("SELECT product_id, penalty_until_sim_at FROM mall_product_search ORDER BY product_id")


TRADE = text("SELECT * FROM mall_trade WHERE id = :id")


async def titles_of(person: Person, **params: Any) -> list[str]:
    return [row["title"] for row in (await person.get("/mall/products", **params))["rows"]]


async def shipped(world: World, sale: Sale) -> TradeShipped:
    """Returns the fact that a sale's parcel has left."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return TradeShipped(**trades.facts((await uow.execute(TRADE, {"id": sale.trade_id})).one()))


async def hear(world: World, event: TradeShipped) -> None:
    """Lets search hear of it."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await RANK_AFTER_SHIPPING.handle(uow, event)


class TestRefresh:
    async def test_follows_a_change(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭蜂蜜")])
        changed = {**edit_of(honey, price_fen=100), "title": "临安核桃"}
        await seller.put(f"/mall/desk/products/{honey['id']}", changed)
        assert (await buyer.get("/mall/products", q="蜂蜜"))["match"] != "full"
        assert await titles_of(buyer, q="核桃", to_fen=100) == ["临安核桃"]
        assert (await buyer.get("/mall/search-suggestions", q="feng"))["words"] == []
        assert (await buyer.get("/mall/search-suggestions", q="la"))["words"] == ["临安"]

    async def test_forgets_what_is_off_the_shelf_and_finds_it_again(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭蜂蜜")])
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        assert await count_rows(world.runtime, world.sandbox_id, "mall_product_search") == 0
        assert await count_rows(world.runtime, world.sandbox_id, "mall_search_term") == 0
        assert await titles_of(buyer, q="蜂蜜") == []
        await seller.post(f"/mall/desk/products/{honey['id']}/put-on-shelf")
        assert await titles_of(buyer, q="蜂蜜") == ["秦岭蜂蜜"]

    async def test_follows_a_stores_name_and_forgets_a_closed_one(self, world: World) -> None:
        seller, buyer, _ = world.learners
        await world.open_shop(seller, "云岭山货", [item("秦岭蜂蜜")])
        answer = await seller.send("PATCH", "/mall/desk/shop", json={"name": "秦川小铺"})
        assert answer.status_code == 200, answer.text
        assert await titles_of(buyer, q="秦川") == ["秦岭蜂蜜"]
        assert (await buyer.get("/mall/products", q="云岭"))["match"] == "none"
        await seller.post("/mall/desk/shop/close", status=204)
        assert await count_rows(world.runtime, world.sandbox_id, "mall_product_search") == 0

    async def test_forgets_a_retired_store(self, world: World) -> None:
        seller, buyer, _ = world.learners
        await world.open_shop(seller, "云岭", [item("秦岭蜂蜜")])
        await world.lecturer.post(f"/mall/seats/{seller.seat_id}/reset", {"reason": "重新来过"})
        assert await titles_of(buyer) == []
        assert await count_rows(world.runtime, world.sandbox_id, "mall_product_search") == 0


class TestFill:
    async def test_makes_what_is_missing_or_old_and_nothing_else(self, world: World, settings: Settings) -> None:
        seller, buyer, _ = world.learners
        await world.open_shop(seller, "云岭", [item("秦岭蜂蜜"), item("临安核桃"), item("手工皂")])
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            assert await fill_search(uow) == 0
            await uow.execute(text("DELETE FROM mall_product_search WHERE words @@ '蜂蜜:A'"))
            await uow.execute(text("UPDATE mall_product_search SET cut_by = 0, words = '' WHERE words @@ '核桃:A'"))
        assert (await buyer.get("/mall/products", q="蜂蜜"))["match"] != "full"
        assert await search_entries.fill(settings) == 2
        assert await titles_of(buyer, q="蜂蜜") == ["秦岭蜂蜜"]
        assert await titles_of(buyer, q="核桃") == ["临安核桃"]


class TestRankAfterShipping:
    async def test_counts_a_late_parcel_against_its_store_for_three_days(self, world: World, wall: ManualClock) -> None:
        seller, buyer, other = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭蜂蜜")])
        await world.open_shop(other, "秦川", [item("高山蜂蜜")])
        sale = await place(seller, buyer, world, honey)
        await sale.pay()
        await run_at(world, 1440)
        await world.pass_time(wall, minutes=3)
        await sale.ship()
        await hear(world, await shipped(world, sale))
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            until = {str(row.product_id): row.penalty_until_sim_at for row in await uow.execute(PENALTY)}
            assert until == {
                honey["id"]: uow.now.sim_at + timedelta(days=3),
                **dict.fromkeys(until.keys() - {honey["id"]}),
            }
        rank = await seller.get(f"/mall/desk/products/{honey['id']}/rank", q="蜂蜜")
        penalty = next(part for part in rank["own"]["parts"] if part["part"] == "penalty")
        assert (rank["own"]["place"], rank["first"]["title"]) == (2, "高山蜂蜜")
        assert (penalty["value"], penalty["points"], penalty["to_gain"]) == (100, -3000, 0)
        await world.pass_time(wall, minutes=4)
        rank = await seller.get(f"/mall/desk/products/{honey['id']}/rank", q="蜂蜜")
        assert next(part["value"] for part in rank["own"]["parts"] if part["part"] == "penalty") == 0

    async def test_says_nothing_about_a_parcel_in_time(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭蜂蜜")])
        sale = await place(seller, buyer, world, honey)
        await sale.pay()
        await sale.ship()
        await hear(world, await shipped(world, sale))
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            assert [row.penalty_until_sim_at for row in await uow.execute(PENALTY)] == [None]


class TestRankAfterSale:
    @pytest.mark.parametrize(("classmate", "sales"), [(True, 0), (False, 42)])
    async def test_counts_what_was_sold_to_others_than_classmates(
        self, world: World, *, classmate: bool, sales: int
    ) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭蜂蜜")])
        sale = await place(seller, buyer, world, honey)
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await uow.execute(text("UPDATE mall_product SET sold = 10"))
            row = (await uow.execute(TRADE, {"id": sale.trade_id})).one()
            event = TradeFinished(**{**trades.facts(row), "classmate": classmate})
            await RANK_AFTER_SALE.handle(uow, event)
            assert (await uow.execute(text("SELECT sales FROM mall_product_search"))).scalar_one() == sales


class TestExplain:
    async def test_shows_parts_that_sum_to_the_order_buyers_see(self, world: World) -> None:
        seller, other, buyer = world.learners
        own = await world.open_shop(seller, "云岭", [item("秦岭百花蜂蜜"), item("蜂蜜核桃仁"), item("手工皂")])
        await world.open_shop(other, "秦川", [item("蜂蜜柚子茶 500g"), item("高山蜂蜜")])
        order = await titles_of(buyer, q="蜂蜜")
        scores = {}
        for row in own[:2]:
            rank = await seller.get(f"/mall/desk/products/{row['id']}/rank", q="蜂蜜")
            assert (rank["found"], rank["missing"], rank["words"], rank["label"]) == (4, [], ["蜂蜜"], "示例")
            assert order[rank["own"]["place"] - 1] == row["title"] == rank["own"]["title"]
            assert (rank["first"] or rank["own"])["title"] == order[0]
            for product in filter(None, (rank["own"], rank["first"])):
                assert product["score"] == sum(part["points"] for part in product["parts"])
                scores[product["title"]] = product["score"]
        ranked = [title for title in order if title in scores]
        assert ranked == sorted(ranked, key=lambda title: -scores[title])

    async def test_names_the_words_that_are_missing(self, world: World) -> None:
        seller = world.learners[0]
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭百花蜂蜜")])
        rank = await seller.get(f"/mall/desk/products/{honey['id']}/rank", q="蜂蜜 500g")
        assert (rank["own"], rank["found"], rank["missing"], rank["on_sale"]) == (None, 0, ["500g"], True)
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        rank = await seller.get(f"/mall/desk/products/{honey['id']}/rank", q="蜂蜜")
        assert (rank["own"], rank["missing"], rank["on_sale"]) == (None, ["蜂蜜"], False)

    async def test_is_for_the_seller_of_the_product_alone(self, world: World, new_world: Any) -> None:
        seller, other, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item("秦岭百花蜂蜜")])
        await world.open_shop(other, "秦川", [])
        path = f"/mall/desk/products/{honey['id']}/rank"
        elsewhere = await new_world()
        for person in (other, elsewhere.learners[0]):
            assert (await person.get(path, status=404, q="蜂蜜"))["code"] == "mall.product.not_found"
        assert (await world.lecturer.get(path, status=403, q="蜂蜜"))["code"] == "kernel.identity.not_allowed"
        nothing_said = await seller.get(path, q="，")
        assert (nothing_said["words"], nothing_said["own"], nothing_said["found"]) == ([], None, 0)


class TestCount:
    async def test_makes_hot_words_of_the_class_without_saying_whose(self, world: World, new_world: Any) -> None:
        first, second, _ = world.learners
        await world.open_shop(first, "云岭", [item("秦岭百花蜂蜜 500g"), item("手工皂")])
        elsewhere = await new_world()
        for person, said in (
            (first, "手工皂"),
            (first, "手工皂"),
            (first, "蜂蜜 500克"),
            (second, " 蜂蜜　500g"),
            (second, "望远镜"),
            (second, "！"),
        ):
            await person.post("/mall/searches", {"q": said}, status=204)
        assert (await first.get("/mall/hot-words"))["words"] == ["500g 蜂蜜", "手工皂"]
        assert (await elsewhere.learners[0].get("/mall/hot-words"))["words"] == []
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            rows = await uow.execute(text("SELECT said, searches FROM mall_search_count ORDER BY said"))
            assert [tuple(row) for row in rows] == [("500g 蜂蜜", 2), ("手工皂", 1)]

    async def test_is_not_for_lecturers(self, world: World) -> None:
        problem = await world.lecturer.post("/mall/searches", {"q": "蜂蜜"}, status=403)
        assert problem["code"] == "kernel.identity.not_allowed"


class TestSuggest:
    async def test_completes_words_by_beginning_and_by_first_letters(self, world: World, new_world: Any) -> None:
        buyer = world.learners[1]
        await world.open_shop(world.learners[0], "云岭", [item("秦岭百花蜂蜜"), item("蜂蜜皂"), item("蜂胶 30ml")])
        for typed, expected in {
            "蜂": ["蜂蜜", "蜂胶"],
            "fm": ["蜂蜜"],
            "FM": ["蜂蜜"],
            "秦岭 蜂": ["秦岭 蜂蜜", "秦岭 蜂胶"],
            "蜂蜜": [],
            "%": [],
            "  ": [],
        }.items():
            assert (await buyer.get("/mall/search-suggestions", q=typed))["words"] == expected, typed
        [tea] = [shelf for shelf in shelves().values() if shelf.code == "tea"]
        found = (await buyer.get("/mall/search-suggestions", q=initials.of(tea.names[-1])))["categories"]
        assert {"code": "tea", "name": tea.names[-1]} in found
        elsewhere = await new_world()
        assert (await elsewhere.learners[0].get("/mall/search-suggestions", q="蜂"))["words"] == []


class TestNewShops:
    async def test_are_the_last_opened_that_sell_something(self, world: World) -> None:
        first, second, third = world.learners
        await world.open_shop(first, "云岭", [item(f"蜂蜜{number}") for number in range(4)])
        await world.open_shop(second, "空店", [])
        await world.open_shop(third, "秦川", [item("核桃")])
        shops = await first.get("/mall/new-shops")
        assert [(shop["name"], shop["on_sale"], len(shop["pictures"])) for shop in shops] == [
            ("秦川", 1, 1),
            ("云岭", 4, 3),
        ]
        assert [NewShop.model_validate(shop).model_dump(mode="json") for shop in shops] == shops
