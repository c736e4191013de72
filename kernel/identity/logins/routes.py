"""HTTP of the log of log-ins."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from kernel.http.deps import ReadUow, reader
from kernel.identity.logins import queries
from kernel.identity.logins.schemas import LoginPage
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork

router = APIRouter(tags=["log-ins"])

Before = Annotated[UUID | None, Query(description="The id after which the page begins.")]


@router.get("/session/log-ins", operation_id="session_log_ins_list")
async def list_own(uow: ReadUow, before: Before = None) -> LoginPage:
    """Returns the acting person's own log-ins, newest first."""
    return await queries.list_own(uow, before)


@router.get("/log-ins", operation_id="log_ins_list")
async def list_all(uow: Annotated[UnitOfWork, reader(Capability.AUDIT_LOGINS)], before: Before = None) -> LoginPage:
    """Returns the log-ins of the class, institution or region this person answers for, newest first."""
    return await queries.list_all(uow, before)
