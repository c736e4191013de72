"""A market under any sequence of orders, payments, prices, shipments, losses, refunds, resets and jumps: the books agree.

A model keeps what must be true; the product is driven over HTTP, its timers by its own runner.
"""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from fastapi import FastAPI
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import text

from kernel.ids import new_id
from kernel.money import share_bp
from kernel.runtime import Runtime
from kernel.sandbox.timers import DueTimer
from kernel.settings import Settings
from mall.analytics.queries import reconcile
from mall.checkout import cashier
from mall.checkout.service import PAY_TIMEOUT, time_out
from mall.fulfilment.service import STEP
from mall.payments.rules import Verdict
from mall.trades import receipt
from tests.mall.deals import Deal
from tests.mall.sales import CARRIER, jump, order
from tests.manual_clock import ManualClock
from tests.world import STARTS_SIM_AT, World, item, make_world

T = TypeVar("T")
OPEN = ("wait_ship", "part_shipped")
NO_MORE_STEPS = "UPDATE kernel_timer SET state = 'cancelled' WHERE subject_id = :id AND state = 'pending'"
GRANT, PRICE, STOCK, PAIR_LIMIT = 200_000, 29_990, 8, 3
LEVELS = "SELECT sku_id, on_hand, held, allocated FROM mall_stock_level"
TRADES = "SELECT id, state FROM mall_trade"
LOST = "SELECT trade_id FROM mall_parcel WHERE state = 'lost'"
WALLETS = "SELECT kind, owner_id, balance_fen FROM mall_money_account WHERE balance_fen IS NOT NULL"
SEEN = {"refunded": "closed"}
"""What the database calls a state that the model must tell apart: its pay order was paid."""
PAY_ORDERS = "SELECT state, count(*) AS n FROM mall_pay_order GROUP BY state"


class Market(RuleBasedStateMachine):
    """Three learners, the first two with a store of one product each."""

    deals = Bundle("deals")

    def __init__(self, settings: Settings, web: FastAPI) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.wall = ManualClock()
        self.now = STARTS_SIM_AT
        self.runtime = Runtime.open(settings, application_name="stateful", wall=self.wall)
        web.state.runtime = self.runtime
        self.world: World = self.run(make_world(self.runtime, web))
        owners = self.world.learners[:2]
        self.goods = [
            self.run(self.world.open_shop(owner, f"店铺{n}", [item(price=PRICE, stock=STOCK)]))[0]
            for n, owner in enumerate(owners)
        ]
        self.placed: list[Deal] = []
        self.on_hand = {goods["sku_id"]: STOCK for goods in self.goods}
        self.bought = [GRANT] * 3
        self.earned = [0] * 3

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.runtime.close())
        self.loop.close()

    def ask(self, learner: int, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        answer = self.run(self.world.learners[learner].send("POST", path, json=body))
        return answer.status_code, answer.json()

    def units(self, shop: int, *states: str) -> int:
        return sum(deal.left for deal in self.live(shop) if deal.state in states)

    def live(self, shop: int) -> list[Deal]:
        """Returns the deals of the store that is open now; those of a reset one run to their end beside it."""
        return [deal for deal in self.placed if deal.sku_id == self.goods[shop]["sku_id"]]

    def sellable(self, shop: int) -> int:
        return self.on_hand[self.goods[shop]["sku_id"]] - self.units(shop, "wait_pay", *OPEN)

    def finish(self, deal: Deal) -> None:
        deal.state = "finished"
        kept_fen = deal.total_fen - deal.refunded_fen
        self.earned[deal.shop] += kept_fen - share_bp(kept_fen, 500)

    def give_back(self, deal: Deal, units: int) -> None:
        """Takes note that units of a deal are paid back."""
        fen = deal.total_fen * (deal.refunded + units) // deal.quantity - deal.refunded_fen
        deal.refunded += units
        deal.refunded_fen += fen
        self.bought[deal.buyer] += fen

    def sold(self, deal: Deal) -> Any:
        """Returns a deal as its seller sees it."""
        return self.run(self.world.learners[deal.shop].get(f"/mall/desk/trades/{deal.trade_id}"))

    @initialize(target=deals)
    def open_the_day(self) -> Any:
        """Starts every walk with an order of each store, so that none is spent on refusals only."""
        return multiple(self.place(buyer=2, shop=0, quantity=1), self.place(buyer=0, shop=1, quantity=2))

    @rule(target=deals, buyer=st.integers(0, 2), shop=st.integers(0, 1), quantity=st.integers(1, 4))
    def place(self, buyer: int, shop: int, quantity: int) -> Any:
        status, answer = self.ask(buyer, "/mall/trades", order((self.goods[shop], quantity)))
        live = [d for d in self.live(shop) if d.buyer == buyer and d.state not in {"closed", "refunded"}]
        refusal = None
        if buyer == shop:
            refusal = "mall.trade.own_goods"
        elif len(live) >= PAIR_LIMIT:
            refusal = "mall.trade.classmate_limit"
        elif quantity > self.sellable(shop):
            refusal = "mall.stock.insufficient"
        if refusal is not None:
            assert (status, answer["code"]) == (409, refusal)
            return multiple()
        assert status == 201
        deal = Deal(shop, buyer, quantity, answer["id"], answer["trades"][0]["id"], self.goods[shop]["sku_id"])
        deal.total_fen = PRICE * quantity
        self.placed.append(deal)
        return deal

    @rule(deal=deals)
    def pay(self, deal: Deal) -> None:
        status, answer = self.ask(deal.buyer, f"/mall/pay-orders/{deal.pay_order_id}/pay")
        refusal = {"wait_pay": None, "closed": "mall.payment.closed"}.get(deal.state, "mall.payment.already_paid")
        if refusal is None and self.bought[deal.buyer] < deal.total_fen:
            refusal = "mall.wallet.insufficient"
        if refusal is not None:
            assert (status, answer["code"]) == (409, refusal)
            return
        assert status == 200
        deal.state = "wait_ship"
        self.bought[deal.buyer] -= deal.total_fen

    @rule(deal=deals)
    def cancel(self, deal: Deal) -> None:
        status, _ = self.ask(deal.buyer, f"/mall/trades/{deal.trade_id}/cancel")
        assert status == (200 if deal.state == "wait_pay" else 409)
        if deal.state == "wait_pay":
            deal.state = "closed"

    @rule(deal=deals)
    def let_payment_lapse(self, deal: Deal) -> None:
        """Fires the pay order's time-out, on an order that is paid or closed as well: there it must do nothing."""
        timer = DueTimer(new_id(), PAY_TIMEOUT, UUID(deal.pay_order_id), 0, None, 900_000, {})

        async def lapse() -> None:
            async with self.runtime.enter_sandbox(self.world.sandbox_id) as uow:
                await time_out(uow, timer)

        self.run(lapse())
        if deal.state == "wait_pay":
            deal.state = "closed"

    @rule(deal=deals, outcome=st.sampled_from(["twice", "late", "slow", "insufficient", "refused"]))
    def pay_as(self, deal: Deal, outcome: str) -> None:
        """Pays with an outcome of the bank's; what it tells late is told at once, and then once more."""
        body = {"channel": "card", "outcome": outcome, "expected_total_fen": deal.total_fen}
        status, answer = self.ask(deal.buyer, f"/mall/pay-orders/{deal.pay_order_id}/attempts", body)
        assert status == (200 if deal.state == "wait_pay" else 409)
        if status != 200:
            return
        enough = self.bought[deal.buyer] >= deal.total_fen
        if outcome in {"late", "slow"}:
            self.run(self.tell_twice(answer["attempts"][-1]["notify_id"]))
        if outcome in {"twice", "late", "slow"} and enough:
            deal.state = "wait_ship"
            self.bought[deal.buyer] -= deal.total_fen

    async def tell_twice(self, notify_id: str) -> None:
        for _ in range(2):
            async with self.runtime.enter_sandbox(self.world.sandbox_id) as uow:
                await cashier.notify(uow, notify_id, Verdict.PAID)

    @rule(deal=deals)
    def pay_after_it_is_closed(self, deal: Deal) -> None:
        """Begins a payment, closes the order, and then the money comes: it goes back."""
        if deal.state != "wait_pay":
            return
        body = {"channel": "wallet", "outcome": "late", "expected_total_fen": deal.total_fen}
        _, answer = self.ask(deal.buyer, f"/mall/pay-orders/{deal.pay_order_id}/attempts", body)
        self.cancel(deal)
        self.run(self.tell_twice(answer["attempts"][-1]["notify_id"]))

    @rule(deal=deals, percent=st.integers(1, 99))
    def reprice(self, deal: Deal, percent: int) -> None:
        line = self.sold(deal)["lines"][0]
        fen = PRICE * deal.quantity * percent // 100
        body = {"lines": [{"line_id": line["id"], "amount_fen": fen}], "freight_fen": 0}
        status, _ = self.ask(deal.shop, f"/mall/desk/trades/{deal.trade_id}/reprice", body)
        if deal.state != "wait_pay":
            assert status == 409
        elif fen == deal.total_fen:
            assert status == 422
        else:
            assert status == 200
            deal.total_fen = fen

    @rule(deal=deals)
    def ship(self, deal: Deal) -> None:
        status, _ = self.ask(deal.shop, f"/mall/desk/trades/{deal.trade_id}/ship", CARRIER)
        assert status == (200 if deal.state in OPEN else 409)
        if status == 200:
            self.on_hand[deal.sku_id] -= deal.left
            deal.shipped += deal.left
            deal.state = "shipped"

    @rule(deal=deals, units=st.integers(1, 3))
    def ship_part(self, deal: Deal, units: int) -> None:
        if deal.state not in OPEN:
            return
        line = self.sold(deal)["lines"][0]
        assert line["left"] == deal.left
        body = {**CARRIER, "lines": [{"line_id": line["id"], "quantity": units}]}
        status, _ = self.ask(deal.shop, f"/mall/desk/trades/{deal.trade_id}/ship", body)
        assert status == (200 if units <= deal.left else 422)
        if status == 200:
            self.on_hand[deal.sku_id] -= units
            deal.shipped += units
            deal.state = "shipped" if deal.left == 0 else "part_shipped"

    @rule(deal=deals)
    def recall(self, deal: Deal) -> None:
        """Calls the newest parcel back: refused unless nobody has picked it up and the trade still runs."""
        parcels = self.sold(deal)["parcels"] if deal.state in {"part_shipped", "shipped"} else []
        if not parcels:
            return
        parcel = parcels[-1]
        status, _ = self.ask(deal.shop, f"/mall/desk/parcels/{parcel['id']}/recall")
        possible = parcel["state"] == "created" and parcel["replaces_id"] is None
        assert status == (200 if possible else 409)
        if possible:
            units = parcel["goods"][0]["quantity"]
            self.on_hand[deal.sku_id] += units
            deal.shipped -= units
            deal.state = "part_shipped" if deal.shipped else "wait_ship"

    @rule(deal=deals, cure=st.sampled_from(["refund", "resend", None]))
    def lose_a_parcel(self, deal: Deal, cure: str | None) -> None:
        """Lets the courier lose the newest parcel that is not picked up; its seller makes up for it, now or never."""
        waiting = (
            [parcel for parcel in self.sold(deal)["parcels"] if parcel["state"] == "created"] if deal.shipped else []
        )
        if not waiting or deal.state not in {"part_shipped", "shipped"}:
            return
        parcel = waiting[-1]
        units = parcel["goods"][0]["quantity"]
        self.run(self.lose(parcel["id"]))
        if deal.state == "shipped":
            assert self.ask(deal.buyer, f"/mall/trades/{deal.trade_id}/confirm")[1]["code"] == "mall.trade.parcel_lost"
        if cure is None:
            return
        body = CARRIER if cure == "resend" else None
        status, answer = self.ask(deal.shop, f"/mall/desk/parcels/{parcel['id']}/{cure}", body)
        if cure == "resend":
            if deal in self.live(deal.shop):
                assert status == (200 if units <= self.sellable(deal.shop) else 409), answer
            if status == 200:
                self.on_hand[deal.sku_id] -= units
            return
        assert status == 200, answer
        deal.shipped -= units
        self.give_back(deal, units)
        if deal.refunded == deal.quantity:
            deal.state = "refunded"

    async def lose(self, parcel_id: str) -> None:
        async with self.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            await uow.execute(text(NO_MORE_STEPS), {"id": parcel_id})
            for ordinal, state in enumerate(("picked_up", "in_transit", "lost"), start=1):
                payload = {"state": state, "place": "转运中心"}
                await receipt.move_parcel(
                    uow, DueTimer(new_id(), STEP, UUID(parcel_id), ordinal, self.now, None, payload)
                )

    @rule(deal=deals)
    def confirm(self, deal: Deal) -> None:
        status, answer = self.ask(deal.buyer, f"/mall/trades/{deal.trade_id}/confirm")
        if deal.state != "shipped":
            assert status == 409
        elif status == 409:
            assert answer["code"] == "mall.trade.parcel_lost"
        else:
            self.finish(deal)

    @rule(deal=deals)
    def move_on(self, deal: Deal) -> None:
        """Does what the deal waits for, so that walks get far enough to settle and to seal."""
        {"wait_pay": self.pay, "wait_ship": self.ship, "part_shipped": self.ship, "shipped": self.confirm}.get(
            deal.state, self.pay
        )(deal)

    @rule(shop=st.integers(0, 1), delta=st.integers(-6, 6).filter(bool))
    def adjust(self, shop: int, delta: int) -> None:
        path = f"/mall/desk/skus/{self.goods[shop]['sku_id']}/stock-adjustments"
        status, answer = self.ask(shop, path, {"delta": delta, "reason": "盘点"})
        if self.sellable(shop) + delta < 0:
            assert (status, answer["errors"][0]["code"]) == (422, "mall.stock.below_promised")
            return
        assert status == 200
        self.on_hand[self.goods[shop]["sku_id"]] += delta

    @rule(shop=st.integers(0, 1))
    def reset(self, shop: int) -> None:
        """Resets a store and opens another at once, as its learner would."""
        owner = self.world.learners[shop]
        path = f"/mall/seats/{owner.seat_id}/reset"
        answer = self.run(self.world.lecturer.post(path, {"reason": "重新来过"}))
        unpaid, paid = self.count(shop, "wait_pay"), self.count(shop, "wait_ship") + self.count(shop, "part_shipped")
        assert (answer["unpaid_trades"], answer["refunded_trades"]) == (unpaid, paid)
        for deal in self.live(shop):
            if deal.state == "wait_pay":
                deal.state = "closed"
            if deal.state in OPEN:
                self.give_back(deal, deal.left)
                deal.state = "shipped" if deal.shipped else "refunded"
        self.bought[shop], self.earned[shop] = GRANT, 0
        self.goods[shop] = self.run(self.world.open_shop(owner, f"店铺{shop}", [item(price=PRICE, stock=STOCK)]))[0]
        self.on_hand[self.goods[shop]["sku_id"]] = STOCK

    def count(self, shop: int, state: str) -> int:
        return sum(deal.state == state for deal in self.live(shop))

    @rule(days=st.integers(1, 12))
    def let_days_pass(self, days: int) -> None:
        self.run(jump(self.world, self.wall, days=days))
        self.now += timedelta(days=days)
        seen, lost = self.run(self.look())
        for deal in self.placed:
            if deal.state == "shipped" and seen[deal.trade_id] in {"finished", "sealed"}:
                assert deal.trade_id not in lost, "a loss that nobody made up for keeps a trade open"
                self.finish(deal)
            if deal.state == "finished" and seen[deal.trade_id] == "sealed":
                deal.state = "sealed"

    async def look(self) -> tuple[dict[str, str], set[str]]:
        """Returns the state of every trade, and the trades with a lost parcel."""
        async with self.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            states = {str(row.id): str(row.state) for row in await uow.execute(text(TRADES))}
            lost = {str(row.trade_id) for row in await uow.execute(text(LOST))}
        return states, lost

    @invariant()
    def books_agree(self) -> None:
        self.run(self.check())

    async def check(self) -> None:
        async with self.runtime.enter_sandbox(self.world.sandbox_id) as uow:
            report = await reconcile(uow)
            levels = {str(row.sku_id): tuple(row)[1:] for row in await uow.execute(text(LEVELS))}
            states = {str(row.id): row.state for row in await uow.execute(text(TRADES))}
            wallets = {(row.kind, row.owner_id): row.balance_fen for row in await uow.execute(text(WALLETS))}
            pay_orders = {row.state: row.n for row in await uow.execute(text(PAY_ORDERS))}
            parked = (await uow.execute(text("SELECT error FROM kernel_timer WHERE error IS NOT NULL"))).all()
        assert report.balanced, report
        assert parked == []
        assert states == {deal.trade_id: SEEN.get(deal.state, deal.state) for deal in self.placed}
        expected = {sku_id: (on_hand, 0, 0) for sku_id, on_hand in self.on_hand.items()}
        for shop, goods in enumerate(self.goods):
            held, allocated = self.units(shop, "wait_pay"), self.units(shop, *OPEN)
            expected[goods["sku_id"]] = (self.on_hand[goods["sku_id"]], held, allocated)
        assert levels == expected
        for number, person in enumerate(self.world.learners):
            assert wallets["buyer", person.seat_id] == self.bought[number]
            assert wallets["seller", person.seat_id] == self.earned[number]
        waiting = sum(deal.state == "wait_pay" for deal in self.placed)
        closed = sum(deal.state == "closed" for deal in self.placed)
        assert (pay_orders.get("created", 0), pay_orders.get("closed", 0)) == (waiting, closed)
