"""Answers built from rows: hot lists are written as JSON once and not validated against their model again.

The route names the model in `response_model`, so that the OpenAPI document says what comes; `tests` compare an answer with
its model, which is what validation at each request would have told, twenty rows at a time.
"""

from typing import Any
from uuid import UUID

import orjson
from fastapi import Response


def answer(value: Any) -> Response:
    """Returns rows as a JSON answer; ids and moments are written as pydantic would."""
    content = orjson.dumps(value, default=_plain, option=orjson.OPT_UTC_Z)
    return Response(content, media_type="application/json")


def _plain(value: Any) -> str:
    if isinstance(value, UUID):  # asyncpg brings a subclass of its own, which orjson leaves to us
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
