"""What a password must be, and what a temporary one looks like. Pure; the limits are 示例.

Long enough and not among the first that anybody tries; no rule about capitals and digits, which makes passwords that are
hard to type and easy to guess (Source: NIST SP 800-63B §5.1.1.2: at least 8 characters, compared with a list of commonly
used ones, no composition rules).
"""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from kernel.crypto.keyring import normalised

SHORTEST = 8
LONGEST = 128
TEMPORARY_LASTS = timedelta(hours=24)
"""How long a temporary password opens the door to choosing a new one."""

TEMPORARY_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0 o 1 i l, which are read wrongly from paper or a projector."""

TEMPORARY_GROUPS = 3
TEMPORARY_GROUP = 4
"""Twelve characters of 31: 59 bits, far beyond what a lock-out lets anybody try in a day."""


class Weakness(StrEnum):
    """What is wrong with a password."""

    SHORT = "short"
    IS_LOGIN = "is_login"
    COMMON = "common"


def weakness_of(password: str, *, login: str, commonest: frozenset[str]) -> Weakness | None:
    """Returns what is wrong with a new password, `None` when nothing is."""
    plain = normalised(password)
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if plain in {normalised(login), normalised(login)[::-1]}:
        return Weakness.IS_LOGIN
    if plain in commonest or len(set(plain)) <= 1:
        return Weakness.COMMON
    return None


def temporary_password(choose: Callable[[str], str]) -> str:
    """Returns a temporary password like `k7m3-9xwp-2fhq`; `choose` takes one character at random."""
    groups = ("".join(choose(TEMPORARY_ALPHABET) for _ in range(TEMPORARY_GROUP)) for _ in range(TEMPORARY_GROUPS))
    return "-".join(groups)
