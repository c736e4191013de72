"""The first run: once, from this machine, with everything right."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from app.embedded import postgres
from app.http import create_app
from kernel.database import migrate
from kernel.runtime import Runtime
from kernel.settings import Settings
from tests.manual_clock import ManualClock

BODY = {
    "institution": "秦岭职业培训学校",
    "region_code": "610100",
    "display_name": "林老师",
    "login": "linlaoshi",
    "password": "shanhuo2026",
}


@pytest.fixture
def empty(redis_url: str, key_file: Path, tmp_path: Path) -> Iterator[Settings]:
    """Yields an installation in which nobody has an account."""
    with postgres.throwaway() as own:
        migrate.upgrade(own.urls.owner, app_role=migrate.app_role_of(own.urls.app))
        yield Settings(
            _env_file=None, database_url=own.urls.app, redis_url=redis_url, data_dir=tmp_path, key_file=key_file
        )


@pytest.fixture
async def site(empty: Settings) -> AsyncIterator[FastAPI]:
    """Yields the web application of that installation."""
    application = create_app(empty)
    runtime = Runtime.open(empty, application_name="tests", wall=ManualClock())
    application.state.runtime = runtime
    yield application
    await runtime.close()


def browser(site: FastAPI, address: str = "127.0.0.1", *, called: str = "localhost:8700") -> AsyncClient:
    return AsyncClient(transport=ASGITransport(site, client=(address, 1)), base_url=f"http://{called}/api/v1")


async def is_open(client: AsyncClient) -> bool:
    return bool((await client.get("/welcome/state")).json()["is_open"])


def field(response: Response) -> Any:
    assert response.status_code == 422, response.text
    [error] = response.json()["errors"]
    return error["pointer"], error["code"]


class TestWelcome:
    async def test_makes_one_account_that_may_begin(self, site: FastAPI) -> None:
        async with browser(site) as client:
            assert await is_open(client)
            made = await client.post("/welcome", json=BODY)
            assert (made.status_code, made.json()["role"]) == (201, "institution")
            assert made.json()["institution"]["name"] == BODY["institution"]
            places = (await client.get("/session/places")).json()
            assert {place["role"] for place in places} == {"institution", "lecturer", "operator"}
            assert not await is_open(client)
            again = await client.post("/welcome", json={**BODY, "login": "second"})
            assert (again.status_code, again.json()["code"]) == (409, "kernel.identity.welcomed_before")

    async def test_lets_one_of_two_in(self, site: FastAPI) -> None:
        async with browser(site) as client:
            bodies = [{**BODY, "login": login} for login in ("first", "second")]
            answers = await asyncio.gather(*(client.post("/welcome", json=body) for body in bodies))
            assert sorted(answer.status_code for answer in answers) == [201, 409]

    async def test_is_shut_to_a_foreign_name_that_points_here(self, site: FastAPI) -> None:
        async with browser(site, called="rebound.example") as client:
            assert not await is_open(client)
            assert (await client.post("/welcome", json=BODY)).status_code == 404

    async def test_is_shut_to_other_machines_and_other_sites(self, site: FastAPI) -> None:
        async with browser(site, "192.168.1.20") as stranger:
            assert not await is_open(stranger)
            assert (await stranger.post("/welcome", json=BODY)).status_code == 404
        async with browser(site) as client:
            answer = await client.post("/welcome", json=BODY, headers={"Origin": "http://evil.test"})
            assert answer.status_code == 403
            assert await is_open(client)

    async def test_names_the_wrong_field_and_makes_nothing(self, site: FastAPI) -> None:
        async with browser(site) as client:
            for change, code in (
                ({"region_code": "999999"}, "kernel.identity.region_unknown"),
                ({"login": "13800001234"}, "kernel.identity.login_personal"),
                ({"login": "Lin Laoshi"}, "kernel.identity.login_shape"),
                ({"password": "12345678"}, "kernel.identity.password_common"),
                ({"password": "linlaoshi"}, "kernel.identity.password_is_login"),
                ({"institution": " "}, "kernel.field.too_short"),
            ):
                answer = await client.post("/welcome", json={**BODY, **change})
                assert field(answer) == (f"/{next(iter(change))}", code)
            assert await is_open(client)
