"""One whole sale over HTTP: from an empty class to money in the seller's wallet, with every figure on the way."""

from datetime import datetime, timedelta
from typing import Any

from mall.fulfilment.rules import CARRIERS, tracking_number
from tests.goods import product, sku
from tests.mall.registrations.forms import register
from tests.mall.sales import CARRIER, assert_balanced, jump, level_of, run_at
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, Person, World

GRANT = 200_000
NINE = STARTS_SIM_AT.isoformat()
FIRST_NUMBER = tracking_number(CARRIERS[0], seed=1, seat_number=1, serial=1)
PRODUCT = product(skus=[sku(price_fen=5990, market_price_fen=6990, cost_fen=3100)])

MONEY = {
    "list_fen": 17970,
    "goods_fen": 17970,
    "refunded_fen": 0,
    "courier_fen": 300,
    "freight_fen": 0,
    "total_fen": 17970,
    "commission_bp": 500,
    "commission_fen": 899,
    "cost_fen": 9300,
    "profit_fen": 7471,
}


def stations(trade: Any) -> list[tuple[str, str]]:
    return [(entry["lane"], entry["code"]) for entry in trade["timeline"]]


async def buy_three(seller: Person, buyer: Person) -> tuple[Any, Any]:
    """Opens a store, lists a product, and has three of it bought from the cart; returns product and pay order."""
    await register(seller, "云岭山货")
    shop = await seller.get("/mall/desk/shop")
    listed = await seller.post("/mall/desk/products", PRODUCT, status=201)
    goods = {**listed, "sku_id": listed["skus"][0]["id"]}
    assert (goods["sellable"], goods["state"], shop["on_sale"]) == (10, "on_sale", 0)
    cart = await buyer.post("/mall/cart/items", {"sku_id": goods["sku_id"], "quantity": 3})
    assert (cart["count"], cart["selected_count"], cart["selected_total_fen"]) == (3, 3, 17970)
    lines = [{"sku_id": goods["sku_id"], "quantity": 3}]
    quote = await buyer.post("/mall/quotes", {"lines": lines})
    assert (quote["total_fen"], quote["wallet_fen"], quote["pay_class_minutes"]) == (17970, GRANT, 15)
    assert [(step["layer"], step["subtotal_fen"]) for step in quote["trace"]] == [("goods", 17970), ("freight", 17970)]
    remarks = [{"shop_id": shop["id"], "text": "请包好"}]
    body = {"lines": lines, "expected_total_fen": 17970, "from_cart": True, "remarks": remarks}
    placed = await buyer.post("/mall/trades", body, status=201)
    assert (placed["state"], placed["total_fen"], placed["wallet_fen"]) == ("created", 17970, GRANT)
    assert (await buyer.get("/mall/cart"))["count"] == 0
    return goods, placed


class TestWholeSale:
    async def test_goes_from_an_empty_class_to_the_sellers_wallet(self, world: World, wall: ManualClock) -> None:
        seller, buyer, _ = world.learners
        product, placed = await buy_three(seller, buyer)
        trade_id = placed["trades"][0]["id"]
        await self.check_wait_pay(seller, buyer, product, trade_id)

        paid = await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        assert (paid["state"], paid["wallet_fen"], paid["trades"][0]["state"]) == ("paid", GRANT - 17970, "wait_ship")
        await self.check_wait_ship(world, seller, buyer, product, trade_id)

        shipped = await seller.post(f"/mall/desk/trades/{trade_id}/ship", CARRIER)
        assert (shipped["state"], shipped["parcels"][0]["tracking_number"]) == ("shipped", FIRST_NUMBER)
        assert (shipped["parcels"][0]["state"], shipped["parcels"][0]["tracks"]) == ("created", [])
        assert await level_of(seller, product) == (7, 0, 0, 7)

        await jump(world, wall, days=5)
        signed = await buyer.get(f"/mall/trades/{trade_id}")
        self.check_parcel(signed["parcels"][0], shipped["parcels"][0]["expected_sim_at"])

        finished = await buyer.post(f"/mall/trades/{trade_id}/confirm")
        assert (finished["state"], finished["actions"]) == ("finished", [])
        assert finished["deadline"]["kind"] == "after_sale"
        assert finished["deadline"]["due_sim_at"] == (STARTS_SIM_AT + timedelta(days=12)).isoformat()
        await self.check_settled(world, seller, buyer, trade_id)
        assert (await buyer.get(f"/mall/products/{product['id']}"))["sold"] == 0, "a classmate's trade is no sale"

        await jump(world, wall, days=8)
        sealed = await seller.get(f"/mall/desk/trades/{trade_id}")
        assert (sealed["state"], sealed["deadline"], stations(sealed)[-1]) == ("sealed", None, ("mall", "trade.sealed"))
        assert (await buyer.get("/mall/trades", state="finished"))["counts"]["finished"] == 1
        await assert_balanced(world)

    async def check_wait_pay(self, seller: Person, buyer: Person, product: Any, trade_id: str) -> None:
        trade = await buyer.get(f"/mall/trades/{trade_id}")
        assert (trade["state"], trade["side"], trade["actions"]) == (
            "wait_pay",
            "buyer",
            ["pay", "ask_address", "cancel"],
        )
        assert (trade["remark"], trade["classmate"], trade["shipped_late"]) == ("请包好", True, False)
        assert trade["deadline"] == {"kind": "pay", "axis": "class", "due_sim_at": None, "class_seconds_left": 900}
        assert stations(trade) == [("mall", "trade.placed")]
        [detail] = trade["details"]
        assert (detail["price_fen"], detail["quantity"], detail["amount_fen"]) == (5990, 3, 17970)
        assert detail["paid_share_fen"] == 17970
        assert await level_of(seller, product) == (10, 3, 0, 7)
        badges = await buyer.get("/mall/badges")
        assert badges == {
            "buyer": {"wait_pay": 1, "wait_ship": 0, "shipped": 0},
            "cart": 0,
            "messages": 0,
            "seller": None,
        }

    async def check_wait_ship(self, world: World, seller: Person, buyer: Person, product: Any, trade_id: str) -> None:
        assert await level_of(seller, product) == (10, 0, 3, 7)
        badges = await buyer.get("/mall/badges")
        assert badges["buyer"] == {"wait_pay": 0, "wait_ship": 1, "shipped": 0}
        assert (await seller.get("/mall/badges"))["seller"] == {"wait_ship": 1}
        trade = await seller.get(f"/mall/desk/trades/{trade_id}")
        assert (trade["actions"], trade["deadline"]["kind"]) == (["ship", "ship_part", "readdress"], "ship")
        assert trade["deadline"]["due_sim_at"] == (STARTS_SIM_AT + timedelta(hours=48)).isoformat()
        assert stations(trade) == [("mall", "trade.placed"), ("mall", "trade.paid"), ("money", "money.escrowed")]
        home = await seller.get("/mall/desk/home")
        assert {name: home[name] for name in home if name not in {"todos", "hourly"}} == {
            "paid_fen_today": 17970,
            "paid_trades_today": 1,
            "to_ship": 1,
            "on_sale": 1,
            "in_escrow_fen": 17970,
            "settled_fen": 0,
        }
        [todo] = home["todos"]
        assert (todo["kind"], todo["trade_id"], todo["title"]) == ("ship", trade_id, PRODUCT["title"])
        assert [hour for hour in home["hourly"] if hour["paid_trades"]] == [
            {"hour": 9, "paid_trades": 1, "paid_fen": 17970}
        ]
        assert [hour["hour"] for hour in home["hourly"]] == list(range(24))
        await self.check_wall(world, to_ship=1)

    async def check_wall(self, world: World, *, to_ship: int) -> None:
        rows = (await world.lecturer.get("/mall/wall"))["rows"]
        assert [row["seat_number"] for row in rows] == [1, 2, 3]
        first = {name: rows[0][name] for name in ("shop_name", "on_sale", "paid_trades", "to_ship", "late", "paid_fen")}
        assert first == {
            "shop_name": "云岭山货",
            "on_sale": 1,
            "paid_trades": 1,
            "to_ship": to_ship,
            "late": 0,
            "paid_fen": 17970,
        }
        assert rows[0]["last_sim_at"] == NINE
        assert (rows[1]["shop_id"], rows[1]["on_sale"], rows[1]["last_sim_at"]) == (None, 0, None)

    def check_parcel(self, parcel: Any, expected_sim_at: str) -> None:
        states = [track["state"] for track in parcel["tracks"]]
        assert states == ["picked_up", "in_transit", "out_for_delivery", "signed"]
        moments = [datetime.fromisoformat(track["sim_at"]) for track in parcel["tracks"]]
        assert moments == sorted(moments)
        assert (parcel["state"], parcel["tracks"][-1]["sim_at"]) == ("signed", expected_sim_at)

    async def check_settled(self, world: World, seller: Person, buyer: Person, trade_id: str) -> None:
        """5 % of 17 970 fen is 898.5 fen, rounded up to 899; 17 071 fen go to the seller, 9 300 were the goods' cost."""
        trade = await seller.get(f"/mall/desk/trades/{trade_id}")
        assert trade["money"] == MONEY
        assert stations(trade) == [
            ("mall", "trade.placed"),
            ("mall", "trade.paid"),
            ("money", "money.escrowed"),
            ("mall", "trade.shipped"),
            ("parcel", "parcel.picked_up"),
            ("parcel", "parcel.in_transit"),
            ("parcel", "parcel.out_for_delivery"),
            ("parcel", "parcel.signed"),
            ("mall", "trade.finished"),
            ("money", "money.settled"),
        ]
        assert trade["timeline"][-1]["params"] == {"net_fen": 17071, "commission_fen": 899}
        assert [step["code"] for step in trade["steps"] if not step["done"]] == []
        bought = await buyer.get(f"/mall/trades/{trade_id}")
        assert ("money", "money.settled") not in stations(bought)
        assert (bought["money"]["commission_fen"], bought["money"]["cost_fen"]) == (None, None)
        wallet = await seller.get("/mall/wallet")
        assert wallet["seller"] == {"balance_fen": 17071, "in_escrow_fen": 0}
        assert [(entry["title_code"], entry["amount_fen"]) for entry in wallet["entries"]] == [
            ("money.settlement", 17071),
            ("money.deposit", -30_000),
            ("money.grant", GRANT),
        ]
        spent = await buyer.get("/mall/wallet")
        assert (spent["buyer"]["balance_fen"], spent["seller"]) == (GRANT - 17970, None)
        home = await seller.get("/mall/desk/home")
        assert (home["settled_fen"], home["in_escrow_fen"], home["to_ship"]) == (17071, 0, 0)
        assert (home["paid_fen_today"], home["paid_trades_today"]) == (0, 0), "it was paid five days ago"
        await self.check_books(world)

    async def check_books(self, world: World) -> None:
        """Three grants, one deposit, one payment, one settlement, one commission."""
        report = await world.reconcile()
        assert report["money"] == {
            "transfers": 7,
            "wallet_difference_fen": 0,
            "escrow_difference_fen": 0,
            "deposit_difference_fen": 0,
            "refunding_difference_fen": 0,
            "refunded_difference_fen": 0,
            "sum_of_all_fen": 0,
        }
        assert (report["stock"], report["balanced"]) == ([], True)


class TestAutoConfirm:
    async def test_settles_ten_days_after_shipping_while_the_class_runs(self, world: World, wall: ManualClock) -> None:
        seller, buyer, _ = world.learners
        product, placed = await buy_three(seller, buyer)
        trade_id = placed["trades"][0]["id"]
        await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        await seller.post(f"/mall/desk/trades/{trade_id}/ship", CARRIER)
        await run_at(world, 1440)
        await world.pass_time(wall, seconds=10 * 60 - 1)
        waiting = await buyer.get(f"/mall/trades/{trade_id}")
        assert (waiting["state"], waiting["parcels"][0]["state"]) == ("shipped", "signed")
        await world.pass_time(wall, seconds=2)
        trade = await seller.get(f"/mall/desk/trades/{trade_id}")
        ten_days_on = (STARTS_SIM_AT + timedelta(days=10)).isoformat()
        finished, settled = trade["timeline"][-2:]
        assert (trade["state"], finished["code"], settled["code"]) == ("finished", "trade.finished", "money.settled")
        assert (finished["sim_at"], finished["params"]) == (ten_days_on, {"by": "system"})
        assert (await seller.get("/mall/wallet"))["seller"] == {"balance_fen": 17071, "in_escrow_fen": 0}
        assert (await buyer.get(f"/mall/products/{product['id']}"))["sold"] == 0
        await assert_balanced(world)
