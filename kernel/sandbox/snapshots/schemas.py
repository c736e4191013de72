"""Requests and answers about snapshots."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, View, Word
from kernel.sandbox.snapshots.models import SnapshotCause


class SnapshotMake(Command):
    name: Annotated[Word, Field(min_length=1, max_length=40)]


class SnapshotView(View):
    """One snapshot. `usable` is false when the program has changed its tables since: it can no longer be gone back to."""

    id: UUID
    name: str
    cause: SnapshotCause
    at: datetime
    sim_at: datetime
    day_number: int
    made_by: str | None
    counts: dict[str, int]
    size_bytes: int
    usable: bool


class SnapshotList(View):
    """The snapshots, newest first, and how many a class keeps."""

    rows: list[SnapshotView]
    kept: int


class RollbackPreview(View):
    """What a rollback takes away: how many rows of which table there are more now, and the time between.

    `sim_seconds` is simulated time from the snapshot to now. `paused` says whether it may begin.
    """

    snapshot: SnapshotView
    lost: dict[str, int]
    sim_seconds: int
    paused: bool


class RolledBack(View):
    """The snapshot gone back to, and the one that was made of what was left."""

    snapshot: SnapshotView
    kept_as: SnapshotView
