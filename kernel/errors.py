"""Failures that are expected, as a small tree; the HTTP edge turns them into problem+json (RFC 9457).

DomainError
├── NotFound       404  absent, or hidden from this person
├── Conflict       409  the request is well formed but the world has moved on
├── Invalid        422  the request itself is wrong, at named fields
├── Unauthorised   401  not signed in
├── Forbidden      403  signed in, visible, but not this person's to do
├── TooMany        429  slow down
└── Unavailable    503  try again in a moment

`code` is stable (`mall.stock.insufficient`); the Chinese words stand in the catalogue of the package that raises it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

Param = str | int | None


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: a JSON pointer into the request body, a stable code, parameters for its words."""

    pointer: str
    code: str
    params: tuple[tuple[str, Param], ...] = ()
    message: str | None = None


class DomainError(Exception):
    """An expected failure. Never carries secrets, SQL or another person's data."""

    status: ClassVar[int] = 500
    code: str
    retry_after_seconds: int | None = None

    def __init__(self, code: str, *, errors: Sequence[FieldError] = (), **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.errors = tuple(errors)
        self.params = params


class NotFound(DomainError):  # noqa: N818  the names say what happened; “Error” would add nothing
    status = 404


class Conflict(DomainError):  # noqa: N818
    status = 409


class Invalid(DomainError):  # noqa: N818
    status = 422

    @classmethod
    def field(cls, pointer: str, code: str, **params: Param) -> "Invalid":
        """Returns the failure of a single field."""
        return cls("kernel.request.invalid", errors=[FieldError(pointer, code, tuple(params.items()))])


class Unauthorised(DomainError):  # noqa: N818
    status = 401


class Forbidden(DomainError):  # noqa: N818
    status = 403


class TooMany(DomainError):  # noqa: N818
    status = 429
    retry_after_seconds = 5


class Unavailable(DomainError):  # noqa: N818
    status = 503
    retry_after_seconds = 2
