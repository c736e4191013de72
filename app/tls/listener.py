"""The plain-http side of a class with https: offers `/setup` and sends everybody else to https.

A process of its own, and a small one: it imports no web framework. It keeps no log of who asked for what.
"""

import argparse
import re
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

import uvicorn

from app.tls import setup_page
from app.tls.setup_page import Answer

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

ALIVE = "/health/live"
CONNECTIONS = 200
_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_NOT_HERE = Answer("text/plain; charset=utf-8", b"")
_WELL = Answer("text/plain; charset=utf-8", b"live")


class Listener:
    """The ASGI application."""

    def __init__(self, answers: dict[str, Answer], *, https_port: int) -> None:
        self._answers = {**answers, ALIVE: _WELL}
        self._https_port = https_port

    async def __call__(self, scope: Message, _receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            return
        status, headers, body = self._respond(scope)
        if scope["method"] == "HEAD":
            body = b""
        raw = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def _respond(self, scope: Message) -> tuple[int, list[tuple[str, str]], bytes]:
        if scope["method"] not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED, [*_NOT_HERE.headers, ("Allow", "GET, HEAD")], b""
        path: str = scope["path"]
        answer = self._answers.get(path.rstrip("/") or path)
        if answer is not None:
            return HTTPStatus.OK, answer.headers, answer.body
        called = _HOST.fullmatch(dict(scope["headers"]).get(b"host", b"").decode("latin-1"))
        if called is None:
            return HTTPStatus.BAD_REQUEST, _NOT_HERE.headers, b""
        return HTTPStatus.TEMPORARY_REDIRECT, [*_NOT_HERE.headers, ("Location", self._over_tls(called[1], scope))], b""

    def _over_tls(self, host: str, scope: Message) -> str:
        """Returns the same page over https. Never a *permanent* redirect: the next class may go without."""
        port = "" if self._https_port == 443 else f":{self._https_port}"  # noqa: PLR2004 -- https' own
        query = scope["query_string"].decode("latin-1")
        path = scope["raw_path"].decode("latin-1")
        return f"https://{host}{port}{path}" + (f"?{query}" if query else "")


def main() -> None:
    """Serves until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--https-port", type=int, required=True)
    parser.add_argument("--authority", type=Path, required=True)
    given = parser.parse_args()
    answers = setup_page.answers(given.authority.read_text(encoding="ascii"), https_port=given.https_port)
    uvicorn.run(
        Listener(answers, https_port=given.https_port),
        host=given.host,
        port=given.port,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
