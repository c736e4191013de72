"""Publishing, editing and shelving goods over HTTP."""

from typing import Any

import pytest

from kernel.ids import new_id
from tests.goods import DRY_GOODS, edit_of, product, sku
from tests.kernel.storage.photos import photo
from tests.mall.sales import assert_balanced, fingerprint, level_of, order, place
from tests.world import Person, World, item

NEW = product()
COLOURS = [{"name": "颜色", "values": ["红", "蓝"]}, {"name": "尺码", "values": ["M", "L", "XL"]}]
MATRIX = [sku(colour, size, price_fen=1000) for colour in ("红", "蓝") for size in ("M", "L", "XL")]


async def upload(person: Person) -> Any:
    """Uploads a picture and returns what the server keeps of it."""
    files = {"file": ("photo.jpg", photo(), "image/jpeg")}
    answer = await person.send("POST", "/files", files=files, data={"purpose": "product_picture"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def shop_of(world: World) -> tuple[Person, Person]:
    """Returns a seller with an empty store, and somebody else."""
    seller, other, _ = world.learners
    await world.open_shop(seller, "云岭", [])
    return seller, other


async def create(seller: Person, **given: Any) -> Any:
    """Publishes a product."""
    return await seller.post("/mall/desk/products", product(**given), status=201)


def codes(problem: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


class TestCreate:
    async def test_lists_a_product_with_its_first_stock(self, world: World) -> None:
        """Quality: 15 no banned word, 15 required attributes, 2 one picture, 5 margin, 4 stock."""
        seller, other = await shop_of(world)
        made = await seller.post("/mall/desk/products", NEW, status=201)
        assert {name: made[name] for name in ("title", "category", "attributes", "pictures", "specs")} == {
            **{name: NEW[name] for name in ("title", "category", "attributes", "pictures")},
            "specs": [],
        }
        assert (made["price_fen"], made["price_max_fen"], made["on_hand"], made["sellable"]) == (5900, 5900, 10, 10)
        assert (made["sold"], made["state"], made["has_draft"], made["quality"]) == (0, "on_sale", False, 41)
        seen = await other.get(f"/mall/products/{made['id']}")
        assert (seen["own"], seen["sellable"], seen["shop"]["on_sale"]) == (False, 10, 1)
        assert (seen["category_name"], seen["attributes"][0]) == (
            "山珍干货",
            {"code": "brand", "label": "品牌", "value": "示例"},
        )
        assert "cost_fen" not in seen["skus"][0]
        await assert_balanced(world)

    async def test_with_two_specs_has_a_sku_for_each_combination(self, world: World) -> None:
        seller, other = await shop_of(world)
        skus = [{**one, "price_fen": 1000 + place} for place, one in enumerate(MATRIX)]
        made = await create(seller, specs=COLOURS, skus=skus)
        assert (made["price_fen"], made["price_max_fen"], made["on_hand"]) == (1000, 1005, 60)
        seen = await other.get(f"/mall/products/{made['id']}")
        assert [one["spec_text"] for one in seen["skus"]] == [
            "红 / M",
            "红 / L",
            "红 / XL",
            "蓝 / M",
            "蓝 / L",
            "蓝 / XL",
        ]
        assert (seen["specs"], seen["price_max_fen"], seen["sellable"]) == (COLOURS, 1005, 60)
        [card] = (await other.get("/mall/products"))["rows"]
        assert (card["price_fen"], card["price_max_fen"]) == (1000, 1005)
        await assert_balanced(world)

    async def test_once_for_one_key(self, world: World) -> None:
        seller, _ = await shop_of(world)
        first = await seller.send("POST", "/mall/desk/products", key="same-key", json=NEW)
        second = await seller.send("POST", "/mall/desk/products", key="same-key", json=NEW)
        assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
        assert (await seller.get("/mall/desk/products"))["total"] == 1

    async def test_needs_a_store(self, world: World) -> None:
        before = await fingerprint(world)
        problem = await world.learners[0].post("/mall/desk/products", NEW, status=404)
        assert problem["code"] == "mall.shop.none"
        assert await fingerprint(world) == before

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"title": "蜜"}, "/title", "kernel.field.too_short"),
            ({"title": "  蜜  "}, "/title", "kernel.field.too_short"),
            ({"title": "蜜" * 31}, "/title", "mall.product.title_too_long"),
            ({"title": "a" * 61}, "/title", "kernel.field.too_long"),
            ({"title": "蜂\u202e蜜"}, "/title", "kernel.field.control_character"),
            ({"title": "最佳蜂蜜"}, "/title", "mall.product.banned_word"),
            ({"category": "weapons"}, "/category", "mall.product.unknown_category"),
            ({"category": "food"}, "/category", "mall.product.unknown_category"),
            ({"attributes": {**DRY_GOODS, "origin": ""}}, "/attributes/origin", "mall.attribute.missing"),
            ({"attributes": {**DRY_GOODS, "colour": "红"}}, "/attributes/colour", "mall.attribute.unknown"),
            ({"attributes": {**DRY_GOODS, "net": "500"}}, "/attributes/net", "mall.attribute.wrong_kind"),
            ({"pictures": []}, "/pictures", "kernel.field.too_few"),
            ({"pictures": [{"kind": "art", "key": "honey"}] * 6}, "/pictures", "kernel.field.too_many"),
            ({"pictures": [{"kind": "art", "key": "dragon"}]}, "/pictures/0/key", "mall.product.unknown_drawing"),
            ({"skus": []}, "/skus", "kernel.field.too_few"),
            ({"skus": [sku(price_fen=0)]}, "/skus/0/price_fen", "kernel.field.too_small"),
            ({"skus": [sku(price_fen=10**9 + 1)]}, "/skus/0/price_fen", "kernel.field.too_large"),
            ({"skus": [sku(cost_fen=-1)]}, "/skus/0/cost_fen", "kernel.field.too_small"),
            ({"skus": [sku(on_hand=None)]}, "/skus/0/on_hand", "mall.sku.no_stock"),
            ({"skus": [sku(on_hand=1_000_001)]}, "/skus/0/on_hand", "kernel.field.too_large"),
            ({"skus": [sku("红")]}, "/skus/0/spec", "mall.sku.not_in_matrix"),
            ({"sold": 99}, "/sold", "kernel.field.unknown"),
        ],
    )
    async def test_refuses_a_field_out_of_bounds(
        self, world: World, change: dict[str, Any], pointer: str, code: str
    ) -> None:
        seller, _ = await shop_of(world)
        before = await fingerprint(world)
        problem = await seller.post("/mall/desk/products", {**NEW, **change}, status=422)
        assert codes(problem) == [(pointer, code)]
        assert await fingerprint(world) == before

    async def test_names_every_wrong_field_at_once(self, world: World) -> None:
        seller, _ = await shop_of(world)
        wrong = {
            **NEW,
            "attributes": {},
            "pictures": [{"kind": "art", "key": "dragon"}],
            "skus": [sku(market_price_fen=1)],
        }
        problem = await seller.post("/mall/desk/products", wrong, status=422)
        assert {error["pointer"] for error in problem["errors"]} == {
            *(f"/attributes/{code}" for code in DRY_GOODS),
            "/pictures/0/key",
            "/skus/0/market_price_fen",
        }

    async def test_keeps_banned_words_in_the_warehouse(self, world: World) -> None:
        seller, _ = await shop_of(world)
        made = await create(seller, title="最佳蜂蜜", on_shelf=False)
        problem = await seller.post(f"/mall/desk/products/{made['id']}/put-on-shelf", status=422)
        assert (problem["code"], codes(problem)) == (
            "mall.product.not_for_sale",
            [("/title", "mall.product.banned_word")],
        )


class TestPicture:
    async def test_may_be_an_upload_of_ones_own(self, world: World) -> None:
        seller, other = await shop_of(world)
        kept = await upload(seller)
        choice = {"kind": "file", "file_id": kept["id"]}
        detail = [{"kind": "picture", "picture": choice}]
        made = await create(seller, pictures=[choice], detail=detail, skus=[sku(picture=choice)])
        shown = {**choice, "url": kept["url"], "thumb_url": kept["thumb_url"]}
        seen = await other.get(f"/mall/products/{made['id']}")
        assert [made["picture"], *seen["pictures"], seen["detail"][0]["picture"], seen["skus"][0]["picture"]] == [
            shown
        ] * 4

    async def test_of_another_seat_or_class_is_refused(self, world: World, new_world: Any) -> None:
        seller, other = await shop_of(world)
        elsewhere = await new_world()
        made = await seller.post("/mall/desk/products", NEW, status=201)
        files = [(await upload(person))["id"] for person in (other, elsewhere.learners[0])]
        before = await fingerprint(world)
        for file_id in files:
            body = {**NEW, "pictures": [{"kind": "file", "file_id": file_id}]}
            created = await seller.post("/mall/desk/products", body, status=404)
            changed = await seller.put(f"/mall/desk/products/{made['id']}", body, status=404)
            assert {created["code"], changed["code"]} == {"kernel.storage.not_found"}
        assert await fingerprint(world) == before


class TestShelve:
    async def test_off_the_shelf_hides_it_from_everyone_but_its_seller(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        path = f"/mall/desk/products/{honey['id']}"
        assert (await seller.post(f"{path}/take-off-shelf"))["state"] == "off_shelf"
        assert (await buyer.get(f"/mall/products/{honey['id']}", status=404))["code"] == "mall.product.not_found"
        own = await seller.get(f"/mall/products/{honey['id']}")
        assert (own["own"], own["state"], own["shop"]["on_sale"]) == (True, "off_shelf", 0)
        page = await seller.get("/mall/desk/products")
        assert (page["counts"]["on_sale"], page["counts"]["off_shelf"], page["total"]) == (0, 1, 1)
        assert (await seller.post(f"{path}/put-on-shelf"))["state"] == "on_sale"
        assert (await buyer.get(f"/mall/products/{honey['id']}"))["state"] == "on_sale"

    async def test_twice_is_harmless(self, world: World) -> None:
        seller = world.learners[0]
        [honey] = await world.open_shop(seller, "云岭", [item()])
        path = f"/mall/desk/products/{honey['id']}"
        for verb in ("put-on-shelf", "take-off-shelf", "recycle", "restore"):
            await seller.post(f"{path}/{verb}")
            before = await fingerprint(world)
            await seller.post(f"{path}/{verb}")
            assert await fingerprint(world) == before, verb

    async def test_off_the_shelf_marks_it_in_carts(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await buyer.post("/mall/cart/items", {"sku_id": honey["sku_id"]})
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        cart = await buyer.get("/mall/cart")
        assert (cart["shops"], cart["selected_total_fen"]) == ([], 0)
        assert [(entry["title"], entry["invalid_reason"]) for entry in cart["invalid"]] == [("测试蜂蜜", "off_shelf")]

    async def test_in_the_recycle_bin_leaves_placed_trades_alone(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sale = await place(seller, buyer, world, honey)
        path = f"/mall/desk/products/{honey['id']}"
        await seller.post(f"{path}/recycle")
        assert (await seller.get("/mall/desk/products"))["rows"] == []
        assert [row["id"] for row in (await seller.get("/mall/desk/products", state="recycled"))["rows"]] == [
            honey["id"]
        ]
        assert (await seller.post(f"{path}/put-on-shelf", status=409))["code"] == "mall.product.in_recycle_bin"
        assert (await seller.put(path, edit_of(honey), status=409))["code"] == "mall.product.in_recycle_bin"
        await sale.pay()
        assert (await sale.ship())["state"] == "shipped"
        assert (await seller.post(f"{path}/restore"))["state"] == "off_shelf"
        await assert_balanced(world)


class TestChange:
    async def test_does_not_touch_placed_trades(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sale = await place(seller, buyer, world, honey, 2)
        edit = edit_of({**honey, "title": "新蜂蜜"}, price_fen=9900, market_price_fen=None, cost_fen=9000)
        changed = await seller.put(f"/mall/desk/products/{honey['id']}", edit)
        assert (changed["price_fen"], changed["title"], changed["skus"][0]["id"]) == (9900, "新蜂蜜", honey["sku_id"])
        trade = await sale.sold()
        [detail] = trade["details"]
        assert (detail["title"], detail["price_fen"], detail["amount_fen"]) == ("测试蜂蜜", 5900, 11800)
        assert (trade["total_fen"], trade["money"]["cost_fen"]) == (11800, 6200)
        paid = await sale.pay()
        assert paid["wallet_fen"] == 200_000 - 11800
        await buyer.post("/mall/trades", order(({**honey, "price_fen": 9900}, 1)), status=201)
        await assert_balanced(world)

    async def test_keeps_a_sku_by_its_values_retires_and_revives_it(self, world: World) -> None:
        seller, buyer = await shop_of(world)
        made = await create(seller, specs=COLOURS, skus=MATRIX)
        path, ids = f"/mall/desk/products/{made['id']}", {one["spec_text"]: one["id"] for one in made["skus"]}
        await buyer.post("/mall/cart/items", {"sku_id": ids["红 / XL"]})
        fewer = [{**COLOURS[0], "values": ["蓝", "红"]}, {"name": "尺寸", "values": ["M", "L"]}]
        skus = [sku(colour, size, price_fen=1000, on_hand=None) for colour in ("蓝", "红") for size in ("M", "L")]
        smaller = await seller.put(path, product(specs=fewer, skus=skus))
        kept = {one["spec_text"]: one["id"] for one in smaller["skus"]}
        assert kept == {name: sku_id for name, sku_id in ids.items() if "XL" not in name}
        assert (smaller["on_hand"], smaller["skus"][0]["spec_text"]) == (40, "蓝 / M")
        cart = await buyer.get("/mall/cart")
        assert [(one["spec_text"], one["invalid_reason"]) for one in cart["invalid"]] == [("红 / XL", "spec_gone")]
        gone = await buyer.post("/mall/cart/items", {"sku_id": ids["红 / XL"]}, status=409)
        wanted = [{"sku_id": ids["红 / XL"], "quantity": 1}]
        placed = await buyer.post("/mall/trades", {"lines": wanted, "expected_total_fen": 1000}, status=409)
        assert {gone["code"], placed["code"]} == {"mall.sku.gone"}
        back = await seller.put(path, product(specs=COLOURS, skus=[{**one, "on_hand": None} for one in MATRIX]))
        assert {one["spec_text"]: one["id"] for one in back["skus"]} == ids
        assert back["on_hand"] == 60
        await assert_balanced(world)

    async def test_counts_stock_anew_but_never_below_what_is_promised(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=10)])
        await place(seller, buyer, world, honey, 4)
        path = f"/mall/desk/products/{honey['id']}"
        before = await fingerprint(world)
        problem = await seller.put(path, edit_of(honey, on_hand=3), status=422)
        assert codes(problem) == [("/skus/0/on_hand", "mall.stock.below_count")]
        assert await fingerprint(world) == before
        await seller.put(path, edit_of(honey, on_hand=25))
        assert await level_of(seller, honey) == (25, 4, 0, 21)
        await assert_balanced(world)

    async def test_puts_the_spec_into_cart_quote_and_trade(self, world: World) -> None:
        seller, buyer = await shop_of(world)
        made = await create(seller, specs=COLOURS, skus=MATRIX)
        lines = [{"sku_id": made["skus"][4]["id"], "quantity": 1}]
        cart = await buyer.post("/mall/cart/items", lines[0])
        quote = await buyer.post("/mall/quotes", {"lines": lines})
        placed = await buyer.post("/mall/trades", {"lines": lines, "expected_total_fen": 1000}, status=201)
        trade = await buyer.get(f"/mall/trades/{placed['trades'][0]['id']}")
        views = (cart["shops"][0]["items"][0], quote["shops"][0]["lines"][0], trade["lines"][0], trade["details"][0])
        assert {view["spec_text"] for view in views} == {"蓝 / L"}

    async def test_of_another_store_or_class_is_hidden(self, world: World, new_world: Any) -> None:
        seller, stranger, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await world.open_shop(stranger, "秦川", [])
        elsewhere = await new_world()
        await elsewhere.open_shop(elsewhere.learners[0], "别处", [])
        before = await fingerprint(world)
        path = f"/mall/desk/products/{honey['id']}"
        verbs = ("take-off-shelf", "put-on-shelf", "recycle", "restore", "copy")
        for person in (stranger, elsewhere.learners[0]):
            answers = [await person.send("POST", f"{path}/{verb}") for verb in verbs]
            answers += [await person.send("GET", path), await person.send("PUT", path, json=NEW)]
            answers += [
                await person.send("PUT", f"{path}/draft", json={}),
                await person.send("DELETE", f"{path}/draft"),
            ]
            for answer in answers:
                assert (answer.status_code, answer.json()["code"]) == (404, "mall.product.not_found")
        assert await fingerprint(world) == before
        assert (await seller.send("PUT", f"/mall/desk/products/{new_id()}", json=NEW)).status_code == 404

    async def test_is_not_for_lecturers(self, world: World) -> None:
        [honey] = await world.open_shop(world.learners[0], "云岭", [item()])
        answer = await world.lecturer.send("PUT", f"/mall/desk/products/{honey['id']}", json=NEW)
        assert (answer.status_code, answer.json()["code"]) == (403, "kernel.identity.not_allowed")


class TestSetPrice:
    async def test_changes_one_sku_and_the_range_of_its_product(self, world: World) -> None:
        seller, buyer = await shop_of(world)
        made = await create(seller, specs=COLOURS, skus=MATRIX)
        changed = await seller.put(f"/mall/desk/skus/{made['skus'][2]['id']}/price", {"price_fen": 1500})
        assert (changed["price_fen"], changed["price_max_fen"]) == (1000, 1500)
        assert (await buyer.get(f"/mall/products/{made['id']}"))["skus"][2]["price_fen"] == 1500

    async def test_stays_below_the_market_price(self, world: World) -> None:
        seller, *_ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        problem = await seller.put(f"/mall/desk/skus/{honey['sku_id']}/price", {"price_fen": 6901}, status=422)
        assert codes(problem) == [("/price_fen", "mall.product.price_above_market_price")]
