"""Anybody may look at a drawing; a browser keeps it as long as no drawing changes."""

import pytest
from fastapi import FastAPI
from httpx import Response

from mall.drawings import catalogue
from tests.world import client_of

EDITION = catalogue.load().edition


async def answer_of(web: FastAPI, edition: str, key: str) -> Response:
    async with client_of(web, None) as client:
        return await client.get("/api/v1/mall/drawings", params={"key": key, "edition": edition})


class TestReadDrawing:
    async def test_shows_it_to_anybody_for_keeps(self, web: FastAPI) -> None:
        answer = await answer_of(web, EDITION, "tea.green.table")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.text.startswith("<svg ")

    async def test_shows_another_edition_for_now(self, web: FastAPI) -> None:
        answer = await answer_of(web, "0123456789ab", "honey")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=300")

    @pytest.mark.parametrize("key", ["dragon", "honey.svg", "tea.green.moon", "../honey", "."])
    async def test_has_nothing_else(self, web: FastAPI, key: str) -> None:
        answer = await answer_of(web, EDITION, key)
        assert (answer.status_code, answer.json()["code"]) == (404, "mall.drawing.not_found")
