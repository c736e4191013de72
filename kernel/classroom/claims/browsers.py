"""Recognises a browser again by a cookie, and lets it type so many wrong PINs only.

A browser, never an address: a classroom of thirty shares one. The cookie opens nothing and names nobody; whoever throws it
away is held by the locks of the seats all the same. Owns the counts, in Redis, a window of real time each.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from fastapi import Request, Response
from redis.asyncio import Redis

from kernel.classroom.claims import rules
from kernel.errors import NotFound, TooMany
from kernel.http.session import hash_of

COOKIE = "kd_browser"
COOKIE_PATH = "/api/v1/claims"
_LIVES = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Known:
    """A browser that has been here before, by the hash of its cookie."""

    key: bytes


def known(request: Request) -> Known | None:
    """Returns the browser a request comes from, `None` when it is here for the first time."""
    token = request.cookies.get(COOKIE)
    return None if not token else Known(hash_of(token))


def remember(request: Request, response: Response) -> None:
    """Gives a browser that is here for the first time its cookie."""
    if known(request) is not None:
        return
    response.set_cookie(
        COOKIE,
        secrets.token_urlsafe(16),
        max_age=int(_LIVES.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.app.state.runtime.settings.tls,
        path=COOKIE_PATH,
    )


@asynccontextmanager
async def counted(redis: Redis, browser: Known | None, now: datetime) -> AsyncIterator[None]:
    """Counts a try before its PIN is looked at, and gives it back unless a `NotFound` from inside says it was wrong.

    Raises:
        TooMany: this browser has typed too many wrong ones; nothing inside has run.

    """
    if browser is None:
        yield
        return
    window, left = divmod(now.timestamp(), rules.WRONG_PINS_WINDOW.total_seconds())
    key = f"kd:claim-wrong:{browser.key.hex()}:{int(window)}"
    tries = await redis.incr(key)
    await redis.expire(key, rules.WRONG_PINS_WINDOW)
    if tries > rules.WRONG_PINS_OF_A_BROWSER:
        raise _held(ceil(rules.WRONG_PINS_WINDOW.total_seconds() - left))
    wrong = False
    try:
        yield
    except NotFound:
        wrong = True
        raise
    finally:
        if not wrong:
            await redis.decr(key)


def _held(seconds: int) -> TooMany:
    refusal = TooMany("kernel.claims.browser_held", limit=rules.WRONG_PINS_OF_A_BROWSER, minutes=ceil(seconds / 60))
    refusal.retry_after_seconds = seconds
    return refusal
