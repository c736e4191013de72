"""Listing, editing and shelving goods over HTTP."""

from typing import Any

import pytest

from kernel.ids import new_id
from tests.kernel.storage.photos import photo
from tests.mall.sales import assert_balanced, fingerprint, order, place
from tests.world import Person, World, item

PRODUCT: dict[str, Any] = {
    "title": "云岭野生蜂蜜",
    "category": "dry-goods",
    "description": "",
    "picture": {"kind": "art", "key": "honey"},
    "price_fen": 5900,
    "market_price_fen": 6900,
    "cost_fen": 3100,
}
NEW = {**PRODUCT, "on_hand": 10, "on_shelf": True}


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


class TestCreate:
    async def test_lists_a_product_with_its_first_stock(self, world: World) -> None:
        seller, other = await shop_of(world)
        product = await seller.post("/mall/desk/products", NEW, status=201)
        kept = {name: product[name] for name in PRODUCT}
        assert kept == PRODUCT
        assert (product["on_hand"], product["sellable"], product["sold"], product["state"]) == (10, 10, 0, "on_sale")
        seen = await other.get(f"/mall/products/{product['id']}")
        assert (seen["own"], seen["sellable"], seen["shop"]["on_sale"]) == (False, 10, 1)
        assert "cost_fen" not in seen
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
            ({"title": "蜜" * 31}, "/title", "kernel.field.too_long"),
            ({"title": "蜂\u202e蜜"}, "/title", "kernel.field.control_character"),
            ({"description": "好" * 501}, "/description", "kernel.field.too_long"),
            ({"category": "weapons"}, "/category", "mall.product.unknown_category"),
            ({"picture": {"kind": "art", "key": "dragon"}}, "/picture/key", "mall.product.unknown_drawing"),
            ({"price_fen": 0}, "/price_fen", "kernel.field.too_small"),
            ({"price_fen": 10**12 + 1}, "/price_fen", "kernel.field.too_large"),
            ({"price_fen": "59"}, "/price_fen", "kernel.field.wrong"),
            ({"price_fen": 59.0}, "/price_fen", "kernel.field.wrong"),
            ({"market_price_fen": 5899}, "/market_price_fen", "mall.product.market_price_below_price"),
            ({"cost_fen": -1}, "/cost_fen", "kernel.field.too_small"),
            ({"on_hand": -1}, "/on_hand", "kernel.field.too_small"),
            ({"on_hand": 1_000_001}, "/on_hand", "kernel.field.too_large"),
            ({"sold": 99}, "/sold", "kernel.field.unknown"),
        ],
    )
    async def test_refuses_a_field_out_of_bounds(
        self, world: World, change: dict[str, Any], pointer: str, code: str
    ) -> None:
        seller, _ = await shop_of(world)
        before = await fingerprint(world)
        problem = await seller.post("/mall/desk/products", {**NEW, **change}, status=422)
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
        assert await fingerprint(world) == before

    async def test_names_every_wrong_field_at_once(self, world: World) -> None:
        seller, _ = await shop_of(world)
        wrong = {**NEW, "category": "weapons", "market_price_fen": 1, "picture": {"kind": "art", "key": "dragon"}}
        problem = await seller.post("/mall/desk/products", wrong, status=422)
        assert [error["pointer"] for error in problem["errors"]] == ["/category", "/picture/key", "/market_price_fen"]


class TestPicture:
    async def test_may_be_an_upload_of_ones_own(self, world: World) -> None:
        seller, other = await shop_of(world)
        kept = await upload(seller)
        choice = {"kind": "file", "file_id": kept["id"]}
        product = await seller.post("/mall/desk/products", {**NEW, "picture": choice}, status=201)
        shown = {**choice, "url": kept["url"], "thumb_url": kept["thumb_url"]}
        assert product["picture"] == shown
        assert (await other.get(f"/mall/products/{product['id']}"))["picture"] == shown

    async def test_of_another_seat_is_refused(self, world: World) -> None:
        seller, other = await shop_of(world)
        choice = {"kind": "file", "file_id": (await upload(other))["id"]}
        product = await seller.post("/mall/desk/products", NEW, status=201)
        before = await fingerprint(world)
        created = await seller.post("/mall/desk/products", {**NEW, "picture": choice}, status=404)
        path = f"/mall/desk/products/{product['id']}"
        changed = _json_of(await seller.send("PUT", path, json={**PRODUCT, "picture": choice}), 404)
        assert {created["code"], changed["code"]} == {"kernel.storage.not_found"}
        assert await fingerprint(world) == before

    async def test_of_another_class_is_refused(self, world: World, new_world: Any) -> None:
        seller, _ = await shop_of(world)
        elsewhere = await new_world()
        choice = {"kind": "file", "file_id": (await upload(elsewhere.learners[0]))["id"]}
        problem = await seller.post("/mall/desk/products", {**NEW, "picture": choice}, status=404)
        assert problem["code"] == "kernel.storage.not_found"

    @pytest.mark.parametrize(
        ("picture", "pointer"),
        [
            ({}, "/picture"),
            ({"kind": "link", "url": "http://example.com/a.png"}, "/picture"),
            ({"kind": "art"}, "/picture/art/key"),
            ({"kind": "file", "file_id": "1"}, "/picture/file/file_id"),
            ({"kind": "art", "key": "honey", "url": "http://example.com"}, "/picture/art/url"),
            (None, "/picture"),
        ],
    )
    async def test_is_a_drawing_or_an_upload(self, world: World, picture: Any, pointer: str) -> None:
        seller, _ = await shop_of(world)
        problem = await seller.post("/mall/desk/products", {**NEW, "picture": picture}, status=422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]


def _json_of(answer: Any, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


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
        assert (page["counts"], page["total"]) == ({"on_sale": 0, "off_shelf": 1}, 1)
        assert (await seller.post(f"{path}/put-on-shelf"))["state"] == "on_sale"
        assert (await buyer.get(f"/mall/products/{honey['id']}"))["state"] == "on_sale"

    async def test_twice_is_harmless(self, world: World) -> None:
        seller = world.learners[0]
        [honey] = await world.open_shop(seller, "云岭", [item()])
        path = f"/mall/desk/products/{honey['id']}"
        before = await fingerprint(world)
        await seller.post(f"{path}/put-on-shelf")
        assert await fingerprint(world) == before
        await seller.post(f"{path}/take-off-shelf")
        before = await fingerprint(world)
        await seller.post(f"{path}/take-off-shelf")
        assert await fingerprint(world) == before

    async def test_off_the_shelf_marks_it_in_carts(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await buyer.post("/mall/cart/items", {"sku_id": honey["sku_id"]})
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        cart = await buyer.get("/mall/cart")
        assert (cart["shops"], cart["selected_total_fen"]) == ([], 0)
        assert [(entry["title"], entry["invalid_reason"]) for entry in cart["invalid"]] == [("测试蜂蜜", "off_shelf")]

    async def test_off_the_shelf_leaves_placed_trades_alone(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sale = await place(seller, buyer, world, honey)
        await seller.post(f"/mall/desk/products/{honey['id']}/take-off-shelf")
        await sale.pay()
        assert (await sale.ship())["state"] == "shipped"


class TestChange:
    async def test_does_not_touch_placed_trades(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sale = await place(seller, buyer, world, honey, 2)
        edit = {**PRODUCT, "title": "新蜂蜜", "price_fen": 9900, "market_price_fen": None, "cost_fen": 9000}
        changed = await seller.put(f"/mall/desk/products/{honey['id']}", edit)
        assert (changed["price_fen"], changed["title"]) == (9900, "新蜂蜜")
        trade = await sale.sold()
        [detail] = trade["details"]
        assert (detail["title"], detail["price_fen"], detail["amount_fen"]) == ("测试蜂蜜", 5900, 11800)
        assert (trade["total_fen"], trade["money"]["cost_fen"]) == (11800, 6200)
        paid = await sale.pay()
        assert paid["wallet_fen"] == 200_000 - 11800
        await buyer.post("/mall/trades", {**order((changed, 1)), "expected_total_fen": 9900}, status=201)
        await assert_balanced(world)

    async def test_of_another_store_or_class_is_hidden(self, world: World, new_world: Any) -> None:
        seller, stranger, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await world.open_shop(stranger, "秦川", [])
        elsewhere = await new_world()
        await elsewhere.open_shop(elsewhere.learners[0], "别处", [])
        before = await fingerprint(world)
        path = f"/mall/desk/products/{honey['id']}"
        for person in (stranger, elsewhere.learners[0]):
            for answer in (
                await person.send("GET", path),
                await person.send("PUT", path, json=PRODUCT),
                await person.send("POST", f"{path}/take-off-shelf"),
                await person.send("POST", f"{path}/put-on-shelf"),
            ):
                assert (answer.status_code, answer.json()["code"]) == (404, "mall.product.not_found")
        assert await fingerprint(world) == before
        absent = await seller.send("PUT", f"/mall/desk/products/{new_id()}", json=PRODUCT)
        assert absent.status_code == 404

    async def test_is_not_for_lecturers(self, world: World) -> None:
        [honey] = await world.open_shop(world.learners[0], "云岭", [item()])
        answer = await world.lecturer.send("PUT", f"/mall/desk/products/{honey['id']}", json=PRODUCT)
        assert (answer.status_code, answer.json()["code"]) == (403, "kernel.identity.not_allowed")
