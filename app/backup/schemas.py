"""Answers about backups."""

from datetime import datetime
from enum import StrEnum

from app.backup.rules import Trigger
from kernel.http.fields import View


class BackupState(StrEnum):
    """Whether one is on its way: asked for, being made, or neither."""

    IDLE = "idle"
    ASKED = "asked"
    RUNNING = "running"


class BackupError(View):
    """Why a run failed, in words, and what to do."""

    code: str
    title: str
    detail: str


class BackupRun(View):
    """One attempt."""

    began_at: datetime
    trigger: Trigger
    seconds: float
    folder: str
    name: str | None
    size_bytes: int
    error: BackupError | None


class Recovery(View):
    """The installation ended without being ended; `last_write_at` is the last thing that was kept, None if unknown."""

    noticed_at: datetime
    last_write_at: datetime | None


class Backups(View):
    """The backups of this installation, newest run first. `overdue`: no good one within a day."""

    state: BackupState
    folder: str
    same_disk: bool
    overdue: bool
    last_good: BackupRun | None
    runs: list[BackupRun]
    recovery: Recovery | None
