"""What everybody sees after a reset: both sides of each trade, the ledgers, the desk, the carts, the evidence."""

from typing import Any

import pytest
from sqlalchemy import text

from kernel.ids import new_id
from mall.checkout.service import PAY_TIMEOUT
from mall.events import CartsCleared
from mall.trades.handlers import BADGES_CHANGED
from mall.trades.service import SHIP_DEADLINE
from tests.mall.resets.stores import GRANT, NET, PRICE, TEA, WHY, Store, busy_store, last_seq, reset, rows, uuid
from tests.mall.sales import assert_balanced, balance_of, fingerprint, line, order, place
from tests.world import World, item


@pytest.fixture
async def store(world: World) -> Store:
    """Returns a store in the middle of its life."""
    return await busy_store(world)


class TestPreview:
    async def test_counts_what_would_happen_and_changes_nothing(self, store: Store) -> None:
        before = await fingerprint(store.world)
        assert await store.preview() == {
            "seat_id": str(store.seller.seat_id),
            "shop_id": (await _shop_of(store))["id"],
            "shop_name": "云岭",
            "products": 1,
            "unpaid_trades": 1,
            "unpaid_fen": 2 * PRICE,
            "refunded_trades": 1,
            "refund_fen": PRICE,
            "running_trades": 1,
            "running_fen": PRICE,
            "cart_lines": 1,
            "lines_of_others": 1,
            "buyer_fen": GRANT - TEA,
            "seller_fen": NET,
            "grant_fen": GRANT,
        }
        assert await fingerprint(store.world) == before

    async def test_is_what_the_reset_then_does(self, store: Store) -> None:
        preview = await store.preview()
        assert await store.reset() == preview


async def _shop_of(store: Store) -> Any:
    return await store.seller.get("/mall/desk/shop")


class TestTrades:
    async def test_unpaid_ones_are_closed_with_the_reason(self, store: Store) -> None:
        await store.reset()
        trade = await store.unpaid.bought()
        assert (trade["state"], trade["close_reason"], trade["actions"]) == ("closed", "shop_reset", [])
        assert (trade["shop_name"], trade["shop_open"]) == ("云岭", False)
        assert (trade["timeline"][-1]["code"], trade["timeline"][-1]["params"]) == (
            "trade.closed",
            {"reason": "shop_reset"},
        )
        assert [step["code"] for step in trade["steps"]] == ["trade.placed", "trade.closed"]
        refused = await store.unpaid.pay(status=409)
        assert refused["code"] == "mall.payment.closed"

    async def test_paid_ones_are_refunded_and_both_sides_see_why(self, store: Store) -> None:
        await store.reset()
        for trade in (await store.paid.bought(), await store.paid.sold()):
            assert (trade["state"], trade["close_reason"], trade["actions"]) == ("closed", "shop_reset", [])
            closed, refunded = trade["timeline"][-2:]
            assert (closed["lane"], closed["code"]) == ("mall", "trade.closed")
            assert closed["params"] == {"reason": "shop_reset", "refund_fen": PRICE}
            assert (refunded["lane"], refunded["code"]) == ("money", "money.refunded")
            assert refunded["params"]["refund_fen"] == PRICE
            assert [step["code"] for step in trade["steps"]] == [
                "trade.placed",
                "trade.paid",
                "trade.closed",
                "money.refunded",
            ]
            assert all(step["done"] for step in trade["steps"])
        assert await balance_of(store.buyer) == GRANT
        assert (await store.buyer.get("/mall/wallet"))["entries"][0]["title_code"] == "money.refund"

    async def test_shipped_ones_run_to_their_end_and_still_pay_the_learner(self, store: Store) -> None:
        await store.reset()
        assert (await store.seller.get("/mall/wallet"))["seller"] == {"balance_fen": 0, "in_escrow_fen": PRICE}
        await store.shipped.confirm()
        assert (await store.seller.get("/mall/wallet"))["seller"] == {"balance_fen": NET, "in_escrow_fen": 0}
        await assert_balanced(store.world)

    async def test_finished_ones_and_his_own_purchases_stay_as_they_are(self, store: Store) -> None:
        before = [await store.finished.bought(), await store.bought.bought()]
        await store.reset()
        after = [await store.finished.bought(), await store.bought.bought()]
        assert before[0] | {"shop_open": False} == after[0]
        assert before[1] == after[1]

    async def test_leave_the_rest_of_a_pay_order_to_be_paid(self, world: World) -> None:
        seller, buyer, third = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        [tea] = await world.open_shop(third, "茶铺", [item("秋茶", price=TEA)])
        placed = await buyer.post("/mall/trades", order((honey, 1), (tea, 1)), status=201)
        await reset(world, seller)
        waiting = await buyer.get(f"/mall/pay-orders/{placed['id']}")
        assert (waiting["state"], waiting["total_fen"]) == ("created", TEA)
        assert await _pending(world, PAY_TIMEOUT) == [uuid(placed["id"])]
        paid = await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        assert sorted(trade["state"] for trade in paid["trades"]) == ["closed", "wait_ship"]
        assert await balance_of(buyer) == GRANT - TEA
        await assert_balanced(world)

    async def test_no_longer_count_against_the_pair(self, store: Store) -> None:
        await store.reset()
        pairs = await rows(
            store.world,
            "SELECT p.trades FROM mall_classmate_pair p JOIN mall_shop s ON s.id = p.shop_id"
            " WHERE s.seat_id = :seller AND p.buyer_seat_id = :buyer",
            seller=store.seller.seat_id,
            buyer=store.buyer.seat_id,
        )
        assert pairs == [(0,)]

    async def test_have_no_deadline_left(self, store: Store) -> None:
        assert len(await _pending(store.world, PAY_TIMEOUT)) == 1
        await store.reset()
        assert await _pending(store.world, PAY_TIMEOUT) == []
        assert await _pending(store.world, SHIP_DEADLINE) == [uuid(store.bought.trade_id)]


async def _pending(world: World, kind: str) -> list[Any]:
    found = await rows(world, "SELECT subject_id FROM kernel_timer WHERE kind = :kind AND state = 'pending'", kind=kind)
    return [row[0] for row in found]


class TestLedgers:
    async def test_say_where_the_units_went(self, store: Store) -> None:
        before = await last_seq(store.world, "mall_stock_move")
        await store.reset()
        moves = await rows(
            store.world,
            "SELECT cause, cause_id, on_hand_delta, held_delta, allocated_delta, on_hand_after, held_after, allocated_after"
            " FROM mall_stock_move WHERE seq > :seq ORDER BY seq",
            seq=before,
        )
        assert moves == [
            ("reset", uuid(store.unpaid.trade_id), 0, -2, 0, 8, 0, 1),
            ("reset", uuid(store.paid.trade_id), 0, 0, -1, 8, 0, 0),
        ]
        await assert_balanced(store.world)

    async def test_say_where_the_money_went(self, store: Store) -> None:
        before = await last_seq(store.world, "mall_transfer")
        await store.reset()
        transfers = await rows(
            store.world,
            "SELECT t.cause, d.kind, d.owner_id, c.kind, c.owner_id, t.amount_fen FROM mall_transfer t"
            " JOIN mall_money_account d ON d.id = t.debit_id JOIN mall_money_account c ON c.id = t.credit_id"
            " WHERE t.seq > :seq ORDER BY t.seq",
            seq=before,
        )
        market, seller = store.world.sandbox_id, store.seller.seat_id
        assert transfers == [
            ("refund_opened", "escrow", market, "refunding", market, PRICE),
            ("refund", "refunding", market, "buyer", store.buyer.seat_id, PRICE),
            ("reset_buyer", "issue", market, "buyer", seller, TEA),
            ("reset_seller", "seller", seller, "issue", market, NET),
        ]
        wallet = await store.seller.get("/mall/wallet")
        assert (wallet["buyer"]["balance_fen"], wallet["seller"]["balance_fen"]) == (GRANT, 0)

    async def test_take_what_a_learner_holds_above_the_grant(self, world: World) -> None:
        """A refund can lift a wallet above its grant: another store was reset after his own."""
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await world.open_shop(buyer, "茶铺", [item("秋茶", price=TEA)])
        await (await place(seller, buyer, world, honey)).pay()
        await reset(world, buyer)
        await reset(world, seller)
        assert await balance_of(buyer) == GRANT + PRICE
        await world.open_shop(buyer, "茶铺", [item("秋茶", price=TEA)])
        before = await last_seq(world, "mall_transfer")
        await reset(world, buyer)
        assert await balance_of(buyer) == GRANT
        moved = await rows(world, "SELECT cause, amount_fen FROM mall_transfer WHERE seq > :seq", seq=before)
        assert moved == [("reset_buyer", PRICE)]
        await assert_balanced(world)


class TestStore:
    async def test_is_gone_for_buyers(self, store: Store) -> None:
        shop = await _shop_of(store)
        await store.reset()
        for path in (f"/mall/products/{store.honey['id']}", f"/mall/shops/{shop['id']}"):
            await store.buyer.get(path, status=404)
        for query in ("", "?q=蜂蜜", "?category=dry-goods"):
            page = await store.buyer.get(f"/mall/products{query}")
            assert store.honey["id"] not in [row["id"] for row in page["rows"]]
        for path, body in (("/mall/cart/items", line(store.honey)), ("/mall/trades", order((store.honey, 1)))):
            assert (await store.buyer.post(path, body, status=409))["code"] == "mall.product.off_shelf"

    async def test_is_gone_for_its_learner(self, store: Store) -> None:
        await store.reset()
        for path in ("/mall/desk/shop", "/mall/desk/home", "/mall/desk/products"):
            assert (await store.seller.get(path, status=404))["code"] == "mall.shop.none"
        honey = store.honey
        for path in (f"/mall/desk/products/{honey['id']}", f"/mall/products/{honey['id']}"):
            await store.seller.get(path, status=404)
        await store.seller.get(f"/mall/desk/skus/{honey['sku_id']}/stock-ledger", status=404)
        renamed = await store.seller.send("PATCH", "/mall/desk/shop", json={"name": "云岭二"})
        assert renamed.status_code == 404
        await store.seller.post(f"/mall/desk/products/{honey['id']}/put-on-shelf", status=404)

    async def test_leaves_every_cart(self, store: Store) -> None:
        await store.reset()
        for person in (store.seller, store.buyer):
            assert (await person.get("/mall/cart"))["count"] == 0
        assert (await store.buyer.get("/mall/badges"))["cart"] == 0
        assert (await store.seller.get("/mall/badges"))["seller"] is None

    async def test_may_be_followed_by_another_of_the_same_name(self, store: Store) -> None:
        old = await _shop_of(store)
        await store.reset()
        [honey] = await store.world.open_shop(store.seller, "云岭", [item()])
        assert (await _shop_of(store))["id"] != old["id"]
        home = await store.seller.get("/mall/desk/home")
        assert (home["paid_trades_today"], home["in_escrow_fen"], home["settled_fen"], home["on_sale"]) == (0, 0, 0, 1)
        [row, *_] = (await store.world.lecturer.get("/mall/wall"))["rows"]
        assert (row["shop_name"], row["on_sale"], row["paid_trades"]) == ("云岭", 1, 0)
        sale = await place(store.seller, store.third, store.world, honey)
        await sale.pay()
        assert (await sale.sold())["shop_open"] is True
        assert (await store.seller.get("/mall/desk/trades"))["total"] == 5
        await assert_balanced(store.world)

    async def test_stays_as_evidence(self, store: Store) -> None:
        await store.reset()
        kept = await rows(store.world, "SELECT name, state, retired_reason FROM mall_shop ORDER BY state")
        assert kept == [("茶铺", "open", None), ("云岭", "retired", WHY)]
        log = await rows(
            store.world,
            "SELECT from_state, event, to_state, actor_kind, actor_id FROM kernel_state_log"
            " WHERE machine = 'mall.shop' AND event = 'retire'",
        )
        assert log == [("open", "retire", "retired", "lecturer", store.world.lecturer.account_id)]


class TestWhoHears:
    async def test_every_trade_and_every_cart_it_touched(self, store: Store) -> None:
        shop = await _shop_of(store)
        before = await last_seq(store.world, "kernel_outbox")
        await store.reset()
        told = await rows(
            store.world, "SELECT type, payload FROM kernel_outbox WHERE seq > :seq ORDER BY seq", seq=before
        )
        assert [(kind, payload.get("trade_id"), payload.get("reason")) for kind, payload in told] == [
            ("mall.trade.closed.v1", store.unpaid.trade_id, "shop_reset"),
            ("mall.trade.refunded.v1", store.paid.trade_id, "shop_reset"),
            ("mall.shop.retired.v1", None, None),
            ("mall.cart.cleared.v1", None, None),
        ]
        touched = sorted((str(store.seller.seat_id), str(store.buyer.seat_id)))
        assert told[-1][1] == {"shop_id": shop["id"], "seat_ids": touched}

    async def test_badges_of_whoever_it_touched(self, store: Store) -> None:
        await store.reset()
        seats = sorted((uuid(str(store.seller.seat_id)), uuid(str(store.buyer.seat_id))))
        told = CartsCleared(shop_id=new_id(), seat_ids=seats)
        async with store.world.runtime.enter_sandbox(store.world.sandbox_id) as uow:
            frames = await BADGES_CHANGED.frames(uow, told)
        assert [frame.topic for frame in frames] == [f"badges.{seat_id}" for seat_id in seats]
        assert CartsCleared in BADGES_CHANGED.events

    async def test_the_learner_until_he_opens_again(self, store: Store) -> None:
        assert await store.seller.get("/mall/desk/last-reset") == {"note": None}
        await store.reset()
        note = (await store.seller.get("/mall/desk/last-reset"))["note"]
        clock = await store.world.lecturer.get("/sandbox/clock")
        assert note == {"shop_name": "云岭", "reason": WHY, "sim_at": clock["sim_at"]}
        assert await store.buyer.get("/mall/desk/last-reset") == {"note": None}
        await store.world.open_shop(store.seller, "云岭", [])
        assert await store.seller.get("/mall/desk/last-reset") == {"note": None}

    async def test_the_evidence(self, store: Store) -> None:
        preview = await store.preview()
        await store.reset()
        async with store.world.runtime.enter_system() as uow:
            found = await uow.execute(
                text(
                    "SELECT kind, author, account_id, reason, params FROM kernel_intervention WHERE seat_id = :seat_id"
                ),
                {"seat_id": store.seller.seat_id},
            )
            [flag] = found.all()
        assert tuple(flag)[:4] == ("shop.reset", "学员0", store.world.lecturer.account_id, WHY)
        left_out = {"seat_id", "grant_fen"}
        assert flag.params == {key: value for key, value in preview.items() if key not in left_out}


class TestReturning:
    async def test_names_the_store_that_a_snapshot_would_open_again(self, store: Store) -> None:
        lecturer = store.world.lecturer
        kept = await lecturer.post("/sandbox/snapshots", {"name": "重置之前"}, status=201, key="before-the-reset")
        path = f"/mall/snapshots/{kept['id']}/returning-shops"
        assert await lecturer.get(path) == {"names": []}
        await store.reset()
        assert await lecturer.get(path) == {"names": ["云岭"]}
        await store.seller.get(path, status=403)
        await lecturer.get(f"/mall/snapshots/{new_id()}/returning-shops", status=404)
