"""Randomness as a pure function of the event: same seed and same event, same outcome.

Never of UUIDs or wall time, so that a class can be replayed. Source: DESIGN ground rule 8.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def draw(seed: int, purpose: str, *ordinals: int) -> float:
    """Returns a number in [0, 1) fixed by the sandbox's seed, the purpose and the event's ordinals."""
    text = f"{seed}|{purpose}|{'|'.join(map(str, ordinals))}"
    word = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    return (word >> 11) / (1 << 53)


def integer(seed: int, purpose: str, *ordinals: int, low: int, high: int) -> int:
    """Returns an integer in [low, high], both ends included."""
    return low + int(draw(seed, purpose, *ordinals) * (high - low + 1))


def choice(seed: int, purpose: str, *ordinals: int, among: Sequence[T]) -> T:
    """Returns one of a non-empty sequence, each as likely."""
    return among[integer(seed, purpose, *ordinals, low=0, high=len(among) - 1)]
