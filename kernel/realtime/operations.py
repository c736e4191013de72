"""What a client may send, and the shape of the answers. Parses and writes; does nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kernel.errors import DomainError, Invalid
from kernel.i18n.catalogue import Catalogue
from kernel.realtime.publishing import Head

_LARGEST_SAFE_INTEGER = 2**53 - 1
"""JavaScript counts exactly up to here."""


class Op(StrEnum):
    JOIN = "join"
    LEAVE = "leave"
    PING = "ping"


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Request(_Message):
    """Every client message: `id` is echoed as `re`."""

    id: int = Field(ge=0, le=_LARGEST_SAFE_INTEGER)
    op: str = Field(max_length=40)
    data: dict[str, object] = Field(default_factory=dict)


class Join(_Message):
    """`epoch` and `after_seq` together, from a client that comes back, or neither."""

    topic: str = Field(min_length=1, max_length=100)
    epoch: str | None = Field(default=None, max_length=40)
    after_seq: int | None = Field(default=None, ge=0, le=_LARGEST_SAFE_INTEGER)

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.epoch is None) != (self.after_seq is None):
            raise ValueError("epoch and after_seq go together")
        return self

    @property
    def after(self) -> Head | None:
        """Where the client stopped."""
        return None if self.epoch is None or self.after_seq is None else Head(self.epoch, self.after_seq)


class Leave(_Message):
    topic: str = Field(min_length=1, max_length=100)


class Ping(_Message):
    """Keeps the socket open; browsers cannot send the protocol's own ping."""


def parse(text: str) -> tuple[int | None, object]:
    """Returns the id of a client message, if one can be read, and the message as plain JSON."""
    try:
        message: object = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None, None
    given = message.get("id") if isinstance(message, dict) else None
    known = isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _LARGEST_SAFE_INTEGER
    return (given if known else None), message


def read_op(message: object) -> Join | Leave | Ping:
    """Returns the operation a client message asks for.

    Raises:
        Invalid: it is no message, its operation is unknown, or the operation's data are wrong.

    """
    try:
        request = Request.model_validate(message)
    except ValidationError as failure:
        raise Invalid("kernel.realtime.bad_message") from failure
    try:
        match request.op:
            case Op.JOIN:
                return Join.model_validate(request.data)
            case Op.LEAVE:
                return Leave.model_validate(request.data)
            case Op.PING:
                return Ping.model_validate(request.data)
    except ValidationError as failure:
        raise Invalid("kernel.realtime.bad_message") from failure
    raise Invalid("kernel.realtime.unknown_op")


def ok(re: int | None, data: str) -> str:
    """Returns the answer to an operation that succeeded; `data` is JSON text."""
    return f'{{"re":{_json(re)},"ok":{data}}}'


def joined(re: int | None, place: Head, snapshot: str | None) -> str:
    """Returns the answer to a join: the client's place, and the state at it unless he resumes."""
    return ok(re, f'{{"epoch":{_json(place.epoch)},"seq":{place.seq},"snapshot":{snapshot or "null"}}}')


def err(re: int | None, failure: DomainError, catalogue: Catalogue) -> str:
    """Returns the answer to an operation that failed, in the catalogue's words."""
    words = catalogue.render(failure.code, failure.params)
    body: Mapping[str, object] = {
        "code": failure.code,
        "title": words.title,
        "detail": words.detail,
        "retry_after_seconds": failure.retry_after_seconds,
    }
    return f'{{"re":{_json(re)},"err":{_json(body)}}}'


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
