"""HTTP of resets: the lecturer's preview and command, the learner's note."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.resets import queries, service
from mall.resets.schemas import LastReset, ResetView, ShopReset

router = APIRouter(tags=["resets"])


@router.get("/seats/{seat_id}/reset", operation_id="mall_resets_preview")
async def preview(seat_id: UUID, uow: Annotated[UnitOfWork, reader(Capability.INTERVENE)]) -> ResetView:
    """Returns what a reset of this learner's store would do now."""
    return await service.preview(uow, seat_id)


@router.post("/seats/{seat_id}/reset", operation_id="mall_resets_make", response_model=ResetView)
async def reset(
    seat_id: UUID, body: ShopReset, uow: Annotated[UnitOfWork, writer(Capability.INTERVENE)], once: Command
) -> Response:
    """Resets this learner's store; the reason is kept with his evidence and shown to him."""
    return await once.run(uow, body, lambda: service.reset(uow, seat_id, body), status=200)


@router.get("/desk/last-reset", operation_id="mall_desk_last_reset_read")
async def read_last(uow: Annotated[UnitOfWork, reader(Capability.SELL)]) -> LastReset:
    """Returns why the acting learner has no store any more."""
    return await queries.view_last(uow)
