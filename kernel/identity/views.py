"""Composes what a page learns about its session: who, where, what he may do, what time it is there."""

from fastapi import Request

from kernel.http import session
from kernel.http.deps import current_runtime, viewed_seat
from kernel.identity import queries
from kernel.identity.rules import CAPABILITIES
from kernel.identity.schemas import (
    AccountView,
    CohortView,
    InstitutionView,
    PasswordResetView,
    SandboxView,
    SeatView,
    SessionView,
)
from kernel.sandbox.schemas import clock_view
from kernel.unit_of_work import UnitOfWork


async def session_view(request: Request, *, token: str | None = None) -> SessionView:
    """Returns the session of a request, or that of a token it has just been given, in a transaction of its own.

    Raises:
        Unauthorised: nobody is signed in.

    """
    asked = token or session.token_of(request)
    entered = current_runtime(request).enter_session(
        session.hash_of(asked), read_only=True, view_seat=viewed_seat(request), with_temporary_password=True
    )
    async with entered as uow:
        request.state.sandbox_id = uow.scope.id if uow.scope is not None else None
        return await _view(uow, asked)


async def _view(uow: UnitOfWork, token: str) -> SessionView:
    me = await queries.view_myself(uow)
    actor = uow.actor
    seat = cohort = sandbox = institution = reset = None
    if actor.seat_id is not None:
        seat = SeatView(id=actor.seat_id, number=me.seat_number, display_name=me.seat_display_name)
    if actor.cohort_id is not None:
        cohort = CohortView(id=me.cohort_id, name=me.cohort_name, state=me.cohort_state)
    if uow.scope is not None:
        sandbox = SandboxView(id=uow.scope.id, name=me.sandbox_name, cohort_name=me.cohort_name)
    if actor.institution_id is not None:
        institution = InstitutionView(id=actor.institution_id, name=me.institution_name or "")
    if me.password_reset_at is not None:
        reset = PasswordResetView(at=me.password_reset_at, by=me.password_reset_by)
    return SessionView(
        csrf_token=session.csrf_token_of(token),
        account=AccountView(id=me.id, login=me.login, display_name=me.display_name),
        role=actor.kind.value,
        seat=seat,
        cohort=cohort,
        sandbox=sandbox,
        institution=institution,
        capabilities=sorted(capability.value for capability in CAPABILITIES[actor.kind]),
        clock=clock_view(uow) if uow.scope is not None else None,
        must_change_password=me.must_change_password,
        password_reset=reset,
    )
