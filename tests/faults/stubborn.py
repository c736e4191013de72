"""A person whose page keeps trying: the same intention with the same Idempotency-Key until there is an answer."""

import time
from itertools import count
from typing import Any

import httpx

_keys = count(1)
_PATIENCE_SECONDS = 60.0
_TRY_AGAIN = frozenset({"kernel.request.still_running", "kernel.sandbox.jumping"})


class Stubborn:
    """A signed-in demo account over real HTTP."""

    def __init__(self, url: str, login: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=10)
        session = self.ask("POST", "/session", {"login": login, "password": "kaidian-demo"})
        self.client.headers["X-CSRF-Token"] = session["csrf_token"]
        self.seat = session["seat"]

    def close(self) -> None:
        """Gives back the connections."""
        self.client.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Returns the answer of a request, repeated through broken connections, 429, 503 and “still running”.

        Raises:
            AssertionError: a definite refusal, or no answer within a minute.

        """
        headers = {"Idempotency-Key": f"stubborn-{time.time_ns()}-{next(_keys)}"} if method == "POST" else {}
        end = time.monotonic() + _PATIENCE_SECONDS
        last = "nothing"
        while time.monotonic() < end:
            try:
                response = self.client.request(method, path, json=body, headers=headers)
            except httpx.TransportError as failure:
                last = repr(failure)
            else:
                if response.is_success:
                    return response.json() if response.content else None
                last = f"{response.status_code} {response.text}"
                code = response.json().get("code") if "json" in response.headers.get("content-type", "") else None
                if response.status_code not in {429, 502, 503} and code not in _TRY_AGAIN:
                    raise AssertionError(f"{method} {path}: {last}")
            time.sleep(0.1)
        raise AssertionError(f"{method} {path}: no answer, last {last}")
