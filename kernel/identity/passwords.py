"""Passwords as argon2id hashes, computed in a bounded number of threads so that thirty log-ins do not starve the room.

Parameters: 19 MiB, two passes, one lane. Source: OWASP Password Storage Cheat Sheet, the second argon2id setting.
"""

import time

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kernel.identity.guard.turnstile import Turnstile

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_THREADS = 2
_limiter: list[anyio.CapacityLimiter] = []

# Verified against when the account is unknown, so that an answer takes as long as for a known one. Making it tells how
# fast this machine is, and with it how many may wait.
_began = time.perf_counter()
_NOBODY = _HASHER.hash("no account has this password")
TURNSTILE = Turnstile(2 * (time.perf_counter() - _began))  # the machine has more to do than hash


def _limit() -> anyio.CapacityLimiter:
    if not _limiter:
        _limiter.append(anyio.CapacityLimiter(_THREADS))
    return _limiter[0]


def hash_now(password: str) -> str:
    """Returns the hash of a password, computed in the calling thread: for seeding, never in a request."""
    return _HASHER.hash(password)


async def hash_of(password: str) -> str:
    """Returns the hash of a new password, computed in one of the threads. Hold no transaction meanwhile."""
    return await anyio.to_thread.run_sync(_HASHER.hash, password, limiter=_limit())


async def matches(password: str, password_hash: str | None) -> bool:
    """Returns whether the password belongs to the hash; without a hash it takes as long and says no."""
    right = await anyio.to_thread.run_sync(_verify, password, password_hash or _NOBODY, limiter=_limit())
    return right and password_hash is not None


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
