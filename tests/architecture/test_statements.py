"""How many statements a request costs: written down, and the same for one row as for thirty."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from tests.kernel.http.bad_input import ADDRESS
from tests.world import Person, World, item

BOUNDS = {
    "products": 2,
    "search": 2,
    "product": 2,
    "shop": 3,
    "cart": 2,
    "addresses": 2,
    "favourites": 2,
    "footprints": 2,
    "followed": 2,
    "standing": 2,
    "messages": 2,
    "counts": 2,
    "quote": 4,
    "place": 20,
    "pay": 25,
    "bought": 4,
    "desk products": 4,
    "desk trades": 4,
    "desk home": 5,
    "wallet": 3,
    "wall": 6,
    "seats": 4,
    "device room": 4,
    "rosters": 3,
}
"""Statements per request, the entry into the session included, begin and commit not."""


@dataclass(slots=True)
class Counter:
    """The statements of one request."""

    statements: list[str] = field(default_factory=list)


@contextmanager
def counting(world: World) -> Iterator[Counter]:
    """Counts what this world's engine executes."""
    counter, engine = Counter(), world.runtime.engine.sync_engine

    def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counter.statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counter
    finally:
        event.remove(engine, "before_cursor_execute", note)


class Meter:
    """Notes how many statements each kind of request costs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.costs: dict[str, int] = {}

    async def get(self, name: str, person: Person, path: str, **params: Any) -> Any:
        """Measures a GET."""
        with counting(self.world) as counter:
            answer = await person.get(path, **params)
        self.costs[name] = len(counter.statements)
        return answer

    async def post(self, name: str, person: Person, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Measures a POST."""
        with counting(self.world) as counter:
            answer = await person.post(path, body, status=status)
        self.costs[name] = len(counter.statements)
        return answer


async def measure(world: World, *, goods: int, trades: int) -> dict[str, int]:
    """Returns the cost of each request in a class with so many goods and trades."""
    seller, buyer, third = world.learners
    rows = await world.open_shop(seller, "云岭", [item(f"商品{n:02d}", stock=99, price=100) for n in range(goods)])
    for row in rows:
        await third.post("/mall/cart/items", {"sku_id": row["sku_id"], "quantity": 1})
    line = {"sku_id": rows[0]["sku_id"], "quantity": 1}
    meter = Meter(world)
    for _ in range(trades):
        command = {"lines": [line], "expected_total_fen": 100}
        order = await meter.post("place", buyer, "/mall/trades", command, status=201)
        await meter.post("pay", buyer, f"/mall/pay-orders/{order['id']}/pay")
    await meter.get("products", buyer, "/mall/products", size=60)
    await meter.get("search", buyer, "/mall/products", q="商品", sort="price_asc", size=60)
    await meter.get("product", buyer, f"/mall/products/{rows[0]['id']}")
    shop_id = (await buyer.get(f"/mall/products/{rows[0]['id']}"))["shop"]["id"]
    await meter.get("shop", buyer, f"/mall/shops/{shop_id}")
    await meter.get("cart", third, "/mall/cart")
    await _measure_kept(meter, third, rows, shop_id)
    lines = [{"sku_id": row["sku_id"], "quantity": 1} for row in rows]
    await meter.post("quote", buyer, "/mall/quotes", {"lines": lines})
    await meter.get("bought", buyer, "/mall/trades", size=100)
    await meter.get("desk products", seller, "/mall/desk/products", size=100)
    await meter.get("desk trades", seller, "/mall/desk/trades", size=100)
    await meter.get("desk home", seller, "/mall/desk/home")
    await meter.get("wallet", buyer, "/mall/wallet")
    await meter.get("wall", world.lecturer, "/mall/wall")
    await meter.get("seats", world.lecturer, f"/classroom/classes/{world.home.cohort_id}/seats")
    await meter.get("device room", world.lecturer, f"/classroom/classes/{world.home.cohort_id}/device-checks")
    await meter.get("rosters", world.lecturer, f"/classroom/classes/{world.home.cohort_id}/roster-imports")
    return meter.costs


async def _measure_kept(meter: Meter, buyer: Person, goods: list[dict[str, Any]], shop_id: str) -> None:
    """Measures the lists of a buyer who keeps all these goods."""
    for row in goods:
        await buyer.put(f"/mall/favourites/{row['id']}", {})
        await buyer.put("/mall/footprints", {"product_id": row["id"]}, status=204)
    await buyer.put(f"/mall/followed-shops/{shop_id}", {})
    for _ in range(min(len(goods), 20)):
        await buyer.post("/mall/addresses", ADDRESS, status=201)
    await meter.get("addresses", buyer, "/mall/addresses")
    await meter.get("favourites", buyer, "/mall/favourites")
    await meter.get("footprints", buyer, "/mall/footprints")
    await meter.get("followed", buyer, "/mall/followed-shops")
    await meter.get("standing", buyer, f"/mall/products/{goods[0]['id']}/standing")
    await meter.get("messages", buyer, "/mall/messages")
    await meter.get("counts", buyer, "/mall/buyer-counts")


class TestStatements:
    async def test_of_each_request_are_what_is_written_down(self, world: World) -> None:
        assert await measure(world, goods=1, trades=1) == BOUNDS

    async def test_do_not_grow_with_the_rows(self, world: World) -> None:
        assert await measure(world, goods=30, trades=3) == BOUNDS
