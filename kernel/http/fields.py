"""Field types of requests: text that is trimmed and printable, bounded money and quantities."""

import re
import unicodedata
from typing import Annotated, LiteralString

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from kernel.money import FEN_LIMIT

_ALLOWED_CONTROLS = frozenset("\n\t")


def _printable(value: str) -> str:
    """Refuses control, surrogate and bidirectional-override characters: they break logs, exports and PostgreSQL."""
    for char in value:
        category = unicodedata.category(char)
        if char not in _ALLOWED_CONTROLS and (category in {"Cc", "Cs"} or char in "\u202a\u202b\u202c\u202d\u202e"):
            raise PydanticCustomError("kernel.field.control_character", "control character")
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_printable)]
"""One line or a short paragraph as a person types it; bound its length with `Field`."""

Word = Annotated[str, AfterValidator(_printable)]
"""A text as a machine or a password field sends it, taken as it is; bound its length with `Field`."""

Fen = Annotated[int, Field(strict=True, ge=0, le=FEN_LIMIT)]
"""A non-negative amount in fen."""

PRICE_LIMIT_FEN = 10**9
"""Ten million yuan a unit: even a full cart of 999 each stays exact in a browser's numbers."""

PositiveFen = Annotated[int, Field(strict=True, ge=1, le=PRICE_LIMIT_FEN)]
"""A price in fen: at least one."""


def shaped(shape: str, code: LiteralString) -> AfterValidator:
    """Returns the check that a text has a shape; where it has not, the words of `code` say which is wanted."""
    pattern = re.compile(shape)

    def check(value: str) -> str:
        if pattern.fullmatch(value) is None:
            raise PydanticCustomError(code, "wrong shape")
        return value

    return AfterValidator(check)


class Command(BaseModel):
    """Base of request bodies: unknown fields are refused, so that a misspelt one is not silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """Base of responses: absent is null, never missing."""

    model_config = ConfigDict(frozen=True)
