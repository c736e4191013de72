"""Lets so many people wait for their password to be hashed as can be served within a few seconds; the others come back.

How many that are is learnt from how long the last ones took, since a busy PC is slower than it was at its start. One at a
time per log-in name, so that a flood of guesses at one name takes one place in the line and not all of them. Local
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

SHORTEST_TURN_SECONDS = 0.005
"""A turn that refuses without hashing says nothing about hashing."""

PER_NAME = 32
WEIGHT_OF_LAST = 0.2
"""How much the latest turn counts in what a turn costs; about the last ten decide."""


class Turnstile:
    """One line for all, and a line for each name before it."""

    def __init__(self, seconds_per_turn: float) -> None:
        self._seconds_per_turn = seconds_per_turn
        self._taken = 0
        self._waiting: Counter[bytes] = Counter()
        self._locks: dict[bytes, anyio.Lock] = {}

    @property
    def places(self) -> int:
        """How many may be inside: as many as are served within `PATIENCE_SECONDS`, but a class at least."""
        return max(FEWEST_PLACES, int(PATIENCE_SECONDS / self._seconds_per_turn))

    def learn(self, seconds: float, *, among: int) -> None:
        """Takes into account that somebody was served after so long, when so many were inside with him."""
        share = max(seconds / among, SHORTEST_TURN_SECONDS)
        self._seconds_per_turn += WEIGHT_OF_LAST * (share - self._seconds_per_turn)

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
                among, began = self._taken, anyio.current_time()
                try:
                    yield
                finally:
                    self._taken -= 1
                    self.learn(anyio.current_time() - began, among=among)
        finally:
            self._waiting[name_key] -= 1
            if self._waiting[name_key] == 0:
                del self._waiting[name_key], self._locks[name_key]


def _full() -> Unavailable:
    refusal = Unavailable("kernel.identity.too_many_signing_in")
    refusal.retry_after_seconds = 3
    return refusal
