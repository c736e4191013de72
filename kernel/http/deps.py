"""FastAPI dependencies that open the transaction of a request and close it before the answer is sent.

`scope="function"` is what makes the commit happen before the response (measured: the default runs after it), so a failing
commit reaches the client as an error and never hides behind a 200.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from kernel.actor import ActorKind
from kernel.clock import ClockState
from kernel.errors import Conflict, Forbidden, NotFound
from kernel.http import session
from kernel.http.idempotency import Once
from kernel.identity.rules import IN_A_LIVE_MARKET, Capability, require
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork


def current_runtime(request: Request) -> Runtime:
    """Returns the open resources of this process."""
    runtime: Runtime = request.app.state.runtime
    return runtime


VIEW_SEAT_HEADER = "X-View-Seat"
"""Names the seat whose pages a lecturer looks at. Reading only; the database checks that he teaches the class."""


def viewed_seat(request: Request) -> UUID | None:
    """Returns the seat whose pages the lecturer asks to see.

    Raises:
        NotFound: the header is no id.

    """
    given = request.headers.get(VIEW_SEAT_HEADER)
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NotFound("kernel.classroom.seat_not_found") from None


async def read_uow(request: Request) -> AsyncIterator[UnitOfWork]:
    """Opens a read-only transaction of the signed-in person, or of the learner a lecturer looks at."""
    hashed = session.hash_of(session.token_of(request))
    view_seat = viewed_seat(request)
    async with current_runtime(request).enter_session(hashed, read_only=True, view_seat=view_seat) as uow:
        _remember_sandbox(request, uow)
        yield uow


async def write_uow(request: Request) -> AsyncIterator[UnitOfWork]:
    """Opens a transaction of the signed-in person that commits before the response; checks CSRF first.

    Raises:
        Forbidden: a lecturer is only looking at a learner's pages (and see `Runtime.enter_session`).
        Conflict: the class is being moved forward in time; learners wait these few seconds.

    """
    token = session.token_of(request)
    session.check_csrf(request, token)
    if VIEW_SEAT_HEADER in request.headers:
        raise Forbidden("kernel.identity.view_only")
    async with current_runtime(request).enter_session(session.hash_of(token)) as uow:
        _remember_sandbox(request, uow)
        jumping = uow.scope is not None and uow.scope.clock.state is ClockState.JUMPING
        if jumping and uow.actor.kind is ActorKind.LEARNER:
            raise Conflict("kernel.sandbox.jumping")
        yield uow


def _remember_sandbox(request: Request, uow: UnitOfWork) -> None:
    """Leaves the sandbox's id where the request log finds it."""
    request.state.sandbox_id = uow.scope.id if uow.scope is not None else None


reading = asynccontextmanager(read_uow)
"""For a route that must do something slow between two transactions, such as hashing a password."""

writing = asynccontextmanager(write_uow)
"""As `reading`, to write."""

CurrentRuntime = Annotated[Runtime, Depends(current_runtime)]
ReadUow = Annotated[UnitOfWork, Depends(read_uow, scope="function")]
WriteUow = Annotated[UnitOfWork, Depends(write_uow, scope="function")]
Command = Annotated[Once, Depends(Once.of)]


@dataclass(frozen=True, slots=True)
class Reader:
    """A dependency of a reading route that demands a capability."""

    capability: Capability

    async def __call__(self, uow: ReadUow) -> UnitOfWork:
        """Returns the transaction of whoever has the capability.

        Raises:
            Forbidden: he has not.

        """
        require(uow.actor, self.capability)
        return uow


@dataclass(frozen=True, slots=True)
class Writer:
    """A dependency of a writing route that demands a capability."""

    capability: Capability

    async def __call__(self, uow: WriteUow) -> UnitOfWork:
        """Returns the transaction of whoever has the capability.

        Raises:
            Forbidden: he has not.
            Conflict: the class is over, and this would change its market.

        """
        require(uow.actor, self.capability)
        over = uow.scope is not None and uow.scope.clock.state is ClockState.ENDED
        if over and self.capability in IN_A_LIVE_MARKET:
            raise Conflict("kernel.sandbox.ended")
        return uow


@dataclass(frozen=True, slots=True)
class Gate:
    """A dependency of a route that does something slow before it writes: it proves the capability and holds nothing."""

    capability: Capability

    async def __call__(self, request: Request) -> None:
        """Passes whoever has the capability; the route opens its own transaction with `writing` and proves it again.

        Raises:
            Forbidden: he has not.

        """
        session.check_csrf(request, session.token_of(request))
        async with reading(request) as uow:
            require(uow.actor, self.capability)


def gate(capability: Capability) -> object:
    """Returns the dependency of a route that does something slow before it writes."""
    return Depends(Gate(capability))


def reader(capability: Capability) -> object:
    """Returns the dependency of a reading route that demands a capability."""
    return Depends(Reader(capability))


def writer(capability: Capability) -> object:
    """Returns the dependency of a writing route that demands a capability."""
    return Depends(Writer(capability))
