"""The setup page as the web process serves it, over https; `app.tls.listener` serves the same over plain http."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.tls import setup_page
from app.tls.setup_page import Answer

HTTPS = 443
"""Written into the page and not looked at: over https the page asks the address it came from."""


def install(app: FastAPI, *, authority: Path) -> None:
    """Adds the addresses of the setup page."""
    answers = setup_page.answers(authority.read_text(encoding="ascii"), https_port=HTTPS)
    for path, answer in answers.items():
        app.add_route(path, _sender(answer), include_in_schema=False)


def _sender(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def send(_request: Request) -> Response:
        return Response(answer.body, headers=dict(answer.headers))

    return send
