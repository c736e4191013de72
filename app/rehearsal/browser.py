"""One person's browser: session cookie, CSRF token, idempotency keys, patience with “busy”. Measures every answer."""

import asyncio
import time
from http import HTTPStatus
from itertools import count
from typing import Any, Self

import httpx

from app.rehearsal.meter import Failure, Meter

API = "/api/v1"
CSRF_HEADER = "X-CSRF-Token"
PATIENCE_SECONDS = 30.0
TRIES = 5
"""How often a request is sent when the server is busy or its first answer is still under way."""
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_STILL_RUNNING = "kernel.request.still_running"
_LONGEST_PAUSE_SECONDS = 5.0


class Refused(Exception):  # noqa: N818  reads as the sentence it is
    """An answer that is not a success; `code` as in the problem document."""

    def __init__(self, operation: str, status: int, code: str, told: str) -> None:
        super().__init__(f"{operation}: {status} {code} {told}")
        self.operation = operation
        self.status = status
        self.code = code
        self.told = told


class Browser:
    """Sends requests as one person's browser does. A refusal raises `Refused`; `expected` codes are no failures."""

    def __init__(self, url: str, *, who: str, meter: Meter) -> None:
        self.who = who
        self._meter = meter
        self._keys = count(1)
        self._http = httpx.AsyncClient(base_url=f"{url}{API}", timeout=PATIENCE_SECONDS, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def signed_in(self, session: dict[str, Any]) -> None:
        """Takes the CSRF token of a session that just began; the cookie is kept already."""
        self._http.headers[CSRF_HEADER] = session["csrf_token"]

    async def get(self, operation: str, path: str, **params: Any) -> Any:
        """Reads."""
        return await self._send(operation, "GET", path, params=params)

    async def send(
        self, operation: str, method: str, path: str, body: Any = None, *, expected: frozenset[str] = frozenset()
    ) -> Any:
        """Commands, under one idempotency key however often it must be sent."""
        key = f"rehearsal-{self.who}-{next(self._keys)}".encode().hex()[-80:]
        return await self._send(operation, method, path, json=body, headers={"Idempotency-Key": key}, expected=expected)

    async def upload(self, operation: str, path: str, name: str, content: bytes) -> Any:
        """Hands in a file."""
        return await self._send(operation, "POST", path, files={"file": (name, content)})

    async def _send(
        self, operation: str, method: str, path: str, *, expected: frozenset[str] = frozenset(), **options: Any
    ) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                answer = await self._measured(operation, method, path, **options)
            except httpx.HTTPError as failure:
                self._note(operation, 0, type(failure).__name__, str(failure))
                raise Refused(operation, 0, type(failure).__name__, str(failure)) from failure
            if answer.is_success:
                return answer.json() if answer.content else None
            problem = _problem_of(answer)
            if attempt < TRIES and (answer.status_code in _BUSY or problem["code"] == _STILL_RUNNING):
                self._meter.retried += 1
                await asyncio.sleep(_pause(answer, attempt))
                continue
            if problem["code"] not in expected:
                self._note(operation, answer.status_code, problem["code"], _told(problem))
            raise Refused(operation, answer.status_code, problem["code"], _told(problem))
        raise AssertionError("the last attempt returns or raises")

    async def _measured(self, operation: str, method: str, path: str, **options: Any) -> httpx.Response:
        began = time.perf_counter()
        answer = await self._http.request(method, path, **options)
        self._meter.took(operation, (time.perf_counter() - began) * 1000)
        return answer

    def _note(self, operation: str, status: int, code: str, told: str) -> None:
        self._meter.went_wrong(Failure(operation, self.who, status, code, told))


def _problem_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    return {"code": f"http.{answer.status_code}", "title": answer.text[:200], **problem}


def _told(problem: dict[str, Any]) -> str:
    pointers = [f"{error.get('pointer')} {error.get('code')}" for error in problem.get("errors") or []]
    return " · ".join([str(problem["title"]), *pointers])


def _pause(answer: httpx.Response, attempt: int) -> float:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked) if asked.isdigit() else 0.2 * attempt, _LONGEST_PAUSE_SECONDS)
