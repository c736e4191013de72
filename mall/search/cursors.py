"""Where a list of goods goes on: the order it walks, the day it began on, the last row seen. Pure.

A walk keeps the simulated day on which it began, so that tomorrow's order does not shuffle what is half read.
"""

import base64
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from kernel.errors import Invalid
from mall.search.rules import Sort


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list; `after` is the rank and id of the last row seen, `partly` says that any word suffices."""

    day: date
    partly: bool
    after: tuple[int, UUID] | None


def start(now: datetime) -> Place:
    """Returns the beginning of a list on a simulated moment's day."""
    return Place(day=now.date(), partly=False, after=None)


def partly(place: Place) -> Place:
    """Returns the same place in the list of goods that hold any of the words."""
    return replace(place, partly=True)


def write(sort: Sort, place: Place, row: Any) -> str:
    """Returns the cursor behind a row."""
    packed = orjson.dumps([sort.value, int(row.rank), str(row.id), place.day.isoformat(), place.partly])
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read(cursor: str, sort: Sort) -> Place:
    """Returns the place a cursor stands for.

    Raises:
        Invalid: it was not made for this order.

    """
    try:
        made_for, rank, product_id, day, any_word = orjson.loads(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        )
        if made_for != sort.value or type(rank) is not int or abs(rank) >= 2**63 or type(any_word) is not bool:
            raise _bad()
        return Place(day=date.fromisoformat(day), partly=any_word, after=(rank, UUID(product_id)))
    except (ValueError, TypeError, AttributeError) as failure:
        raise _bad() from failure


def _bad() -> Invalid:
    return Invalid.field("/query/cursor", "mall.list.bad_cursor")
