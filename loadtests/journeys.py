"""What a user of the load test does, request by request; the light client and Locust walk the same ways."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import quote

import orjson

from loadtests.client import Journey, Visitor

API = "/api/v1/mall"
WORDS = ("蜂蜜", "护眼台灯", "马克杯", "赣南脐橙 5斤", "T恤", "帆布包", "香薰蜡烛", "护手霜", "绿茶", "充电宝")
_keys = count(1)


@dataclass(frozen=True, slots=True)
class Mall:
    """The goods on sale, by store; the store of place `n` is visitor `n`'s own."""

    shops: tuple[tuple[dict[str, Any], ...], ...]

    def goods(self, number: int, turn: int) -> dict[str, Any]:
        """Returns the goods of another's store, another store each turn: a pair of classmates may trade three times."""
        store = (number + 1 + turn % (len(self.shops) - 1)) % len(self.shops)
        shelf = self.shops[store]
        return shelf[(turn * 7 + number) % len(shelf)]


def journeys(mall: Mall) -> dict[str, Journey]:
    """Returns the journeys by the names of `budgets.toml`."""

    async def see_list(visitor: Visitor, turn: int) -> None:
        sort = ("recommended", "sold", "price_asc", "recommended")[turn % 4]
        await visitor.ask("GET", f"{API}/products?sort={sort}&size=20")

    async def see_detail(visitor: Visitor, turn: int) -> None:
        await visitor.ask("GET", f"{API}/products/{mall.goods(visitor.number, turn)['id']}")

    async def search(visitor: Visitor, turn: int) -> None:
        words = WORDS[(visitor.number + turn) % len(WORDS)]
        await visitor.ask("GET", f"{API}/products?q={quote(words)}&size=20")

    async def check_out(visitor: Visitor, turn: int) -> None:
        line = {"sku_id": mall.goods(visitor.number, turn)["sku_id"], "quantity": 1}
        key = f"load-{next(_keys):010d}"
        await visitor.ask("POST", f"{API}/cart/items", line, key=f"{key}-cart")
        quoted = orjson.loads(await visitor.ask("POST", f"{API}/quotes", {"lines": [line]}))
        order = {"lines": [line], "expected_total_fen": quoted["total_fen"], "from_cart": True}
        placed = orjson.loads(await visitor.ask("POST", f"{API}/trades", order, key=f"{key}-place", status=201))
        paid = await visitor.ask("POST", f"{API}/pay-orders/{placed['id']}/pay", key=f"{key}-pay")
        if orjson.loads(paid)["state"] != "paid":
            raise ValueError("the order is not paid")

    return {"list": see_list, "detail": see_detail, "search": search, "checkout": check_out}


def floor_journeys() -> dict[str, Journey]:
    """Returns the journeys of the floor app."""

    async def hello(visitor: Visitor, _turn: int) -> None:
        await visitor.ask("GET", "/hello")

    async def see_list(visitor: Visitor, _turn: int) -> None:
        await visitor.ask("GET", "/list")

    async def order(visitor: Visitor, turn: int) -> None:
        await visitor.ask("POST", f"/order?{(visitor.number * 37 + turn) % 1000}")

    return {"hello": hello, "list": see_list, "order": order}
