"""Structured logs on standard output: one JSON object a line, with request and sandbox ids from the context."""

import logging
import sys
from typing import Any

import orjson
import structlog


def _dumps(value: Any, **_options: Any) -> str:
    return orjson.dumps(value, default=repr).decode()


def configure(*, as_json: bool) -> None:
    """Sets up structlog and sends the standard library's records the same way."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(serializer=_dumps) if as_json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
