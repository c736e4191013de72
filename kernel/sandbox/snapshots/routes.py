"""HTTP of snapshots: the lecturer's."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.classroom import service as classroom
from kernel.classroom.console import interventions
from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.sandbox.snapshots import queries, rules, service
from kernel.sandbox.snapshots.schemas import RollbackPreview, RolledBack, SnapshotList, SnapshotMake, SnapshotView
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/sandbox/snapshots", tags=["sandbox"])

Reader = Annotated[UnitOfWork, reader(Capability.SNAPSHOT)]
Writer = Annotated[UnitOfWork, writer(Capability.SNAPSHOT)]


@router.get("", operation_id="sandbox_snapshots_list")
async def list_snapshots(uow: Reader) -> SnapshotList:
    """Returns the class's snapshots, newest first."""
    return SnapshotList(rows=await queries.list_snapshots(uow), kept=rules.KEPT)


@router.post("", operation_id="sandbox_snapshots_make", response_model=SnapshotView, status_code=201)
async def make(body: SnapshotMake, uow: Writer, once: Command) -> Response:
    """Keeps the market as it is now."""

    async def act() -> SnapshotView:
        return await service.make(uow, body.name)

    return await once.run(uow, body, act)


@router.get("/{snapshot_id}/rollback-preview", operation_id="sandbox_snapshots_preview")
async def preview(snapshot_id: UUID, uow: Reader) -> RollbackPreview:
    """Returns what going back would take away."""
    return await service.preview(uow, snapshot_id)


@router.post("/{snapshot_id}/roll-back", operation_id="sandbox_snapshots_roll_back", response_model=RolledBack)
async def roll_back(snapshot_id: UUID, uow: Writer, once: Command) -> Response:
    """Puts the market back to this snapshot; the present is kept as another."""

    async def act() -> RolledBack:
        done = await service.roll_back(uow, snapshot_id)
        if uow.actor.cohort_id is not None:
            home = await classroom.access_home(uow, uow.actor.cohort_id)
            params = {"name": done.snapshot.name, "sim_at": done.snapshot.sim_at.isoformat()}
            await interventions.record(uow, home, kind="market.rolled_back", seat_id=None, params=params)
        return done

    return await once.run(uow, None, act, status=200)
