"""API tokens: made at a page, used by a program, revoked at once."""

from datetime import date
from typing import Any

import pytest
from httpx import AsyncClient

from kernel.http import session
from tests.kernel.identity.conftest import Door, refusal
from tests.manual_clock import ManualClock
from tests.world import Person, World

GONE = (401, "kernel.identity.not_signed_in")


async def make_token(person: Person, *, read_only: bool = False, days: int = 30) -> dict[str, Any]:
    body = {"name": "进货脚本", "days": days, "read_only": read_only}
    made: dict[str, Any] = await person.post("/session/tokens", body, status=201)
    return made


def program(door: Door, token: str) -> AsyncClient:
    client = door.browser()
    client.headers["Authorization"] = f"Bearer {token}"
    return client


class TestBearer:
    async def test_acts_as_the_person_without_cookie_and_csrf(self, world: World, door: Door) -> None:
        seller = world.learners[0]
        client = program(door, (await make_token(seller))["token"])
        view = (await client.get("/api/v1/session")).json()
        assert (view["seat"]["id"], view["sandbox"]["id"]) == (str(seller.seat_id), str(world.sandbox_id))
        key = {"Idempotency-Key": "token-key-01"}
        assert (
            await client.post("/api/v1/mall/desk/registration", json={"name": "云岭"}, headers=key)
        ).status_code == 201

    async def test_goes_before_the_cookie(self, world: World, door: Door) -> None:
        client = program(door, (await make_token(world.learners[0]))["token"])
        client.cookies.set(session.COOKIE, world.learners[1].token)
        assert (await client.get("/api/v1/session")).json()["seat"]["number"] == 1
        client.headers["Authorization"] = "Bearer kdt_unknown"
        assert refusal(await client.get("/api/v1/session")) == GONE

    async def test_may_not_be_a_browser_s_token_nor_the_reverse(self, world: World, door: Door) -> None:
        made = await make_token(world.learners[0])
        assert refusal(await program(door, world.learners[0].token).get("/api/v1/session")) == GONE
        client = door.browser()
        client.cookies.set(session.COOKIE, made["token"])
        assert refusal(await client.get("/api/v1/session")) == GONE

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "bearer kdt_", "BEARER \u00e9"])
    async def test_of_nonsense_is_401(self, door: Door, header: str) -> None:
        answer = await door.browser().get("/api/v1/session", headers=[(b"authorization", header.encode("latin-1"))])
        assert refusal(answer) == GONE

    async def test_leaves_other_schemes_to_others(self, world: World) -> None:
        """A proxy's own password dialog sends one with every request."""
        assert (await world.learners[0].send("GET", "/session", headers={"Authorization": "Basic eDp5"})).is_success


class TestReadOnly:
    async def test_reads_and_writes_nothing(self, world: World, door: Door) -> None:
        client = program(door, (await make_token(world.learners[0], read_only=True))["token"])
        assert (await client.get("/api/v1/mall/cart")).status_code == 200
        key = {"Idempotency-Key": "token-key-02"}
        answer = await client.post("/api/v1/mall/desk/registration", json={"name": "云岭"}, headers=key)
        assert refusal(answer) == (403, "kernel.identity.read_only")
        assert await world.learners[0].get("/mall/desk/home", status=404)


class TestList:
    async def test_shows_no_token_and_the_day_of_use(self, world: World, door: Door, wall: ManualClock) -> None:
        seller = world.learners[0]
        made = await make_token(seller)
        [row] = await seller.get("/session/tokens")
        assert row == made["row"]
        assert row["used_on"] is None
        assert made["token"] not in str(row)
        wall.advance(days=1)
        await program(door, made["token"]).get("/api/v1/session")
        [row] = await seller.get("/session/tokens")
        assert date.fromisoformat(row["used_on"]) == wall.at.date()

    async def test_is_everybody_s_own(self, world: World) -> None:
        made = await make_token(world.learners[0])
        assert await world.learners[1].get("/session/tokens") == []
        path = f"/session/tokens/{made['row']['id']}"
        answer = await world.learners[1].send("DELETE", path)
        assert refusal(answer) == (404, "kernel.identity.token_not_found")
        assert len(await world.learners[0].get("/session/tokens")) == 1

    async def test_ends_after_its_days_and_when_revoked(self, world: World, door: Door, wall: ManualClock) -> None:
        seller = world.learners[0]
        short, long = await make_token(seller, days=1), await make_token(seller, days=180)
        wall.advance(days=1)
        assert refusal(await program(door, short["token"]).get("/api/v1/session")) == GONE
        assert (await program(door, long["token"]).get("/api/v1/session")).status_code == 200
        assert [row["id"] for row in await seller.get("/session/tokens")] == [long["row"]["id"]]
        assert (await seller.send("DELETE", f"/session/tokens/{long['row']['id']}")).status_code == 204
        assert refusal(await program(door, long["token"]).get("/api/v1/session")) == GONE

    async def test_has_twenty_at_most(self, world: World) -> None:
        for _ in range(20):
            await make_token(world.learners[0])
        answer = await world.learners[0].send(
            "POST", "/session/tokens", json={"name": "x", "days": 1, "read_only": True}
        )
        assert refusal(answer) == (409, "kernel.identity.too_many_tokens")


class TestMake:
    async def test_needs_a_person_at_the_page(self, world: World, door: Door) -> None:
        """A stolen token must not make itself successors."""
        made = await make_token(world.learners[0])
        client = program(door, made["token"])
        body = {"name": "x", "days": 180, "read_only": False}
        assert refusal(await client.post("/api/v1/session/tokens", json=body)) == GONE
        assert refusal(await client.delete(f"/api/v1/session/tokens/{made['row']['id']}")) == GONE
        body = {"current": "correct horse", "new": "shanhuo2026"}
        assert refusal(await client.put("/api/v1/session/password", json=body)) == GONE

    @pytest.mark.parametrize("change", [{"days": 0}, {"days": 181}, {"name": " "}, {"read_only": "no"}])
    async def test_names_the_wrong_field(self, world: World, change: dict[str, Any]) -> None:
        body = {"name": "x", "days": 1, "read_only": True, **change}
        answer = await world.learners[0].send("POST", "/session/tokens", json=body)
        assert [error["pointer"] for error in answer.json()["errors"]] == [f"/{next(iter(change))}"]
        assert await world.learners[0].get("/session/tokens") == []
