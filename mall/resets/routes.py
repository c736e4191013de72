"""HTTP of resets, for the lecturers of the class."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.resets import service
from mall.resets.schemas import ResetView, ShopReset

router = APIRouter(prefix="/seats/{seat_id}/reset", tags=["resets"])


@router.get("", operation_id="mall_resets_preview")
async def preview(seat_id: UUID, uow: Annotated[UnitOfWork, reader(Capability.INTERVENE)]) -> ResetView:
    """Returns what a reset of this learner's store would do now."""
    return await service.preview(uow, seat_id)


@router.post("", operation_id="mall_resets_make", response_model=ResetView)
async def reset(
    seat_id: UUID, body: ShopReset, uow: Annotated[UnitOfWork, writer(Capability.INTERVENE)], once: Command
) -> Response:
    """Resets this learner's store; the reason is kept with his evidence."""
    return await once.run(uow, body, lambda: service.reset(uow, seat_id, body), status=200)
