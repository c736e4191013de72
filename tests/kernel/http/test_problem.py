"""Every failure is problem+json with a stable code, Chinese words, and nothing that is nobody's business."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response

from kernel.http.middleware import BODY_LIMIT
from kernel.i18n.catalogue import Catalogue
from tests.kernel.http.conftest import SECRET
from tests.world import World, client_of, count_rows, item

FIELDS = {"type", "title", "status", "detail", "code", "request_id", "params", "errors"}
SECURITY_HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "x-frame-options",
    "permissions-policy",
}


def problem_of(response: Response, status: int, code: str) -> dict[str, Any]:
    """Returns a problem after checking all that problems have in common."""
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert set(body) == FIELDS
    assert (body["status"], body["type"]) == (status, f"urn:kaidian:{code}")
    assert body["request_id"] == response.headers["x-request-id"]
    assert set(response.headers) >= SECURITY_HEADERS
    assert body["title"] != code, "the code has no words"
    return body


class TestKinds:
    async def test_unknown_address_is_404(self, world: World) -> None:
        response = await world.learners[0].send("GET", "/mall/nothing")
        assert problem_of(response, 404, "kernel.request.no_such_page")["errors"] == []

    async def test_wrong_method_is_405_and_says_which_are_right(self, world: World) -> None:
        response = await world.learners[0].send("DELETE", "/mall/wallet")
        problem_of(response, 405, "kernel.request.refused")
        assert response.headers["allow"] == "GET"

    async def test_hidden_thing_is_404(self, world: World) -> None:
        response = await world.learners[0].send("GET", "/mall/trades/01a20a17-cc02-70f1-a8c7-99958820069e")
        problem_of(response, 404, "mall.trade.not_found")

    async def test_conflict_is_409_with_its_figures(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item(stock=2)])
        lines = [{"sku_id": honey["sku_id"], "quantity": 3}]
        response = await buyer.send("POST", "/mall/trades", json={"lines": lines, "expected_total_fen": 17700})
        problem = problem_of(response, 409, "mall.stock.insufficient")
        assert problem["params"] == {"sku_id": honey["sku_id"], "sellable": 2, "wanted": 3}
        assert problem["title"] == "库存不够，还剩 2 件"

    async def test_wrong_fields_are_422_with_a_pointer_each(self, world: World) -> None:
        lines = [{"sku_id": "no id", "quantity": 0}, {"sku_id": "01a20a17-cc02-70f1-a8c7-99958820069e", "quantity": 1}]
        body = {"lines": lines, "expected_total_fen": "1", "a/b~c": 1}
        response = await world.learners[0].send("POST", "/mall/trades", json=body)
        problem = problem_of(response, 422, "kernel.request.invalid")
        assert {(error["pointer"], error["code"], error["message"]) for error in problem["errors"]} == {
            ("/lines/0/sku_id", "kernel.field.wrong", "格式不对"),
            ("/lines/0/quantity", "kernel.field.too_small", "不能小于 1"),
            ("/expected_total_fen", "kernel.field.wrong", "格式不对"),
            ("/a~1b~0c", "kernel.field.unknown", "不认识这一项"),
        }

    async def test_wrong_address_parts_are_422_at_their_place(self, world: World) -> None:
        learner = world.learners[0]
        for path, pointer in (
            ("/mall/trades/no-id", "/path/trade_id"),
            ("/mall/trades?page=0", "/query/page"),
            ("/mall/products?sort=best", "/query/sort"),
        ):
            problem = problem_of(await learner.send("GET", path), 422, "kernel.request.invalid")
            assert [error["pointer"] for error in problem["errors"]] == [pointer]

    @pytest.mark.parametrize("body", [b"{", b"{]", b"\xff", b"[" * 100_000, b"1" * 5000, b'{"name":'])
    async def test_what_is_not_json_is_422_at_the_whole_body(self, world: World, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        response = await world.learners[0].send("PATCH", "/mall/desk/shop", content=body, headers=headers)
        problem = problem_of(response, 422, "kernel.request.invalid")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [("", "kernel.field.not_json")]

    async def test_too_large_body_is_413(self, world: World) -> None:
        body = b'{"name":"' + b"a" * BODY_LIMIT + b'"}'
        headers = {"Content-Type": "application/json"}
        response = await world.learners[0].send("POST", "/mall/desk/registration", content=body, headers=headers)
        problem_of(response, 413, "kernel.request.too_large")
        assert await count_rows(world.runtime, world.sandbox_id, "mall_registration") == 0

    async def test_too_large_body_is_413_when_it_comes_in_pieces(self, world: World) -> None:
        async def pieces() -> Any:
            yield b'{"name":"'
            for _ in range(BODY_LIMIT // 65536 + 1):
                yield b"a" * 65536
            yield b'"}'

        headers = {"Content-Type": "application/json"}
        response = await world.learners[0].send("POST", "/mall/desk/registration", content=pieces(), headers=headers)
        problem_of(response, 413, "kernel.request.too_large")

    async def test_body_at_the_limit_is_read(self, world: World) -> None:
        body = b'{"name":"' + b"a" * (BODY_LIMIT - 11) + b'"}'
        assert len(body) == BODY_LIMIT
        headers = {"Content-Type": "application/json"}
        response = await world.learners[0].send("POST", "/mall/desk/registration", content=body, headers=headers)
        assert problem_of(response, 422, "kernel.request.invalid")["errors"][0]["pointer"] == "/name"

    async def test_unexpected_failure_is_500_and_hides_why(self, failing: FastAPI, world: World) -> None:
        assert failing is world.app
        response = await world.learners[0].send("POST", "/test/fail")
        problem = problem_of(response, 500, "kernel.unexpected")
        assert SECRET not in response.text
        assert (problem["params"], problem["errors"]) == ({}, [])

    async def test_anonymous_is_401(self, world: World) -> None:
        async with client_of(world.app, None) as nobody:
            problem_of(await nobody.get("/api/v1/mall/cart"), 401, "kernel.identity.not_signed_in")

    async def test_wrong_role_is_403(self, world: World) -> None:
        problem_of(await world.lecturer.send("GET", "/mall/cart"), 403, "kernel.identity.not_allowed")


class TestRequestId:
    async def test_is_the_callers_when_it_is_harmless(self, world: World) -> None:
        response = await world.learners[0].send("GET", "/mall/nothing", headers={"X-Request-ID": "trace.0123-abc_D"})
        assert response.json()["request_id"] == "trace.0123-abc_D"

    @pytest.mark.parametrize("given", ["short", "a" * 65, "with space", "a\tb-01234"])
    async def test_is_ours_when_it_is_not(self, world: World, given: str) -> None:
        response = await world.learners[0].send("GET", "/mall/nothing", headers={"X-Request-ID": given})
        assert response.json()["request_id"] == response.headers["x-request-id"] != given


class TestWords:
    def test_speak_for_a_code_without_any(self) -> None:
        assert Catalogue().render("kernel.nothing", {}).title == "kernel.nothing"
