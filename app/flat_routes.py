"""Lays the routes of nested routers side by side in the application.

FastAPI keeps an included router nested, walks each level to find a match, and once more to handle it: with 150 routes three
levels deep that took a fifth of the processor time of a list (docs/performance.md). Flat, a request is matched once.
"""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

_KEPT = (
    "callbacks",
    "dependencies",
    "deprecated",
    "description",
    "include_in_schema",
    "methods",
    "name",
    "openapi_extra",
    "operation_id",
    "response_class",
    "response_description",
    "response_model",
    "response_model_by_alias",
    "response_model_exclude",
    "response_model_exclude_defaults",
    "response_model_exclude_none",
    "response_model_exclude_unset",
    "response_model_include",
    "responses",
    "status_code",
    "summary",
    "tags",
)


def include(app: FastAPI, router: APIRouter) -> None:
    """Adds all routes of a router, and of those inside it, to the application itself.

    Raises:
        TypeError: one of them is no HTTP operation; sockets are included as they are.

    """
    for found in iter_route_contexts(router.routes):
        if not isinstance(found.original_route, APIRoute) or found.path is None or found.endpoint is None:
            raise TypeError(f"not an HTTP operation: {found.path}")
        kept: dict[str, Any] = {name: getattr(found, name) for name in _KEPT}
        app.router.add_api_route(found.path, found.endpoint, **kept)
