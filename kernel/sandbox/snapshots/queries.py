"""Reads of snapshots."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.sandbox.snapshots.schemas import SnapshotView
from kernel.unit_of_work import UnitOfWork

_COLUMNS = """
    s.id, s.name, s.cause, s.at, s.sim_at, s.counts, s.size_bytes, s.shape = kernel_market_shape() AS usable, s.class_ms,
    (SELECT a.display_name FROM kernel_account a WHERE a.id = s.account_id) AS made_by
"""
_LIST = text(f"SELECT {_COLUMNS} FROM kernel_snapshot s ORDER BY s.at DESC, s.id DESC LIMIT 50")
_ONE = text(f"SELECT {_COLUMNS} FROM kernel_snapshot s WHERE s.id = :id")
_COUNTS = text("SELECT kernel_market_counts() AS counts")


async def list_snapshots(uow: UnitOfWork) -> list[SnapshotView]:
    """Returns the class's snapshots, newest first."""
    return [view_of(uow, row) for row in await uow.execute(_LIST)]


async def access_snapshot(uow: UnitOfWork, snapshot_id: UUID) -> Any:
    """Returns one snapshot's row.

    Raises:
        NotFound: the class has none of that id.

    """
    row = (await uow.execute(_ONE, {"id": snapshot_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.snapshot.not_found")
    return row


async def count_rows(uow: UnitOfWork) -> dict[str, int]:
    """Returns how many rows each table of the market has now."""
    counts: dict[str, int] = (await uow.execute(_COUNTS)).scalar_one()
    return counts


def view_of(uow: UnitOfWork, row: Any) -> SnapshotView:
    """Returns a row as the browser sees it."""
    return SnapshotView(
        id=row.id,
        name=row.name,
        cause=row.cause,
        at=row.at,
        sim_at=row.sim_at.replace(microsecond=0),
        day_number=(row.sim_at.date() - uow.sandbox.starts_sim_at.date()).days + 1,
        made_by=row.made_by,
        counts=row.counts,
        size_bytes=row.size_bytes,
        usable=row.usable,
    )
