"""HTTP of the wall, for the lecturers of the class."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from kernel.http.deps import reader
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.wall import queries
from mall.wall.schemas import ReturningShops, SeatPage, Wall

router = APIRouter(tags=["wall"])

Watcher = Annotated[UnitOfWork, reader(Capability.WATCH_CLASS)]


@router.get("/wall", operation_id="mall_wall_read")
async def read_wall(uow: Watcher) -> Wall:
    """Returns the class wall."""
    return await queries.view_wall(uow)


@router.get("/seats/{seat_id}", operation_id="mall_seats_read")
async def read_seat(seat_id: UUID, uow: Watcher) -> SeatPage:
    """Returns one learner with figures, goods and what he did last."""
    return await queries.view_seat(uow, seat_id)


@router.get("/snapshots/{snapshot_id}/returning-shops", operation_id="mall_snapshots_returning_shops")
async def read_returning(snapshot_id: UUID, uow: Annotated[UnitOfWork, reader(Capability.SNAPSHOT)]) -> ReturningShops:
    """Returns the stores that are closed now and would be open again after going back to a snapshot."""
    return await queries.view_returning(uow, snapshot_id)
