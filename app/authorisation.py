"""Who may do what: one row for every route, made from the routes themselves.

A route's *door* is in its code: the capability it demands, a session, or nothing. Its *reach* is what an id in its
address can name; that is decided by a person and stands in `authorisation.toml`. A route without a reach stops
`make check`. `kaidian matrix` writes the page; a test walks it as every role, in the own place and in another's.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from kernel.actor import ActorKind
from kernel.http import deps
from kernel.identity.rules import CAPABILITIES, Capability

REACHES = Path(__file__).with_name("authorisation.toml")


class Reach(StrEnum):
    """How far a route reaches from the session that calls it."""

    MACHINE = "machine"
    """Answers this machine alone."""
    OPEN = "open"
    """Answers anybody; what it gives depends on a code, a ticket or a password in the request."""
    ACCOUNT = "account"
    """The caller's own account and sessions."""
    CLASS = "class"
    """The class the session is in; no request names one."""
    COHORT = "cohort"
    """A class named by its id: the own one, one of the own institution, or one of the own region."""
    ORGANISATION = "organisation"
    """Institutions, accounts and people of the own institution or region."""
    INSTALLATION = "installation"
    """The whole installation."""


class UnknownRoutes(Exception):  # noqa: N818 -- reads as the sentence it is
    """Routes have no reach, or a reach names no route."""


@dataclass(frozen=True, slots=True)
class Row:
    """One route of the matrix. `capability` is None where a session, or nothing at all, is enough."""

    operation: str
    method: str
    path: str
    reach: Reach
    capability: Capability | None
    signed_in: bool

    def admits(self, kind: ActorKind) -> bool:
        """Returns whether somebody signed in as this kind may enter at all."""
        return self.capability is None or self.capability in CAPABILITIES[kind]


def rows(app: FastAPI) -> list[Row]:
    """Returns the matrix of an application, ordered by address.

    Raises:
        UnknownRoutes: `authorisation.toml` and the routes do not name the same operations.

    """
    told = tomllib.loads(REACHES.read_text(encoding="utf-8"))
    reaches = {operation: Reach(reach) for reach, operations in told["reach"].items() for operation in operations}
    inside = {operation: Capability(name) for operation, name in told["demanded_inside"].items()}
    routes = dict(_routes(app))
    if reaches.keys() != routes.keys() or not inside.keys() <= routes.keys():
        missing, gone = sorted(routes.keys() - reaches.keys()), sorted(reaches.keys() - routes.keys())
        raise UnknownRoutes(f"without a reach: {missing}; no such route: {gone}")
    found = [_row(operation, route, reaches[operation], inside.get(operation)) for operation, route in routes.items()]
    return sorted(found, key=lambda row: (row.path, row.method))


@dataclass(frozen=True, slots=True)
class _Route:
    method: str
    path: str
    dependant: Dependant


def _routes(app: FastAPI) -> Iterator[tuple[str, _Route]]:
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            [method] = route.methods or ("GET",)
            yield str(route.operation_id), _Route(method, str(context.path), route.dependant)


def _row(operation: str, route: _Route, reach: Reach, inside: Capability | None) -> Row:
    calls = list(_calls(route.dependant))
    capability = next((call.capability for call in calls if isinstance(call, deps.Reader | deps.Writer)), inside)
    return Row(
        operation=operation,
        method=route.method,
        path=route.path,
        reach=reach,
        capability=capability,
        signed_in=reach not in {Reach.OPEN, Reach.MACHINE},
    )


def _calls(dependant: Dependant) -> Iterator[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)
