"""Lists of goods: every order is total, pages hold while goods change, what a person types is taken literally."""

import base64
from typing import Any

import orjson
import pytest

from mall.search.schemas import ProductPage
from tests.goods import attributes_of, edit_of, product, sku
from tests.mall.sales import run_at
from tests.manual_clock import ManualClock
from tests.world import Person, World, item

SORTS = ("recommended", "price_asc", "price_desc", "sold", "newest")


async def titles_of(person: Person, **params: Any) -> list[str]:
    return [row["title"] for row in (await person.get("/mall/products", **params))["rows"]]


async def open_three_shops(world: World) -> dict[str, dict[str, Any]]:
    """Opens three stores with eight goods each, many at the same price; returns the sellers' rows by title."""
    goods: dict[str, dict[str, Any]] = {}
    for number, owner in enumerate(world.learners):
        items = [item(f"商品{number}{index}", price=1000 + index % 3) for index in range(8)]
        for row in await world.open_shop(owner, f"店铺{number}", items):
            goods[row["title"]] = {**row, "owner": owner}
    return goods


async def walk(person: Person, sort: str, *, size: int, between: Any = None) -> list[dict[str, Any]]:
    """Returns the rows of all pages; `between` runs after the first."""
    page = await person.get("/mall/products", sort=sort, size=size)
    rows = list(page["rows"])
    if between is not None:
        await between(rows)
    while page["next_cursor"] is not None:
        page = await person.get("/mall/products", sort=sort, size=size, cursor=page["next_cursor"])
        assert page["rows"], "a cursor promises at least one more"
        rows += page["rows"]
    return rows


class TestListProducts:
    @pytest.mark.parametrize("sort", SORTS)
    @pytest.mark.parametrize("size", [1, 5, 24, 60])
    async def test_shows_every_product_once_in_the_same_order_at_any_page_size(
        self, world: World, sort: str, size: int
    ) -> None:
        goods = await open_three_shops(world)
        rows = await walk(world.learners[0], sort, size=size)
        assert sorted(row["title"] for row in rows) == sorted(goods)
        assert rows == (await world.learners[1].get("/mall/products", sort=sort, size=60))["rows"]
        prices = [row["price_fen"] for row in rows]
        if sort.startswith("price"):
            assert prices == sorted(prices, reverse=sort == "price_desc")

    @pytest.mark.parametrize("sort", SORTS)
    async def test_neither_skips_nor_repeats_while_goods_change(self, world: World, sort: str) -> None:
        goods = await open_three_shops(world)
        order = [row["title"] for row in await walk(world.learners[0], sort, size=60)]
        touched: set[str] = set()

        async def change(seen: list[dict[str, Any]]) -> None:
            """Takes one that was seen off the shelf, gives another one a new price, and puts a new one up."""
            gone, edited = (goods[row["title"]] for row in seen[:2])
            touched.update({gone["title"], edited["title"], "新品"})
            await gone["owner"].post(f"/mall/desk/products/{gone['id']}/take-off-shelf")
            await edited["owner"].put(f"/mall/desk/products/{edited['id']}", edit_of(edited, price_fen=1001))
            added = product("新品", skus=[sku(price_fen=1001, on_hand=1)])
            await world.learners[0].post("/mall/desk/products", added, status=201)

        rows = [row["title"] for row in await walk(world.learners[1], sort, size=5, between=change)]
        assert [title for title in rows if title not in touched] == [title for title in order if title not in touched]

    async def test_recommends_in_another_order_tomorrow_but_finishes_todays_walk(
        self, world: World, wall: ManualClock
    ) -> None:
        goods = await open_three_shops(world)
        today = await titles_of(world.learners[0], size=60)

        async def sleep(_: list[dict[str, Any]]) -> None:
            await run_at(world, 1440)
            await world.pass_time(wall, seconds=60)

        rows = await walk(world.learners[0], "recommended", size=5, between=sleep)
        assert [row["title"] for row in rows] == today
        tomorrow = await titles_of(world.learners[0], size=60)
        assert sorted(tomorrow) == sorted(goods)
        assert tomorrow != today

    async def test_finds_by_words_however_they_are_written(self, world: World) -> None:
        titles = [
            "秦岭百花蜂蜜 500g",
            "临安手剥山核桃仁 180g",
            "ＵＳＢ-C 快充头",
            "圆领 T 恤 220 克",
            "山茶花护手霜",
            "100%纯棉袜",
            "honey",
        ]
        await world.open_shop(world.learners[0], "云岭", [item(title) for title in titles])
        honey, walnut, charger, shirt, cream, socks, latin = titles
        for words, expected in {
            "蜂蜜": [honey],
            "蜂蜜 秦岭": [honey],
            "想买点蜂蜜": [honey],
            "５００克": [honey],
            "500 g 蜂蜜": [honey],
            "蜜": [honey],
            "山核桃": [walnut],
            "胡桃": [walnut],
            "usb c": [charger],
            "t恤": [shirt],
            "T 恤 220g": [shirt],
            "茶花": [cream],
            "花茶": [],
            "纯棉": [socks],
            "HONEY": [latin],
            "%": [],
            "'; DROP TABLE mall_product; --": [],
            "'a' & | ! :* \\": [],
        }.items():
            assert await titles_of(world.learners[1], q=words) == expected, words

    async def test_says_so_when_only_some_of_the_words_are_found(self, world: World) -> None:
        await world.open_shop(
            world.learners[0],
            "云岭",
            [item("秦岭百花蜂蜜"), {**item("手工粗陶马克杯"), "category": "tea", "attributes": attributes_of("tea")}],
        )
        page = await world.learners[1].get("/mall/products", q="蜂蜜 望远镜")
        assert (page["match"], page["total"], [row["title"] for row in page["rows"]]) == ("part", 1, ["秦岭百花蜂蜜"])
        full = await world.learners[1].get("/mall/products", q="蜂蜜")
        assert (full["match"], full["total"]) == ("full", 1)
        none = await world.learners[1].get("/mall/products", q="望远镜")
        assert none == {"rows": [], "next_cursor": None, "match": "none", "total": 0}
        nothing_said = await world.learners[1].get("/mall/products", q="，。")
        assert nothing_said == none
        assert (await world.learners[1].get("/mall/products", q="  "))["match"] is None

    @pytest.mark.parametrize("words", ["商品 望远镜", "商品"])
    async def test_walks_all_pages_of_a_search(self, world: World, words: str) -> None:
        goods = [item(f"商品{number:02d}") for number in range(7)]
        await world.open_shop(world.learners[0], "云岭", goods)
        page = await world.learners[1].get("/mall/products", q=words, size=3)
        assert page["total"] == 7
        seen = [row["title"] for row in page["rows"]]
        while page["next_cursor"] is not None:
            page = await world.learners[1].get("/mall/products", q=words, size=3, cursor=page["next_cursor"])
            assert page["total"] is None
            seen += [row["title"] for row in page["rows"]]
        assert sorted(seen) == [entry["title"] for entry in goods]

    async def test_filters_by_price_and_stock(self, world: World) -> None:
        goods = [
            item("便宜的", price=100),
            item("刚好", price=200),
            item("卖完", price=200, stock=0),
            item("贵的", price=300),
        ]
        await world.open_shop(world.learners[0], "云岭", goods)
        buyer = world.learners[1]
        within = {"from_fen": 200, "to_fen": 299, "sort": "price_asc"}
        assert sorted(await titles_of(buyer, **within)) == ["刚好", "卖完"]
        assert await titles_of(buyer, **within, in_stock=True) == ["刚好"]
        assert await titles_of(buyer, to_fen=0) == []

    async def test_answers_exactly_what_its_model_says(self, world: World) -> None:
        goods = [item(f"蜂蜜{number}") for number in range(3)]
        rows = await world.open_shop(world.learners[0], "云岭", goods)
        for params in ({"size": 2}, {"q": "蜂蜜", "size": 2}, {"q": "没有"}):
            page = await world.learners[1].get("/mall/products", **params)
            assert ProductPage.model_validate(page).model_dump(mode="json") == page
        [card] = (await world.learners[1].get("/mall/products", q="蜂蜜1"))["rows"]
        own = next(row for row in rows if row["title"] == "蜂蜜1")
        assert card == {
            "id": own["id"],
            "title": "蜂蜜1",
            "picture": {"kind": "art", "key": "honey"},
            "price_fen": 5900,
            "price_max_fen": 5900,
            "market_price_fen": 6900,
            "sold": 0,
            "shop_id": card["shop_id"],
            "shop_name": "云岭",
        }

    async def test_filters_by_category(self, world: World) -> None:
        await world.open_shop(
            world.learners[0],
            "云岭",
            [item("蜂蜜"), {**item("绿茶"), "category": "tea", "attributes": attributes_of("tea")}],
        )
        assert await titles_of(world.learners[1], category="tea") == ["绿茶"]
        assert await titles_of(world.learners[1], category="tea", q="蜂蜜") == []
        assert await titles_of(world.learners[1], category="tea", q="蜂") == []
        assert await titles_of(world.learners[1], category="food") == ["蜂蜜"]
        assert await titles_of(world.learners[1], category="weapons") == []

    async def test_refuses_a_category_that_is_not_printable(self, world: World) -> None:
        problem = await world.learners[0].get("/mall/products", status=422, category="tea\u0000")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
            ("/query/category", "kernel.field.control_character")
        ]

    async def test_hides_what_is_off_the_shelf_and_other_classes(self, world: World, new_world: Any) -> None:
        elsewhere = await new_world()
        await elsewhere.open_shop(elsewhere.learners[0], "别处", [item("别处的")])
        honey, _ = await world.open_shop(world.learners[0], "云岭", [item("蜂蜜"), item("核桃")])
        await world.learners[0].post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        assert await titles_of(world.learners[0]) == ["核桃"]


def packed(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


GOOD_ID = "01a20a1b-5f16-77eb-b0fa-528027514814"


class TestCursor:
    @pytest.mark.parametrize(
        "cursor",
        [
            "x",
            "!!!",
            "蜂蜜",
            "e30",
            packed(),
            packed("price_asc"),
            packed("price_asc", 1, GOOD_ID, "2026-10-12"),
            packed("price_desc", 1, GOOD_ID, "2026-10-12", False),
            packed("price_asc", "1", GOOD_ID, "2026-10-12", False),
            packed("price_asc", 1.5, GOOD_ID, "2026-10-12", False),
            packed("price_asc", True, GOOD_ID, "2026-10-12", False),
            packed("price_asc", None, GOOD_ID, "2026-10-12", False),
            packed("price_asc", 2**63, GOOD_ID, "2026-10-12", False),
            packed("price_asc", -(2**63), GOOD_ID, "2026-10-12", False),
            packed("price_asc", 1, "honey", "2026-10-12", False),
            packed("price_asc", 1, 7, "2026-10-12", False),
            packed("price_asc", 1, [], "2026-10-12", False),
            packed("price_asc", 1, GOOD_ID, 7, False),
            packed("price_asc", 1, GOOD_ID, "2026-10-12", 0),
            packed("price_asc", 1, GOOD_ID, "2026-10-12", False, 5),
        ],
    )
    async def test_not_made_here_is_refused(self, world: World, cursor: str) -> None:
        problem = await world.learners[0].get("/mall/products", status=422, sort="price_asc", cursor=cursor)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
            ("/query/cursor", "mall.list.bad_cursor")
        ]

    @pytest.mark.parametrize("day", ["\u0000", "", "2026-13-40", "2026-10-12 or more", "today"])
    async def test_with_a_day_that_is_none_is_refused(self, world: World, day: str) -> None:
        cursor = packed("recommended", 1, GOOD_ID, day, False)
        problem = await world.learners[0].get("/mall/products", status=422, cursor=cursor)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
            ("/query/cursor", "mall.list.bad_cursor")
        ]

    @pytest.mark.parametrize(
        ("params", "pointer"),
        [
            ({"size": 0}, "/query/size"),
            ({"size": 61}, "/query/size"),
            ({"sort": "nearest"}, "/query/sort"),
            ({"from_fen": -1}, "/query/from_fen"),
            ({"q": "x" * 41}, "/query/q"),
            ({"cursor": "x" * 301}, "/query/cursor"),
        ],
    )
    async def test_and_its_neighbours_have_bounds(self, world: World, params: dict[str, Any], pointer: str) -> None:
        problem = await world.learners[0].get("/mall/products", status=422, **params)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
