"""Kill -9 in the middle of a sale: it ends once, money sums to zero, nothing is lost or doubled.

Every process at each of ten moments is the nightly run; a check-in runs each process at one or two of them.
"""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import goods
from tests.faults.installation import PROCESSES, Installation
from tests.faults.stubborn import Stubborn

MOMENTS = ("list", "cart", "quote", "place", "placed", "pay", "paid", "ship", "deliver", "confirm")
NAMES = (*PROCESSES, "supervisor")
KILL_AFTER_SECONDS = 0.006
DAYS_ON_THE_ROAD = 5

SHORT = [(name, MOMENTS[(3 * place + shift) % 10]) for place, name in enumerate(NAMES) for shift in (0, 5)][:10]
LONG = [(name, moment) for name in NAMES for moment in MOMENTS if (name, moment) not in SHORT]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Yields a running demo."""
    folder: Path = tmp_path_factory.mktemp("kaidian")
    folder.chmod(0o755)
    installed = Installation(folder / "var")
    try:
        installed.start()
        yield installed
    finally:
        installed.stop()


class Sale:
    """One sale from listing to settlement, with one process killed at one moment of it."""

    def __init__(self, installation: Installation, victim: str, moment: str, ordinal: int) -> None:
        self.installation = installation
        self.victim = victim
        self.moment = moment
        seller, buyer = pair_of(ordinal)
        self.seller = Stubborn(installation.url, f"xueyuan{seller:02d}")
        self.buyer = Stubborn(installation.url, f"xueyuan{buyer:02d}")
        self.lecturer = Stubborn(installation.url, "laoshi")

    def do(self, moment: str, person: Stubborn, method: str, path: str, body: Any = None) -> Any:
        """Sends a request; at its moment the victim is killed while the request is on its way."""
        killer = threading.Timer(KILL_AFTER_SECONDS, self.installation.kill, [self.victim])
        if moment == self.moment:
            killer.start()
        try:
            return person.ask(method, path, body)
        finally:
            if moment == self.moment:
                killer.join()

    def pause(self, moment: str) -> None:
        """Kills the victim between two requests, at its moment."""
        if moment == self.moment:
            self.installation.kill(self.victim)

    def run(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Runs the sale and returns the seller's product and the finished trade."""
        body = goods.product("测试山核桃", skus=[goods.sku(price_fen=1999, cost_fen=900, on_hand=7)])
        product = self.do("list", self.seller, "POST", "/mall/desk/products", body)
        line = {"sku_id": product["skus"][0]["id"], "quantity": 3}
        self.do("cart", self.buyer, "POST", "/mall/cart/items", line)
        quote = self.do("quote", self.buyer, "POST", "/mall/quotes", {"lines": [line]})
        order = self.do(
            "place",
            self.buyer,
            "POST",
            "/mall/trades",
            {"lines": [line], "expected_total_fen": quote["total_fen"], "from_cart": True},
        )
        self.pause("placed")
        paid = self.do("pay", self.buyer, "POST", f"/mall/pay-orders/{order['id']}/pay")
        self.pause("paid")
        trade_path = f"/mall/trades/{paid['trades'][0]['id']}"
        self.ship(f"/mall/desk{trade_path.removeprefix('/mall')}")
        self.jump(DAYS_ON_THE_ROAD)
        self.confirm(trade_path)
        return product, self.seller.ask("GET", f"/mall/desk{trade_path.removeprefix('/mall')}")

    def ship(self, path: str) -> None:
        """Ships; a repeated ship after a lost answer is refused because it is done."""
        try:
            self.do("ship", self.seller, "POST", f"{path}/ship", {"carrier": "moni"})
        except AssertionError:
            assert self.seller.ask("GET", path)["state"] == "shipped"

    def confirm(self, path: str) -> None:
        """Confirms; a repeated confirmation after a lost answer is refused because it is done."""
        try:
            self.do("confirm", self.buyer, "POST", f"{path}/confirm")
        except AssertionError:
            assert self.buyer.ask("GET", path)["state"] == "finished"

    def jump(self, days: int) -> None:
        """Sends the class forward and waits until it has landed."""
        now = datetime.fromisoformat(self.lecturer.ask("GET", "/sandbox/clock")["sim_at"])
        target = now + timedelta(days=days)
        self.do("deliver", self.lecturer, "POST", "/sandbox/clock/jump", {"target_sim_at": target.isoformat()})
        end = time.monotonic() + 60
        while self.lecturer.ask("GET", "/sandbox/clock")["state"] == "jumping":
            assert time.monotonic() < end, "the jump never landed"
            time.sleep(0.1)


def pair_of(ordinal: int) -> tuple[int, int]:
    """Returns (seller, buyer): three sales for each pair of the four stores' owners and the other learners."""
    pairs = [(seller, buyer) for buyer in range(1, 7) for seller in range(1, 5) if seller != buyer]
    return pairs[ordinal // 3 % len(pairs)]


def check(installation: Installation, victim: str, moment: str, ordinal: int) -> None:
    """Runs one sale with one kill and compares every book before and after."""
    sale = Sale(installation, victim, moment, ordinal)
    try:
        _check(sale)
    finally:
        for person in (sale.seller, sale.buyer, sale.lecturer):
            person.close()


def _check(sale: Sale) -> None:
    before = (sale.buyer.ask("GET", "/mall/wallet"), sale.seller.ask("GET", "/mall/wallet"))
    product, trade = sale.run()
    after = (sale.buyer.ask("GET", "/mall/wallet"), sale.seller.ask("GET", "/mall/wallet"))
    assert trade["state"] == "finished"
    assert before[0]["buyer"]["balance_fen"] - after[0]["buyer"]["balance_fen"] == 5997
    assert after[1]["seller"]["balance_fen"] - before[1]["seller"]["balance_fen"] == 5997 - 300
    level = sale.seller.ask("GET", f"/mall/desk/skus/{product['skus'][0]['id']}/stock-ledger")["level"]
    assert level == {"on_hand": 4, "held": 0, "allocated": 0, "sellable": 4}
    states = [track["state"] for track in trade["parcels"][0]["tracks"]]
    assert states == ["picked_up", "in_transit", "out_for_delivery", "signed"]
    codes = [entry["code"] for entry in trade["timeline"] if entry["lane"] == "mall"]
    assert codes == ["trade.placed", "trade.paid", "trade.shipped", "trade.finished"]
    books = sale.lecturer.ask("GET", "/mall/reconciliation")
    assert books["balanced"], books
    assert sale.lecturer.ask("GET", "/sandbox/parked") == {"timers": [], "deliveries": []}


@pytest.mark.parametrize(("victim", "moment"), SHORT)
def test_a_sale_ends_once(installation: Installation, victim: str, moment: str) -> None:
    check(installation, victim, moment, SHORT.index((victim, moment)))


@pytest.mark.nightly
@pytest.mark.parametrize(("victim", "moment"), LONG)
def test_a_sale_ends_once_at_every_moment(installation: Installation, victim: str, moment: str) -> None:
    check(installation, victim, moment, len(SHORT) + LONG.index((victim, moment)))
