"""Requests and answers about API tokens."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View

LONGEST_DAYS = 180
"""示例: half a year, about what a term lasts."""

MOST = 20
"""API tokens of one account."""


class TokenCreate(Command):
    name: Annotated[Line, Field(min_length=1, max_length=40)]
    days: Annotated[int, Field(strict=True, ge=1, le=LONGEST_DAYS)]
    read_only: Annotated[bool, Field(strict=True)]


class TokenRow(View):
    """An API token without what it is made of. `used_on` is precise to the day, on purpose."""

    id: UUID
    name: str
    place: str
    read_only: bool
    created_at: datetime
    expires_at: datetime
    used_on: date | None


class TokenMade(View):
    """A fresh API token. `token` is shown this once; only its hash is kept."""

    token: str
    row: TokenRow
