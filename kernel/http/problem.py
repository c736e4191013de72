"""Failures as problem+json (RFC 9457) with a stable code, Chinese words and JSON pointers to wrong fields."""

from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.status import HTTP_400_BAD_REQUEST, HTTP_404_NOT_FOUND, HTTP_413_CONTENT_TOO_LARGE

from kernel.database.violations import sqlstate_of
from kernel.errors import Conflict, DomainError, FieldError, Invalid, Unavailable
from kernel.i18n.catalogue import Catalogue

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
_BUSY_SQLSTATES = frozenset({"40001", "40P01", "55P03", "57014"})
_GONE_SQLSTATES = frozenset({"57P01", "57P02", "57P03", "08000", "08001", "08003", "08006", "53300"})
_UNIQUE = "23505"
_REFUSALS = {
    HTTP_404_NOT_FOUND: "kernel.request.no_such_page",
    HTTP_413_CONTENT_TOO_LARGE: "kernel.request.too_large",
}


def install(app: FastAPI, catalogue: Catalogue) -> None:
    """Adds the handlers that turn every failure of a request into a problem."""
    app.state.catalogue = catalogue  # a batch tells of each row in the words of a refusal
    writer = _Writer(catalogue)
    app.add_exception_handler(DomainError, writer.domain)
    app.add_exception_handler(RequestValidationError, writer.validation)
    app.add_exception_handler(HTTPException, writer.http)
    app.add_exception_handler(DBAPIError, writer.database)
    app.add_exception_handler(PoolTimeoutError, writer.unavailable)
    app.add_exception_handler(RedisError, writer.unavailable)
    app.add_exception_handler(OSError, writer.unavailable)
    app.add_exception_handler(Exception, writer.unexpected)


class _Writer:
    """Writes problems with the catalogue's words."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def problem(self, request: Request, failure: DomainError, *, status: int | None = None) -> Response:
        status = status or failure.status
        words = self._catalogue.render(failure.code, failure.params)
        body: dict[str, Any] = {
            "type": f"urn:kaidian:{failure.code}",
            "title": words.title,
            "status": status,
            "detail": words.detail,
            "code": failure.code,
            "request_id": getattr(request.state, "request_id", None),
            "params": {k: v for k, v in failure.params.items() if v is not None},
            "errors": [self._field(error) for error in failure.errors],
        }
        headers: dict[str, str] = {"Cache-Control": "no-store"}
        if failure.retry_after_seconds is not None:
            headers["Retry-After"] = str(failure.retry_after_seconds)
        return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)

    def _field(self, error: FieldError) -> dict[str, Any]:
        message = error.message or self._catalogue.render(error.code, dict(error.params)).title
        return {"pointer": error.pointer, "code": error.code, "message": message}

    async def domain(self, request: Request, failure: Exception) -> Response:
        assert isinstance(failure, DomainError)  # noqa: S101  registered for this class
        return self.problem(request, failure)

    async def validation(self, request: Request, failure: Exception) -> Response:
        assert isinstance(failure, RequestValidationError)  # noqa: S101  registered for this class
        errors = [_field_error(error) for error in failure.errors()]
        return self.problem(request, _InvalidRequestError("kernel.request.invalid", errors=errors))

    async def http(self, request: Request, failure: Exception) -> Response:
        assert isinstance(failure, HTTPException)  # noqa: S101  registered for this class
        status = failure.status_code
        if status == HTTP_400_BAD_REQUEST:  # FastAPI's word for a body that is no JSON at all
            return self.problem(request, Invalid.field("", "kernel.field.not_json"))
        response = self.problem(request, DomainError(_REFUSALS.get(status, "kernel.request.refused")), status=status)
        response.headers.update(failure.headers or {})
        return response

    async def database(self, request: Request, failure: Exception) -> Response:
        state = sqlstate_of(failure)
        if state in _BUSY_SQLSTATES:
            return self.problem(request, Unavailable("kernel.database.busy"))
        if state == _UNIQUE:
            return self.problem(request, Conflict("kernel.database.taken"))
        gone = state in _GONE_SQLSTATES or (state is None and isinstance(failure, OperationalError | InterfaceError))
        if gone or (isinstance(failure, DBAPIError) and failure.connection_invalidated):
            return await self.unavailable(request, failure)
        return await self.unexpected(request, failure)

    async def unavailable(self, request: Request, failure: Exception) -> Response:
        log.warning("request.dependency_gone", error=repr(failure)[:300])
        return self.problem(request, Unavailable("kernel.database.unavailable"))

    async def unexpected(self, request: Request, failure: Exception) -> Response:
        log.error("request.unexpected", exc_info=failure)
        return self.problem(request, _UnexpectedError("kernel.unexpected"))


class _InvalidRequestError(DomainError):
    status = 422


class _UnexpectedError(DomainError):
    status = 500


def _field_error(error: Mapping[str, Any]) -> FieldError:
    """Turns one of Pydantic's errors into ours; the input itself is never echoed."""
    place, *path = [str(part) for part in error["loc"]] or ["body"]
    if error["type"] == "json_invalid":
        path = []  # Pydantic names the character, which is no place in a document
    pointer = "/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in path)
    if place != "body":
        pointer = f"/{place}{pointer}"
    context = {k: v for k, v in (error.get("ctx") or {}).items() if isinstance(v, str | int)}
    return FieldError(
        pointer if path or place != "body" else "", _code_of(str(error["type"]), context), tuple(context.items())
    )


_CODES = {
    "missing": "kernel.field.missing",
    "extra_forbidden": "kernel.field.unknown",
    "string_too_short": "kernel.field.too_short",
    "string_too_long": "kernel.field.too_long",
    "greater_than_equal": "kernel.field.too_small",
    "greater_than": "kernel.field.too_small",
    "less_than_equal": "kernel.field.too_large",
    "less_than": "kernel.field.too_large",
    "too_short": "kernel.field.too_few",
    "too_long": "kernel.field.too_many",
    "json_invalid": "kernel.field.not_json",
    "enum": "kernel.field.not_offered",
    "literal_error": "kernel.field.not_offered",
}


def _code_of(pydantic_type: str, context: Mapping[str, str | int]) -> str:
    # The bounds of a `Line` apply after its own check, where Pydantic no longer knows that the value is a text.
    if pydantic_type in {"too_short", "too_long"} and context.get("field_type") == "Value":
        pydantic_type = f"string_{pydantic_type}"
    if pydantic_type.startswith("kernel."):
        return pydantic_type
    return _CODES.get(pydantic_type, "kernel.field.wrong")
