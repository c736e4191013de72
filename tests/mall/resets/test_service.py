"""A learner's store is reset: what goes back, what stays, who may, and what it leaves behind."""

from typing import Any

from httpx import Response
from sqlalchemy import text

from tests.mall.sales import assert_balanced, balance_of, fingerprint, line, order, place, sale_in
from tests.manual_clock import ManualClock
from tests.world import Person, World, item

GRANT = 200_000
WHY = {"reason": "定错了价，重新来过"}


def path_of(learner: Person) -> str:
    return f"/mall/seats/{learner.seat_id}/reset"


async def reset(world: World, learner: Person, *, status: int = 200) -> Any:
    return await world.lecturer.post(path_of(learner), WHY, status=status)


async def flags(world: World) -> list[Any]:
    async with world.runtime.enter_system() as uow:
        statement = text(
            "SELECT kind, seat_id, reason, author, params, sim_at FROM kernel_intervention WHERE cohort_id = :id"
        )
        return list(await uow.execute(statement, {"id": world.home.cohort_id}))


class TestPreview:
    async def test_counts_what_would_happen_and_changes_nothing(self, world: World) -> None:
        seller, buyer, third = world.learners
        [honey, tea] = await world.open_shop(seller, "云岭", [item(), item("秋茶", price=1000)])
        paid = await place(seller, buyer, world, honey, 2)
        await paid.pay()
        await place(seller, third, world, tea)
        await third.post("/mall/cart/items", line(honey))
        before = await fingerprint(world)
        told = await world.lecturer.get(path_of(seller))
        assert {name: told[name] for name in told if name not in {"seat_id", "shop_id"}} == {
            "shop_name": "云岭",
            "products": 2,
            "unpaid_trades": 1,
            "unpaid_fen": 1000,
            "refunded_trades": 1,
            "refund_fen": 11800,
            "running_trades": 0,
            "running_fen": 0,
            "cart_lines": 0,
            "lines_of_others": 1,
            "buyer_fen": GRANT,
            "seller_fen": 0,
            "grant_fen": GRANT,
        }
        assert await fingerprint(world) == before

    async def test_says_so_when_there_is_no_store(self, world: World) -> None:
        answer = await world.lecturer.get(path_of(world.learners[0]), status=409)
        assert answer["code"] == "mall.reset.no_shop"


class TestReset:
    async def test_closes_what_is_unpaid_and_gives_its_pair_back(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_pay")
        await reset(world, sale.seller)
        bought = await sale.bought()
        assert (bought["state"], bought["close_reason"]) == ("closed", "shop_reset")
        assert (await sale.pay(status=409))["code"] == "mall.payment.closed"
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            timers = (await uow.execute(text("SELECT kind, state FROM kernel_timer"))).all()
            pairs = (await uow.execute(text("SELECT trades FROM mall_classmate_pair"))).scalars().all()
        assert [tuple(timer) for timer in timers] == [("mall.pay_order.timeout", "cancelled")]
        assert pairs == [0]
        await assert_balanced(world)

    async def test_leaves_the_rest_of_a_shared_pay_order_to_be_paid(self, world: World) -> None:
        seller, buyer, other = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        [tea] = await world.open_shop(other, "茶铺", [item("秋茶", price=1000)])
        placed = await buyer.post("/mall/trades", order((honey, 1), (tea, 1)), status=201)
        await reset(world, seller)
        left = await buyer.get(f"/mall/pay-orders/{placed['id']}")
        assert (left["state"], left["total_fen"]) == ("created", 1000)
        paid = await buyer.post(f"/mall/pay-orders/{placed['id']}/pay")
        assert sorted(trade["state"] for trade in paid["trades"]) == ["closed", "wait_ship"]
        assert await balance_of(buyer) == GRANT - 1000
        await assert_balanced(world)

    async def test_refunds_what_is_paid_and_not_shipped(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        assert await balance_of(sale.buyer) == GRANT - 11800
        done = await reset(world, sale.seller)
        assert (done["refunded_trades"], done["refund_fen"]) == (1, 11800)
        assert await balance_of(sale.buyer) == GRANT
        bought = await sale.bought()
        assert (bought["state"], bought["actions"]) == ("closed", [])
        assert [entry["code"] for entry in bought["timeline"]][-2:] == ["trade.closed", "money.refunded"]
        assert [step["code"] for step in bought["steps"]] == [
            "trade.placed",
            "trade.paid",
            "trade.closed",
            "money.refunded",
        ]
        entries = (await sale.buyer.get("/mall/wallet"))["entries"]
        assert (entries[0]["title_code"], entries[0]["amount_fen"]) == ("money.refund", 11800)
        await assert_balanced(world)

    async def test_lets_what_is_shipped_run_to_its_end(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "shipped")
        done = await reset(world, sale.seller)
        assert done["running_trades"] == 1
        await sale.confirm()
        assert (await sale.sold())["state"] == "finished"
        await world.open_shop(sale.seller, "新店", [])
        wallet = await sale.seller.get("/mall/wallet")
        assert wallet["seller"]["balance_fen"] == 11800 - 590
        home = await sale.seller.get("/mall/desk/home")
        assert (home["settled_fen"], home["on_sale"], home["to_ship"]) == (0, 0, 0), "the new store has earned nothing"
        await assert_balanced(world)

    async def test_takes_the_goods_from_lists_search_carts_and_the_desk(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        shop_id = (await buyer.get(f"/mall/products/{honey['id']}"))["shop"]["id"]
        await buyer.post("/mall/cart/items", line(honey))
        await reset(world, seller)
        assert (await buyer.get("/mall/products"))["rows"] == []
        assert (await buyer.get("/mall/products", q="蜂蜜"))["rows"] == []
        assert (await buyer.get("/mall/cart"))["count"] == 0
        await buyer.get(f"/mall/shops/{shop_id}", status=404)
        for person in (seller, buyer):
            await person.get(f"/mall/products/{honey['id']}", status=404)
        await seller.get(f"/mall/desk/products/{honey['id']}", status=404)
        await seller.post(f"/mall/desk/products/{honey['id']}/put-on-shelf", status=404)
        await seller.get(f"/mall/desk/skus/{honey['sku_id']}/stock-ledger", status=404)
        for path, body in (("/mall/cart/items", line(honey)), ("/mall/trades", order((honey, 1)))):
            assert (await buyer.post(path, body, status=409))["code"] == "mall.product.off_shelf"

    async def test_brings_both_wallets_to_the_start_and_leaves_purchases_alone(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "finished")
        other = world.learners[2]
        [tea] = await world.open_shop(other, "茶铺", [item("秋茶", price=1000)])
        bought = await place(other, sale.seller, world, tea)
        await bought.pay()
        done = await reset(world, sale.seller)
        assert (done["buyer_fen"], done["seller_fen"]) == (GRANT - 1000, 11800 - 590)
        wallet = await sale.seller.get("/mall/wallet")
        assert (wallet["buyer"]["balance_fen"], wallet["seller"]) == (GRANT, {"balance_fen": 0, "in_escrow_fen": 0})
        assert [(entry["title_code"], entry["amount_fen"]) for entry in wallet["entries"][:2]] == [
            ("money.reset_seller", -(11800 - 590)),
            ("money.reset_buyer", 1000),
        ]
        assert (await bought.bought())["state"] == "wait_ship"
        await assert_balanced(world)

    async def test_empties_the_learners_own_cart(self, world: World) -> None:
        seller, other, _ = world.learners
        await world.open_shop(seller, "云岭", [item()])
        [tea] = await world.open_shop(other, "茶铺", [item("秋茶")])
        await seller.post("/mall/cart/items", line(tea))
        assert (await reset(world, seller))["cart_lines"] == 1
        assert (await seller.get("/mall/cart"))["count"] == 0

    async def test_lets_a_fresh_store_be_opened_at_once_even_under_the_old_name(self, world: World) -> None:
        seller, buyer, _ = world.learners
        await world.open_shop(seller, "云岭", [item()])
        await reset(world, seller)
        assert (await seller.get("/mall/badges"))["seller"] is None
        [honey] = await world.open_shop(seller, "云岭", [item()])
        sale = await place(seller, buyer, world, honey)
        await sale.pay()
        again = await reset(world, seller)
        assert (again["products"], again["refunded_trades"]) == (1, 1)
        await assert_balanced(world)

    async def test_leaves_a_flag_with_reason_and_numbers_and_tells_open_pages(
        self, world: World, wall: ManualClock
    ) -> None:
        sale = await sale_in(world, wall, "wait_ship")
        done = await reset(world, sale.seller)
        [flag] = await flags(world)
        assert (flag.kind, flag.seat_id, flag.reason, flag.author) == (
            "shop.reset",
            sale.seller.seat_id,
            WHY["reason"],
            world.lecturer.name,
        )
        assert flag.params == {name: done[name] for name in done if name not in {"seat_id", "grant_fen"}}
        assert flag.sim_at is not None
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            told = (await uow.execute(text("SELECT type FROM kernel_outbox ORDER BY seq DESC LIMIT 2"))).scalars().all()
            logged = (
                await uow.execute(
                    text(
                        "SELECT from_state, to_state, actor_kind FROM kernel_state_log WHERE machine = 'mall.shop' ORDER BY seq"
                    )
                )
            ).all()
        assert told == ["mall.shop.retired.v1", "mall.trade.refunded.v1"]
        assert [tuple(row) for row in logged] == [(None, "open", "seller"), ("open", "retired", "lecturer")]

    async def test_sent_twice_acts_once(self, world: World) -> None:
        seller = world.learners[0]
        await world.open_shop(seller, "云岭", [item()])
        first = await world.lecturer.post(path_of(seller), WHY, key="one-reset-only")
        await world.open_shop(seller, "新店", [item()])
        again = await world.lecturer.post(path_of(seller), WHY, key="one-reset-only")
        assert again == first
        assert (await seller.get("/mall/desk/shop"))["name"] == "新店"
        assert len(await flags(world)) == 1

    async def test_needs_a_reason(self, world: World) -> None:
        seller = world.learners[0]
        await world.open_shop(seller, "云岭", [item()])
        before = await fingerprint(world)
        refused = await world.lecturer.post(path_of(seller), {"reason": " "}, status=422)
        assert refused["errors"][0]["pointer"] == "/reason"
        assert await fingerprint(world) == before


class TestAuthorisation:
    async def test_is_the_lecturers_of_this_class(self, world: World, new_world: Any) -> None:
        seller = world.learners[0]
        await world.open_shop(seller, "云岭", [item()])
        elsewhere = await new_world()
        before = await fingerprint(world)

        async def status(person: Person) -> int:
            response: Response = await person.send("POST", path_of(seller), json=WHY)
            return response.status_code

        assert [await status(seller), await status(world.learners[1]), await status(elsewhere.lecturer)] == [
            403,
            403,
            404,
        ]
        assert await fingerprint(world) == before
        assert await flags(world) == []
        assert await status(world.lecturer) == 200
