"""Decisions about claiming a seat and about requests, and their limits. Pure."""

import re
from collections.abc import Collection
from datetime import timedelta

OPEN_OF_A_KIND_AT_MOST = 30
"""Open requests of a class, of each kind apart: one per seat. 示例; only a flood gets there, and the other kind has room."""

TOLD_FOR = timedelta(hours=24)
"""How long after the grant a browser is told its PIN: over night, no longer. 示例."""

WRONG_PINS_OF_A_BROWSER = 10
WRONG_PINS_WINDOW = timedelta(minutes=10)
"""So many wrong PINs, of whatever seats, in one stretch of so long. 示例; two slips mistyped up to their locks."""

REQUEST_COOKIE_SECONDS = 7 * 24 * 3600
"""How long a browser may come back for the answer: as long as a class lasts."""

LOGIN_SHAPE = r"^[A-Za-z0-9][A-Za-z0-9._-]{2,39}$"
"""Latin letters and digits, so that nobody's input method stands between him and the door."""

SUGGESTIONS = 9
_LOOKS_LIKE_ID_NUMBER = re.compile(r"\d{15}", re.ASCII)


def suggested_logins(class_code: str, number: int) -> list[str]:
    """Returns log-in names for a seat, the best first: `ab12cd-07`, then `ab12cd-07-2` and so on."""
    first = f"{class_code.lower()}-{number:02d}"
    return [first, *(f"{first}-{again}" for again in range(2, SUGGESTIONS + 1))]


def first_free_login(suggested: list[str], taken: Collection[str]) -> str:
    """Returns the first suggestion nobody has; when all are taken the last, which will be refused as taken."""
    return next((login for login in suggested if login not in taken), suggested[-1])


def tidy_login(typed: str) -> str:
    """Returns a chosen log-in name as it is stored: phones begin words with a capital."""
    return typed.lower()


def is_personal(login: str) -> bool:
    """Returns whether a log-in name could be somebody's ID number, which every lecturer would then read."""
    return _LOOKS_LIKE_ID_NUMBER.search(login) is not None
