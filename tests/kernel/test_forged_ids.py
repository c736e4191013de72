"""Ids of another class in every id of every route: the answer is that of an id nobody has, and nothing changes there."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy.ext.asyncio import AsyncEngine

from app.http import create_app
from kernel.ids import new_id
from kernel.settings import Settings
from tests.kernel.busy_class import Busy
from tests.kernel.fingerprint import fingerprint
from tests.kernel.http.bad_input import RIGHT
from tests.kernel.openapi import Operation, ids_in, operations
from tests.world import Person

Ids = Callable[[Busy], UUID]
ALL = operations(create_app(Settings(_env_file=None)))

IN_ADDRESSES: dict[str, Ids] = {
    "account_id": lambda busy: busy.buyer.account_id,
    "grant_id": lambda busy: busy.person_id,
    "institution_id": lambda busy: busy.world.home.institution_id,
    "person_id": lambda busy: busy.person_id,
    "token_id": lambda busy: busy.person_id,
    "cohort_id": lambda busy: busy.world.home.cohort_id,
    "seat_id": lambda busy: busy.spare_seat_id,
    "request_id": lambda busy: busy.request_id,
    "period_id": lambda busy: busy.period_id,
    "notice_id": lambda busy: busy.notice_id,
    "timer_id": lambda busy: busy.parked_timer_id,
    "snapshot_id": lambda busy: busy.snapshot_id,
    "file_id": lambda busy: busy.file_id,
    "product_id": lambda busy: busy.product_id,
    "shop_id": lambda busy: busy.shop_id,
    "sku_id": lambda busy: busy.sku_id,
    "pay_order_id": lambda busy: busy.unpaid_order_id,
    "trade_id": lambda busy: busy.paid_trade_id,
    "parcel_id": lambda busy: busy.thirds.lost_parcel_id,
    "refund_id": lambda busy: busy.thirds.manual_refund_id,
    "address_id": lambda busy: busy.address_id,
    "message_id": lambda busy: busy.message_id,
    "import_id": lambda busy: busy.import_id,
    "registration_id": lambda busy: busy.registration_id,
    "template_id": lambda busy: busy.template_id,
    "member_id": lambda busy: busy.member_id,
}
"""Which of a class's ids stands in which part of an address."""

BETTER: dict[str, Ids] = {
    "mall_addresses_remove": lambda busy: busy.spare_address_id,
    "mall_trades_cancel": lambda busy: busy.unpaid_trade_id,
    "mall_trades_confirm": lambda busy: busy.shipped_trade_id,
    "mall_trades_extend": lambda busy: busy.shipped_trade_id,
    "mall_desk_trades_grant": lambda busy: busy.thirds.shipped_trade_id,
    "mall_desk_trades_reprice": lambda busy: busy.thirds.cheaper_trade_id,
    "mall_desk_trades_close": lambda busy: busy.thirds.closing_trade_id,
    "mall_desk_trades_answer_address": lambda busy: busy.thirds.asking_trade_id,
    "mall_desk_trades_readdress": lambda busy: busy.thirds.asking_trade_id,
    "mall_pay_orders_attempt": lambda busy: busy.unpaid_order_id,
    "mall_desk_parcels_refund": lambda busy: busy.thirds.other_lost_parcel_id,
    "mall_desk_parcels_recall": lambda busy: busy.thirds.new_parcel_id,
    "mall_resets_preview": lambda busy: busy.seller_seat_id,
    "mall_resets_make": lambda busy: busy.seller_seat_id,
    "mall_freight_remove": lambda busy: busy.template_id,
    "mall_registrations_approve": lambda busy: busy.registration_id,
    "mall_invitations_accept": lambda busy: busy.member_id,
    "mall_invitations_decline": lambda busy: busy.other_invitation_id,
    "classroom_roster_imports_undo": lambda busy: busy.undone_import_id,
}
"""Where another id would let the command through in its own class: the state must not be what stops it."""

WITH_PICTURES = (
    "mall_desk_products_create",
    "mall_desk_products_change",
    "mall_desk_products_judge",
    "mall_desk_drafts_begin",
    "mall_desk_drafts_save",
)
IN_BODIES: dict[tuple[str, str], Ids] = {
    ("sandbox_parked_replay_delivery", "/event_id"): lambda busy: busy.parked_event_id,
    **{
        (operation, f"{place}/file_id"): lambda busy: busy.file_id
        for operation in WITH_PICTURES
        for place in ("/pictures/*", "/detail/*/picture", "/skus/*/picture")
    },
    **{(operation, "/freight_template_id"): lambda busy: busy.template_id for operation in WITH_PICTURES},
    ("mall_desk_products_change_many", "/ids/*"): lambda busy: busy.product_id,
    ("mall_desk_products_change_many", "/change/freight_template_id"): lambda busy: busy.template_id,
    ("mall_desk_shop_update", "/logo/file_id"): lambda busy: busy.file_id,
    ("mall_registration_store", "/logo/file_id"): lambda busy: busy.file_id,
    ("mall_members_invite", "/seat_id"): lambda busy: busy.spare_seat_id,
    ("mall_cart_add", "/sku_id"): lambda busy: busy.sku_id,
    ("mall_cart_swap", "/sku_id"): lambda busy: busy.sku_id,
    ("mall_cart_swap", "/to_sku_id"): lambda busy: busy.sku_id,
    ("mall_cart_select", "/sku_ids/*"): lambda busy: busy.sku_id,
    ("mall_cart_remove_many", "/sku_ids/*"): lambda busy: busy.sku_id,
    ("mall_footprints_make", "/product_id"): lambda busy: busy.product_id,
    ("mall_quotes_make", "/lines/*/sku_id"): lambda busy: busy.sku_id,
    ("mall_quotes_make", "/address_id"): lambda busy: busy.address_id,
    ("mall_trades_place", "/lines/*/sku_id"): lambda busy: busy.sku_id,
    ("mall_desk_trades_ship", "/lines/*/line_id"): lambda busy: busy.thirds.line_id,
    ("mall_desk_trades_reprice", "/lines/*/line_id"): lambda busy: busy.thirds.line_id,
    ("mall_desk_trades_ship_many", "/rows/*/trade_id"): lambda busy: busy.paid_trade_id,
    ("mall_trades_place", "/address_id"): lambda busy: busy.address_id,
    ("mall_trades_place", "/remarks/*/shop_id"): lambda busy: busy.shop_id,
}
"""Which of a class's ids stands where in a body. A new id in a body without a case fails the test."""

NOT_404: dict[str, tuple[int, str]] = {
    "sandbox_parked_replay_timer": (409, "kernel.timer.not_parked"),
    "sandbox_parked_replay_delivery": (409, "kernel.delivery.not_parked"),
    "mall_cart_swap": (404, "mall.cart.not_in_cart"),
    "mall_cart_remove": (200, ""),
    "mall_desk_trades_ship_many": (200, "mall.trade.not_found"),
    "mall_cart_select": (200, ""),
    "mall_cart_remove_many": (200, ""),
    "mall_favourites_unmark": (200, ""),
    "mall_followed_shops_unfollow": (200, ""),
    "mall_desk_products_judge": (200, ""),
}
"""Routes that answer an id nobody has with something else than 404: what is not parked, what is not in a cart or kept,
and a judgement of words and numbers, which looks at no row."""

SKELETONS: dict[str, Any] = {
    "mall_desk_trades_ship": {"carrier": "moni", "lines": [{"line_id": "", "quantity": 1}]},
}
"""Bodies with a place for an id that the right body leaves out."""

OWN: dict[str, Callable[[Busy], Any]] = {
    "mall_desk_trades_reprice": lambda busy: {
        "lines": [{"line_id": str(busy.thirds.line_id), "amount_fen": 5000}],
        "freight_fen": 0,
    },
}
"""Bodies that must name ids of the class to go through there."""

NOT_OF_A_MARKET = ("accounts_", "classroom_", "institutions_", "office_", "people_", "session_")
"""Ids of people, classes and institutions: `tests/kernel/identity` and `tests/app/test_authorisation.py` forge those."""

WITHOUT_A_FILE = {"classroom_roster_imports_hand_in": 422}
"""What an upload answers once it has found the place and finds no file in the request."""

OF_A_MARKET = [operation for operation in ALL if not operation.id.startswith(NOT_OF_A_MARKET)]
ADDRESSES = [operation for operation in OF_A_MARKET if operation.names("path")]
BODIES = [(operation, pointer) for operation in OF_A_MARKET for pointer in sorted(set(ids_in(operation.body)))]


def acting(busy: Busy, operation: Operation) -> list[Person]:
    """Returns everyone of a class who may use the route at all."""
    lecturers = (
        "sandbox_",
        "classroom_device",
        "mall_seats",
        "mall_resets",
        "mall_refunds",
        "mall_registrations",
        "mall_snapshots",
    )
    if operation.id.startswith(lecturers):
        return [busy.world.lecturer]
    if operation.id in ("mall_registration_store", "mall_invitations_decline"):
        return [busy.applicant]
    people = [busy.seller, busy.buyer]
    return people if not operation.id.startswith("files_") else [*people, busy.world.lecturer]


def own_id(busy: Busy, operation: Operation) -> UUID:
    """Returns the id of this class that belongs into the route's address."""
    [name] = operation.names("path")
    return BETTER.get(operation.id, IN_ADDRESSES[name])(busy)


def own_body(busy: Busy, operation: Operation) -> Any:
    """Returns a body that goes through in this class."""
    made = OWN.get(operation.id)
    return RIGHT.get(operation.id) if made is None else made(busy)


def address(operation: Operation, value: object) -> str:
    """Returns the route's address with one id in it."""
    return operation.path.format(**dict.fromkeys(operation.names("path"), value))


def body_with(operation: Operation, pointer: str, value: object) -> Any:
    """Returns the route's right body with one id put in."""
    body = json.loads(json.dumps(SKELETONS.get(operation.id, RIGHT[operation.id])))
    *way, last = pointer.strip("/").split("/")
    if last == "file_id":
        _hang(body, way)
    if pointer == "/change/freight_template_id":
        body["change"] = {"kind": "set_freight"}
    place = body
    for step in way:
        place = place[0] if step == "*" else place[step]
    place[0 if last == "*" else last] = str(value)
    return body


def _hang(body: Any, way: list[str]) -> None:
    """Puts an upload without its id where the way leads."""
    upload = {"kind": "file"}
    match way:
        case ["logo"]:
            body["logo"] = upload
        case ["pictures", _]:
            body["pictures"] = [upload]
        case ["detail", _, _]:
            body["detail"] = [{"kind": "picture", "picture": upload}]
        case ["skus", _, _]:
            body["skus"][0]["picture"] = upload


def said(response: Response) -> tuple[int, Any]:
    """Returns what an answer says, without what differs from request to request."""
    content = response.json()
    return response.status_code, {**content, "request_id": None} if isinstance(content, dict) else content


class TestCases:
    def test_name_every_id_of_every_address(self) -> None:
        assert {name for operation in ALL for name in operation.names("path")} == set(IN_ADDRESSES)

    def test_name_every_id_of_every_body(self) -> None:
        assert {(operation.id, pointer) for operation, pointer in BODIES} == set(IN_BODIES)

    def test_know_no_sandbox_in_any_route(self) -> None:
        """The session says which class it is; nobody is ever asked."""
        assert not [operation.id for operation in ALL if "sandbox_id" in str(operation)]


class TestAddress:
    async def test_with_an_id_of_another_class_finds_nothing(
        self, busy: Busy, other_busy: Busy, admin: AsyncEngine
    ) -> None:
        mine, others = busy.world.sandbox_id, other_busy.world.sandbox_id
        before = await fingerprint(admin, mine), await fingerprint(admin, others)
        for operation in ADDRESSES:
            theirs = own_id(other_busy, operation)
            for person in acting(busy, operation):
                body = RIGHT.get(operation.id)
                forged = await person.send(operation.method, address(operation, theirs), json=body)
                nobodys = await person.send(operation.method, address(operation, new_id()), json=body)
                assert said(forged) == said(nobodys), operation.id
                status, code = NOT_404.get(operation.id, (404, ""))
                assert (forged.status_code, code in forged.text) == (status, True), f"{operation.id}: {forged.text}"
            after = await fingerprint(admin, mine), await fingerprint(admin, others)
            assert after == before, operation.id

    @pytest.mark.parametrize("better", [False, True])
    async def test_with_an_id_of_the_own_class_finds_it(self, busy: Busy, *, better: bool) -> None:
        """Without this the test above could pass because a route finds nothing at all."""
        for operation in ADDRESSES:
            if (operation.id in BETTER) == better:
                path, body = address(operation, own_id(busy, operation)), own_body(busy, operation)
                people = acting(busy, operation)
                answers = {(await one.send(operation.method, path, json=body)).status_code for one in people}
                assert {200, 201, 202, 204, WITHOUT_A_FILE.get(operation.id)} & answers, f"{operation.id}: {answers}"


class TestBody:
    async def test_with_an_id_of_another_class_finds_nothing(
        self, busy: Busy, other_busy: Busy, admin: AsyncEngine
    ) -> None:
        mine, others = busy.world.sandbox_id, other_busy.world.sandbox_id
        before = await fingerprint(admin, mine), await fingerprint(admin, others)
        for operation, pointer in BODIES:
            theirs = IN_BODIES[operation.id, pointer](other_busy)
            person = acting(busy, operation)[0]  # the seller: what the buyer may not do at all would hide the id
            path = address(operation, own_id(busy, operation) if operation.names("path") else None)
            forged = await person.send(operation.method, path, json=body_with(operation, pointer, theirs))
            nobodys = await person.send(
                operation.method, path, json=body_with(operation, pointer, (unknown := new_id()))
            )
            told = json.dumps(said(forged)).replace(str(theirs), str(unknown))  # a batch names the row it speaks of
            assert json.loads(told) == json.loads(json.dumps(said(nobodys))), operation.id
            status, code = NOT_404.get(operation.id, (404, "not_found"))
            assert (forged.status_code, code in forged.text) == (status, True), f"{operation.id}: {forged.text}"
            after = await fingerprint(admin, mine), await fingerprint(admin, others)
            assert after == before, operation.id


class TestToken:
    async def test_of_another_class_is_that_class_and_nothing_else(self, busy: Busy, other_busy: Busy) -> None:
        """A CSRF header of another class's page does not help a session of this one."""
        assert other_busy.seller.client is not None
        headers = {"X-CSRF-Token": other_busy.seller.client.headers["X-CSRF-Token"]}
        response = await busy.seller.send("POST", "/mall/cart/items", json={"sku_id": "x"}, headers=headers)
        assert response.status_code == 403
