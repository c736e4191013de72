"""HTTP of the lecturer's console: messages to the class, the record of interventions, who is there."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from kernel.classroom import queries as classes
from kernel.classroom.console import notices, queries
from kernel.classroom.console.schemas import (
    InterventionView,
    NoticeSend,
    NoticesView,
    NoticeView,
    PresenceView,
)
from kernel.http.deps import Command, CurrentRuntime, ReadUow, reader, reading, writer
from kernel.identity.rules import Capability, require
from kernel.realtime import presence
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/classroom", tags=["console"])

Intervening = Annotated[UnitOfWork, writer(Capability.INTERVENE)]


@router.get("/notices", operation_id="classroom_notices_read")
async def read_notices(uow: ReadUow) -> NoticesView:
    """Returns the messages to the own class that stand; open pages get them by the topic `notices`."""
    return await notices.view_standing(uow, uow.actor.cohort_id)


@router.get("/notices/sent", operation_id="classroom_notices_list")
async def list_notices(uow: Annotated[UnitOfWork, reader(Capability.INTERVENE)]) -> list[NoticeView]:
    """Returns what was said to the class, with what was withdrawn."""
    rows = await queries.list_notices(uow, uow.actor.cohort_id, withdrawn_too=True)
    return [NoticeView(**row._mapping) for row in rows]


@router.post("/notices", operation_id="classroom_notices_send", response_model=NoticeView, status_code=201)
async def send_notice(body: NoticeSend, uow: Intervening, once: Command) -> Response:
    """Sends a message to the whole class."""
    return await once.run(uow, body, lambda: notices.send(uow, body.text))


@router.post("/notices/{notice_id}/withdraw", operation_id="classroom_notices_withdraw", status_code=204)
async def withdraw_notice(notice_id: UUID, uow: Intervening) -> None:
    """Takes a message back."""
    await notices.withdraw(uow, notice_id)


@router.get("/interventions/own", operation_id="classroom_interventions_own")
async def list_own_interventions(uow: Annotated[UnitOfWork, reader(Capability.SELL)]) -> list[InterventionView]:
    """Returns what lecturers did to the acting learner, so that he sees what stands on his evidence."""
    rows = await queries.list_interventions(uow, uow.actor.cohort_id, uow.actor.seat)
    return [InterventionView(**row._mapping) for row in rows]


@router.get("/classes/{cohort_id}/interventions", operation_id="classroom_interventions_list")
async def list_interventions(
    cohort_id: UUID,
    uow: Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)],
    seat_id: Annotated[UUID | None, Query()] = None,
) -> list[InterventionView]:
    """Returns the record of what lecturers did in a class, or of what met one learner."""
    await classes.access_cohort(uow, cohort_id)
    rows = await queries.list_interventions(uow, cohort_id, seat_id)
    return [InterventionView(**row._mapping) for row in rows]


@router.get("/presence", operation_id="classroom_presence_list")
async def list_presence(request: Request, runtime: CurrentRuntime) -> list[PresenceView]:
    """Returns which learners have a page open. The transaction ends before Redis is asked."""
    async with reading(request) as uow:
        require(uow.actor, Capability.WATCH_CLASS)
        sandbox_id = uow.scope.id if uow.scope is not None else None
    if sandbox_id is None:
        return []
    found = await presence.read(runtime.redis, sandbox_id)
    return [PresenceView(seat_id=seat_id, online=one.online, since=one.since) for seat_id, one in found.items()]
