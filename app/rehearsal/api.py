"""Every route that a rehearsal calls, by what it does. When the API changes, this is the file to change."""

from datetime import date, datetime
from typing import Any

from app.rehearsal.browser import Browser

Row = dict[str, Any]
FORM = "/mall/desk/registration"
SOLD_OUT = frozenset({"mall.stock.insufficient", "mall.checkout.price_changed"})
"""What a buyer may meet when others buy at the same moment."""


class Door:
    """Before the mall: signing in, claiming a seat."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def sign_in(self, login: str, password: str) -> Row:
        body = {"login": login, "password": password}
        session: Row = await self._browser.send("sign in", "POST", "/session", body)
        self._browser.signed_in(session)
        return session

    async def claim(self, class_code: str, pin: str, password: str) -> Row:
        """Looks whose seat it is, then takes it under the log-in that the page suggests; one who has an account keeps his."""
        card = {"class_code": class_code, "pin": pin}
        seat: Row = await self._browser.send("claim: look", "POST", "/claims/preview", card)
        login = None if seat["login"] is not None else seat["suggested_login"]
        body = {**card, "login": login, "password": password}
        session: Row = await self._browser.send("claim", "POST", "/claims", body)
        self._browser.signed_in(session)
        return session


class Teaching:
    """What a lecturer does."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def plan_class(self, name: str, starts_on: date) -> Row:
        body = {"name": name, "starts_on": starts_on.isoformat(), "is_trial": True}
        planned: Row = await self._browser.send("class: plan", "POST", "/classroom/classes", body)
        return planned

    async def hand_in_roster(self, cohort_id: str, content: bytes) -> Row:
        path = f"/classroom/classes/{cohort_id}/roster-imports"
        handed: Row = await self._browser.upload("roster: hand in", path, "名册.xlsx", content)
        return handed

    async def read_import(self, import_id: str) -> Row:
        row: Row = await self._browser.get("roster: look", f"/classroom/roster-imports/{import_id}")
        return row

    async def import_roster(self, import_id: str) -> None:
        await self._browser.send("roster: import", "POST", f"/classroom/roster-imports/{import_id}/import")

    async def print_pins(self, cohort_id: str) -> Row:
        slips: Row = await self._browser.send("pins: print", "POST", f"/classroom/classes/{cohort_id}/pin-slips")
        return slips

    async def open_class(self, cohort_id: str) -> None:
        await self._browser.send("class: open", "POST", f"/classroom/classes/{cohort_id}/open")

    async def enter(self, cohort_id: str) -> None:
        self._browser.signed_in(
            await self._browser.send("class: enter", "PUT", "/session/place", {"kind": "class", "id": cohort_id})
        )

    async def start_clock(self) -> None:
        await self._browser.send("clock: start", "POST", "/sandbox/clock/start")

    async def read_clock(self) -> Row:
        clock: Row = await self._browser.get("clock: read", "/sandbox/clock")
        return clock

    async def set_speed(self, speed: int) -> None:
        await self._browser.send("clock: speed", "PUT", "/sandbox/clock/speed", {"speed": speed})

    async def jump(self, target: datetime) -> None:
        await self._browser.send("clock: jump", "POST", "/sandbox/clock/jump", {"target_sim_at": target.isoformat()})

    async def look_at_wall(self) -> Row:
        wall: Row = await self._browser.get("wall", "/mall/wall")
        return wall

    async def reconcile(self) -> Row:
        found: Row = await self._browser.get("reconcile", "/mall/reconciliation")
        return found

    async def read_parked(self) -> Row:
        parked: Row = await self._browser.get("parked", "/sandbox/parked")
        return parked


class Selling:
    """What a seller does."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def open_store(self, name: str, intro: str, trades: list[str]) -> str | None:
        """Fills the form of registration in, hands it in and returns the store's id; `None` while a lecturer must decide."""
        send = self._browser.send
        entry: Row = await self._browser.get("store: entry", f"{FORM}/entry")
        await send("store: begin", "POST", FORM, {"name": name, "intro": intro})
        await send("store: subject", "PUT", f"{FORM}/subject", {"kind": "sole"})
        body = {"name": name, "intro": intro, "categories": trades}
        form: Row = await send("store: name", "PUT", f"{FORM}/store", body)
        papers = [need["code"] for need in form["needs"] if need["required"]]
        await send("store: papers", "PUT", f"{FORM}/papers", {"codes": papers})
        await send("store: deposit", "POST", f"{FORM}/deposit")
        agreed = {"version": entry["agreement"]["version"], "agreed": True}
        await send("store: agree", "PUT", f"{FORM}/agreement", agreed)
        handed_in: Row = await send("store: hand in", "POST", f"{FORM}/submit")
        return None if handed_in["shop_id"] is None else str(handed_in["shop_id"])

    async def list_good(self, body: Row) -> None:
        await self._browser.send("goods: list", "POST", "/mall/desk/products", body)

    async def sold(self, state: str) -> list[Row]:
        """Returns the first hundred trades of a state."""
        page: Row = await self._browser.get("sold: list", "/mall/desk/trades", state=state, size=100)
        return list(page["rows"])

    async def carriers(self) -> list[str]:
        rows: list[Row] = await self._browser.get("carriers", "/mall/carriers")
        return [row["code"] for row in rows]

    async def ship(self, trade_id: str, carrier: str) -> None:
        path = f"/mall/desk/trades/{trade_id}/ship"
        await self._browser.send("sold: ship", "POST", path, {"carrier": carrier})

    async def home(self) -> None:
        await self._browser.get("desk: home", "/mall/desk/home")


class Buying:
    """What a buyer does."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def browse(self, **filters: Any) -> list[Row]:
        page: Row = await self._browser.get("goods: browse", "/mall/products", **filters)
        return list(page["rows"])

    async def visit(self, shop_id: str) -> list[Row]:
        """Returns a store's goods by title, so that the same seed chooses the same ones."""
        front: Row = await self._browser.get("store: visit", f"/mall/shops/{shop_id}")
        return sorted(front["rows"], key=lambda row: str(row["title"]))

    async def look_at(self, product_id: str) -> Row:
        product: Row = await self._browser.get("goods: look", f"/mall/products/{product_id}")
        return product

    async def put_in_cart(self, sku_id: str, quantity: int) -> None:
        await self._browser.send("cart: add", "POST", "/mall/cart/items", {"sku_id": sku_id, "quantity": quantity})

    async def quote(self, lines: list[Row]) -> Row:
        quoted: Row = await self._browser.send("quote", "POST", "/mall/quotes", {"lines": lines})
        return quoted

    async def place(self, lines: list[Row], total_fen: int) -> Row:
        body = {"lines": lines, "expected_total_fen": total_fen, "from_cart": True}
        order: Row = await self._browser.send("trade: place", "POST", "/mall/trades", body, expected=SOLD_OUT)
        return order

    async def pay(self, pay_order_id: str) -> None:
        await self._browser.send("trade: pay", "POST", f"/mall/pay-orders/{pay_order_id}/pay")

    async def cancel(self, trade_id: str) -> None:
        await self._browser.send("trade: cancel", "POST", f"/mall/trades/{trade_id}/cancel")

    async def bought(self, state: str | None = None) -> Row:
        """Returns the first hundred purchases of a state, with the counts of all."""
        filters = {} if state is None else {"state": state}
        page: Row = await self._browser.get("bought: list", "/mall/trades", size=100, **filters)
        return page

    async def confirm(self, trade_id: str) -> None:
        await self._browser.send("trade: confirm", "POST", f"/mall/trades/{trade_id}/confirm")
