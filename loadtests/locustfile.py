"""The same journeys as Locust users: for spreading load over several machines, or for its page with graphs.

Locust is not among our dependencies: `pip install locust` beside them. Run `python -m loadtests.run --locust`, which starts it
against a throw-away installation, or against your own with `KAIDIAN_LOAD_BENCH` naming the file of people and goods.
"""

import json
import os
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, constant, task

from loadtests.journeys import API, WORDS, Mall

BENCH: dict[str, Any] = json.loads(Path(os.environ["KAIDIAN_LOAD_BENCH"]).read_text(encoding="utf-8"))
MALL = Mall(tuple(tuple(shelf) for shelf in BENCH["shops"]))
_numbers, _keys = count(), count(1)


class _Visitor(FastHttpUser):
    """One learner, signed in, without pauses."""

    abstract = True
    wait_time = constant(0)

    def on_start(self) -> None:
        """Takes the next person."""
        self.number = next(_numbers) % len(BENCH["people"])
        self.turn = 0
        person = BENCH["people"][self.number]
        self.headers = {"Cookie": person["cookie"], person["csrf_header"]: person["csrf_token"]}

    def next_goods(self) -> dict[str, Any]:
        """Returns the goods of this turn."""
        self.turn += 1
        return MALL.goods(self.number, self.turn)

    def post(self, path: str, body: Any = None) -> Any:
        """Sends a command with a key of its own."""
        headers = {**self.headers, "Idempotency-Key": f"locust-{next(_keys):010d}"}
        return self.client.post(f"{API}{path}", json=body, headers=headers, name=path.split("/")[1]).json()


class SeeList(_Visitor):
    """Looks at the first page."""

    @task
    def see(self) -> None:
        """Asks for a list."""
        self.client.get(f"{API}/products?size=20", headers=self.headers, name="list")


class SeeDetail(_Visitor):
    """Looks at goods."""

    @task
    def see(self) -> None:
        """Asks for one product."""
        self.client.get(f"{API}/products/{self.next_goods()['id']}", headers=self.headers, name="detail")


class Search(_Visitor):
    """Searches."""

    @task
    def search(self) -> None:
        """Asks for words."""
        self.turn += 1
        words = WORDS[(self.number + self.turn) % len(WORDS)]
        self.client.get(f"{API}/products?size=20&q={words}", headers=self.headers, name="search")


class CheckOut(_Visitor):
    """Buys: cart, quote, order, payment."""

    @task
    def buy(self) -> None:
        """Buys one thing."""
        line = {"sku_id": self.next_goods()["sku_id"], "quantity": 1}
        self.post("/cart/items", line)
        total = self.post("/quotes", {"lines": [line]})["total_fen"]
        order = {"lines": [line], "expected_total_fen": total, "from_cart": True}
        self.post(f"/pay-orders/{self.post('/trades', order)['id']}/pay")
