"""Factories of sales: orders driven over HTTP to any state of their life, and what the books say of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from mall.tables import TABLES
from tests.manual_clock import ManualClock
from tests.world import Person, World, item

CARRIER = {"carrier": "moni"}
STATES = ("wait_pay", "wait_ship", "shipped", "finished", "sealed", "closed")
_WITNESSES = (
    *(str(table.__tablename__) for table in TABLES),
    "kernel_idempotent_answer",
    "kernel_outbox",
    "kernel_state_log",
    "kernel_timer",
)


@dataclass(frozen=True, slots=True)
class Sale:
    """One order of one trade between two learners."""

    world: World
    seller: Person
    buyer: Person
    goods: dict[str, Any]
    pay_order_id: str
    trade_id: str

    async def pay(self, *, status: int = 200) -> Any:
        return await self.buyer.post(f"/mall/pay-orders/{self.pay_order_id}/pay", status=status)

    async def cancel(self, *, status: int = 200) -> Any:
        return await self.buyer.post(f"/mall/trades/{self.trade_id}/cancel", status=status)

    async def ship(self, *, status: int = 200) -> Any:
        return await self.seller.post(f"/mall/desk/trades/{self.trade_id}/ship", CARRIER, status=status)

    async def confirm(self, *, status: int = 200) -> Any:
        return await self.buyer.post(f"/mall/trades/{self.trade_id}/confirm", status=status)

    async def bought(self) -> Any:
        """Returns the trade as its buyer sees it."""
        return await self.buyer.get(f"/mall/trades/{self.trade_id}")

    async def sold(self) -> Any:
        """Returns the trade as its seller sees it."""
        return await self.seller.get(f"/mall/desk/trades/{self.trade_id}")


def line(goods: dict[str, Any], quantity: int = 1) -> dict[str, Any]:
    """Returns one line of an order."""
    return {"sku_id": goods["sku_id"], "quantity": quantity}


def order(*lines: tuple[dict[str, Any], int], **extra: Any) -> dict[str, Any]:
    """Returns the body of an order at the prices on the shelf."""
    total = sum(goods["price_fen"] * quantity for goods, quantity in lines)
    return {"lines": [line(*wanted) for wanted in lines], "expected_total_fen": total, **extra}


async def place(seller: Person, buyer: Person, world: World, goods: dict[str, Any], quantity: int = 1) -> Sale:
    """Places one trade."""
    placed = await buyer.post("/mall/trades", order((goods, quantity)), status=201)
    return Sale(world, seller, buyer, goods, placed["id"], placed["trades"][0]["id"])


async def sale_in(world: World, wall: ManualClock, state: str, *, quantity: int = 2) -> Sale:
    """Opens a store and brings one order of it to `state`, as people would."""
    seller, buyer, *_ = world.learners
    [honey] = await world.open_shop(seller, "云岭", [item()])
    sale = await place(seller, buyer, world, honey, quantity)
    if state == "closed":
        await sale.cancel()
    if state in {"wait_ship", "shipped", "finished", "sealed"}:
        await sale.pay()
    if state in {"shipped", "finished", "sealed"}:
        await sale.ship()
    if state in {"finished", "sealed"}:
        await sale.confirm()
    if state == "sealed":
        await jump(world, wall, days=8)
    assert (await sale.bought())["state"] == state
    return sale


async def jump(world: World, wall: ManualClock, **duration: float) -> None:
    """Lets the lecturer move the class forward, deadlines only, and a runner carry it out."""
    clock = await world.lecturer.get("/sandbox/clock")
    target = datetime.fromisoformat(clock["sim_at"]) + timedelta(**duration)
    await world.lecturer.post("/sandbox/clock/jump", {"target_sim_at": target.isoformat()}, status=202)
    await world.pass_time(wall, seconds=0)


async def run_at(world: World, speed: int) -> None:
    """Starts the clock at `speed` simulated seconds a second."""
    await world.lecturer.put("/sandbox/clock/speed", {"speed": speed})
    await world.lecturer.post("/sandbox/clock/start")


async def level_of(seller: Person, goods: dict[str, Any]) -> tuple[int, int, int, int]:
    """Returns (on hand, held, allocated, sellable) of a SKU."""
    level = (await seller.get(f"/mall/desk/skus/{goods['sku_id']}/stock-ledger"))["level"]
    return level["on_hand"], level["held"], level["allocated"], level["sellable"]


async def moves_of(seller: Person, goods: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Returns the stock ledger, oldest first: cause, the three deltas, the three counters after."""
    buckets = ("on_hand", "held", "allocated")
    rows = (await seller.get(f"/mall/desk/skus/{goods['sku_id']}/stock-ledger"))["rows"]
    return [
        (row["cause_kind"], *(row[f"{b}_delta"] for b in buckets), *(row[f"{b}_after"] for b in buckets))
        for row in reversed(rows)
    ]


async def balance_of(person: Person) -> int:
    """Returns what a learner can spend, in fen."""
    wallet = await person.get("/mall/wallet")
    return int(wallet["buyer"]["balance_fen"])


async def assert_balanced(world: World) -> None:
    """Passes when counters, ledgers, escrow and wallets agree."""
    report = await world.reconcile()
    assert report["balanced"], report


async def fingerprint(world: World) -> dict[str, tuple[int, str]]:
    """Returns rows and digest of every table a sale writes; equal twice: nothing changed, nothing was published."""
    prints: dict[str, tuple[int, str]] = {}
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        for table in _WITNESSES:
            digest = "md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
            row = (await uow.execute(text(f"SELECT count(*) AS rows, {digest} AS md5 FROM {table} t"))).one()
            prints[table] = (row.rows, row.md5)
    return prints
