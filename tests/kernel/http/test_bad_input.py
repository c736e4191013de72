"""Bad input to every route of the OpenAPI document: refused with a pointer, never a 500, nothing half written."""

import base64
import json
from typing import Any
from urllib.parse import quote

from httpx import Response
from sqlalchemy.ext.asyncio import AsyncEngine

from app.http import create_app
from kernel.http import session
from kernel.settings import Settings
from tests.kernel.busy_class import Busy
from tests.kernel.fingerprint import fingerprint
from tests.kernel.http.bad_input import RIGHT, TOO_LARGE, WRONG_TEXTS, wrong_bodies
from tests.kernel.openapi import Operation, operations
from tests.world import Person

ALL = operations(create_app(Settings(_env_file=None)))
WITH_BODY = [operation for operation in ALL if operation.body is not None]
LAST_OUT = sorted(ALL, key=lambda operation: operation.id == "session_sign_out")
WRONG_HEADERS = (
    (b"idempotency-key", b"\xff" * 10),
    (b"if-none-match", b'\xff"'),
    (b"content-type", b"\xff"),
    (b"origin", b"\xff"),
    (b"x-request-id", b"\xff" * 10),
    (b"x-csrf-token", b"\xff"),
    (b"cookie", session.COOKIE.encode() + b"=\xff"),
    (b"content-length", b"-1"),
    (b"accept-encoding", b"\xff"),
)
LECTURERS = (
    "sandbox_",
    "classroom_",
    "mall_wall",
    "mall_seats",
    "mall_resets",
    "mall_reconciliation",
    "mall_refunds",
    "mall_registrations",
    "mall_snapshots",
)
OFFICE = ("accounts_", "institutions_", "log_ins_")
PEOPLE = ("office_", "people_")
BESIDE = {
    "mall_freight_create": {422},
    "session_password_change": {422},
    "session_sign_in": {429},
    "accounts_add": {422},
}
SLASH = "..%2f.."  # makes another address, which is not there
WRONG_IDS = ["no-id", "%00", "7", "0" * 32 + "0", "null", "1e400", SLASH, quote("\u202e"), "a" * 4000]


def who(busy: Busy, operation: Operation) -> Person:
    """Returns somebody who may do it, so that the input is what is refused."""
    if operation.id.startswith(OFFICE):
        return busy.operator
    if operation.id.startswith(PEOPLE):
        return busy.staff
    if operation.id.startswith("mall_registration_"):
        return busy.applicant
    return busy.world.lecturer if operation.id.startswith(LECTURERS) else busy.seller


def address(busy: Busy, operation: Operation) -> str:
    """Returns the route's address with ids that are there."""
    return operation.path.format(**right_ids(busy))


def right_ids(busy: Busy) -> dict[str, Any]:
    """Returns an id that is there for every name in an address."""
    return {
        "timer_id": busy.parked_timer_id,
        "snapshot_id": busy.snapshot_id,
        "file_id": busy.file_id,
        "product_id": busy.product_id,
        "shop_id": busy.shop_id,
        "sku_id": busy.sku_id,
        "trade_id": busy.paid_trade_id,
        "parcel_id": busy.thirds.lost_parcel_id,
        "refund_id": busy.thirds.manual_refund_id,
        "address_id": busy.address_id,
        "message_id": busy.message_id,
        "pay_order_id": busy.unpaid_order_id,
        "account_id": busy.world.lecturer.account_id,
        "cohort_id": busy.world.home.cohort_id,
        "grant_id": busy.person_id,
        "institution_id": busy.world.home.institution_id,
        "person_id": busy.person_id,
        "token_id": busy.person_id,
        "seat_id": busy.spare_seat_id,
        "request_id": busy.request_id,
        "period_id": busy.period_id,
        "notice_id": busy.notice_id,
        "import_id": busy.import_id,
        "registration_id": busy.registration_id,
        "template_id": busy.template_id,
        "member_id": busy.member_id,
    }


async def send_json(person: Person, operation: Operation, path: str, body: bytes) -> Response:
    """Sends a body that claims to be JSON."""
    return await person.send(operation.method, path, content=body, headers={"Content-Type": "application/json"})


def check(response: Response, what: str, *, status: int = 422) -> list[Any]:
    """Passes when a response refuses the input at named places, in words."""
    assert response.status_code == status, f"{what}: {response.status_code} {response.text[:300]}"
    problem = response.json()
    for error in problem["errors"]:
        assert error["pointer"] == "" or error["pointer"].startswith("/"), what
        assert error["message"] != error["code"], f"{what}: no words for {error['code']}"
    return list(problem["errors"])


class TestBody:
    def test_of_every_route_is_known(self) -> None:
        assert {operation.id for operation in WITH_BODY} == set(RIGHT)

    async def test_that_is_wrong_is_refused_with_pointers(self, busy: Busy, admin: AsyncEngine) -> None:
        before = await fingerprint(admin, busy.world.sandbox_id)
        for operation in WITH_BODY:
            person, path = who(busy, operation), address(busy, operation)
            assert operation.body is not None
            for what, body in wrong_bodies(operation.body, RIGHT[operation.id]):
                case = f"{operation.id}: {what}"
                assert check(await send_json(person, operation, path, body), case), case
            check(await send_json(person, operation, path, TOO_LARGE), f"{operation.id}: too large", status=413)
            assert await fingerprint(admin, busy.world.sandbox_id) == before, operation.id

    async def test_that_is_no_json_by_its_own_word_is_refused(self, busy: Busy, admin: AsyncEngine) -> None:
        before = await fingerprint(admin, busy.world.sandbox_id)
        kinds = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense")
        for operation in WITH_BODY:
            body = json.dumps(RIGHT[operation.id]).encode()
            for kind in kinds:
                headers = {"Content-Type": kind}
                path = address(busy, operation)
                response = await who(busy, operation).send(operation.method, path, content=body, headers=headers)
                assert check(response, f"{operation.id}: {kind}")
        assert await fingerprint(admin, busy.world.sandbox_id) == before

    async def test_that_is_right_is_taken_for_what_it_is(self, busy: Busy) -> None:
        """Without this the tests above could pass by refusing everything."""
        for operation in WITH_BODY:
            body = json.dumps(RIGHT[operation.id]).encode()
            response = await send_json(who(busy, operation), operation, address(busy, operation), body)
            # A right body may still hold a password that is not the person's, or a name that is locked or taken by now.
            beside = BESIDE.get(operation.id, set())
            passes = {200, 201, 202, 204, 401, 404, 409} | beside
            assert response.status_code in passes, f"{operation.id}: {response.text}"


class TestRest:
    async def test_wrong_ids_are_refused(self, busy: Busy) -> None:
        for operation in ALL:
            for name in operation.names("path"):
                for wrong in WRONG_IDS:
                    path = operation.path.format(**{**right_ids(busy), name: wrong})
                    response = await who(busy, operation).send(operation.method, path, json=RIGHT.get(operation.id))
                    if wrong == SLASH:
                        assert response.status_code in {404, 405}
                        continue
                    [error] = check(response, f"{operation.id} with {wrong[:20]}")
                    assert error["pointer"] == f"/path/{name}"

    async def test_wrong_query_parameters_are_refused(self, busy: Busy) -> None:
        for operation in ALL:
            for name in operation.names("query"):
                for wrong in (*(text for text in WRONG_TEXTS if text != "\ud800"), "长" * 5000):
                    raw = quote(wrong)
                    response = await who(busy, operation).send(operation.method, f"{operation.path}?{name}={raw}")
                    case = f"{operation.id}?{name}={raw[:20]}"
                    assert check(response, case), case

    async def test_bytes_that_are_no_text_break_nothing(self, busy: Busy) -> None:
        for operation in ALL:
            for name in operation.names("query"):
                response = await who(busy, operation).send(operation.method, f"{operation.path}?{name}=%ff%80")
                assert response.status_code in {200, 422}, operation.id

    async def test_wrong_cursors_are_refused(self, busy: Busy) -> None:
        for wrong in (
            "W10",
            "bnVsbA",
            "WyJyZWNvbW1lbmRlZCIsMV0",
            _cursor("recommended", 1, "no id", "2026-10-12"),
            _cursor("recommended", 1, str(busy.product_id), "\x00"),
            _cursor("recommended", True, str(busy.product_id), "2026-10-12"),
            _cursor("recommended", 2**63, str(busy.product_id), "2026-10-12"),
            _cursor("price_asc", 1, str(busy.product_id), "2026-10-12"),
            _cursor("recommended", 1.5, str(busy.product_id), "2026-10-12"),
            _cursor("recommended", 1, 7, "2026-10-12"),
            _cursor("recommended", 1, str(busy.product_id), "\ud800"),
        ):
            [error] = check(await busy.buyer.send("GET", f"/mall/products?cursor={wrong}"), wrong)
            assert (error["pointer"], error["code"]) == ("/query/cursor", "mall.list.bad_cursor")

    async def test_wrong_headers_break_nothing(self, busy: Busy) -> None:
        for operation in LAST_OUT:
            for name, value in WRONG_HEADERS:
                person = who(busy, operation)
                assert person.client is not None
                path = f"/api/v1{address(busy, operation)}"
                response = await person.client.request(operation.method, path, headers=[(name, value)])
                assert response.status_code < 500, f"{operation.id}, {name!r}: {response.text}"

    async def test_unasked_bodies_are_ignored_or_refused(self, busy: Busy) -> None:
        for operation in LAST_OUT:
            if operation.body is None:
                for body in (TOO_LARGE, b"\xff", b"{"):
                    response = await send_json(who(busy, operation), operation, address(busy, operation), body)
                    assert response.status_code < 500, f"{operation.id}: {response.text}"


def _cursor(*parts: object) -> str:

    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
