"""Lets so many people wait for their password to be hashed as can be served within a few seconds; the others come back.

One at a time per log-in name, so that a flood of guesses at one name takes one place in the line and not all of them. Local
to its process, as the threads are that it protects.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from kernel.errors import Unavailable

PATIENCE_SECONDS = 4.0
"""How long the last one in the line may wait; with the rest of a log-in it stays below five seconds."""

FEWEST_PLACES = 30
"""Even on a slow PC a class may come at once."""

PER_NAME = 32


class Turnstile:
    """One line for all, and a line for each name before it."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._taken = 0
        self._waiting: Counter[bytes] = Counter()
        self._locks: dict[bytes, anyio.Lock] = {}

    @classmethod
    def for_speed(cls, hash_seconds: float, threads: int) -> "Turnstile":
        """Returns a turnstile with as many places as are served within `PATIENCE_SECONDS`."""
        return cls(max(FEWEST_PLACES, int(PATIENCE_SECONDS * threads / hash_seconds)))

    @asynccontextmanager
    async def turn(self, name_key: bytes) -> AsyncIterator[None]:
        """Waits until it is this name's turn, and holds a place in the common line while inside.

        Raises:
            Unavailable: too many are waiting; nobody has looked at the password.

        """
        if self._waiting[name_key] >= PER_NAME or self._taken >= self.places:
            raise _full()
        self._waiting[name_key] += 1
        lock = self._locks.setdefault(name_key, anyio.Lock())
        try:
            async with lock:
                if self._taken >= self.places:
                    raise _full()
                self._taken += 1
                try:
                    yield
                finally:
                    self._taken -= 1
        finally:
            self._waiting[name_key] -= 1
            if self._waiting[name_key] == 0:
                del self._waiting[name_key], self._locks[name_key]


def _full() -> Unavailable:
    refusal = Unavailable("kernel.identity.too_many_signing_in")
    refusal.retry_after_seconds = 3
    return refusal
