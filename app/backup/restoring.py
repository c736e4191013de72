"""Reads backups: proves one, and fills an empty database and data folder from it.

The clocks of a restored class stand still at their reading in the moment of the backup, whatever time has passed since:
nobody is late, and the class goes on when its lecturer says so (ADR 0005).
"""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.backup import archive
from app.backup.archive import Sink
from app.backup.database import Database
from app.backup.errors import BackupFailed, explaining
from app.backup.making import FILES
from app.backup.manifest import Manifest, Totals
from kernel.clock import ClockState
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.unit_of_work import scope_of

_SYSTEM = text("SELECT set_config('kaidian.scope', 'system', true)")
_MOVING = text("SELECT *, id AS sandbox_id FROM kernel_sandbox WHERE clock_state <> 'paused' ORDER BY id")
_STAND = text("""
    UPDATE kernel_sandbox
       SET clock_state = :state, sim_anchor_at = :sim_anchor_at, class_anchor_ms = :class_anchor_ms,
           real_anchor_at = :at, beat_at = :at, resume_after_jump = false, clock_version = clock_version + 1
     WHERE id = :id
""")


@dataclass(frozen=True, slots=True)
class Contents:
    """A backup that was read to its end and proved."""

    manifest: Manifest
    totals: Totals


def verify(file: Path, keyring: Keyring) -> Contents:
    """Reads a backup to its end and returns what it holds.

    Raises:
        BackupFailed: it is of another key, damaged, of a newer form, or its schema is newer than this program.

    """
    contents = _read(file, keyring, Sink())
    if not migrate.knows(contents.manifest.revision):
        raise BackupFailed("app.backup.newer_schema", revision=contents.manifest.revision)
    return contents


def fill(file: Path, keyring: Keyring, database: Database, data_dir: Path) -> Contents:
    """Restores a proved backup into an empty database and its files below `data_dir`.

    Raises:
        BackupFailed: it could not be read or restored, or the restored rows are not those of the backup.

    """
    filling = _Filling(database, data_dir)
    with explaining(data_dir), filling.stack:
        sink = Sink(database=filling.take_piece, database_end=filling.stack.close, file=filling.place)
        filling.begin()
        contents = _read(file, keyring, sink)
    _compare(contents.manifest.counts, database.counts())
    return contents


async def stand_still(owner_url: str, at: datetime) -> int:
    """Pauses every running class at its reading of a moment and returns how many; a jump lands and then stands."""
    engine = create_async_engine(owner_url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.execute(_SYSTEM)
            rows = (await connection.execute(_MOVING)).all()
            for row in rows:
                clock = scope_of(row).clock
                stood = clock.paused(at) if clock.state is ClockState.RUNNING else clock
                moved = {"sim_anchor_at": stood.sim_anchor_at, "class_anchor_ms": stood.class_anchor_ms}
                await connection.execute(_STAND, {"id": row.id, "state": stood.state.value, "at": at, **moved})
            return len(rows)
    finally:
        await engine.dispose()


class _Filling:
    """Where the parts of a backup go. `stack` holds the running pg_restore; closing it waits for its end."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self.stack = ExitStack()
        self._database = database
        self._data_dir = data_dir
        self._pipe: IO[bytes] | None = None

    def begin(self) -> None:
        self._pipe = self.stack.enter_context(self._database.restore())

    def take_piece(self, piece: bytes) -> None:
        assert self._pipe is not None  # noqa: S101  `begin` comes first
        self._pipe.write(piece)

    def place(self, name: str, content: bytes) -> None:
        if name.split("/", maxsplit=1)[0] not in FILES:
            raise BackupFailed("app.backup.damaged")
        path = self._data_dir / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)


def _read(file: Path, keyring: Keyring, sink: Sink) -> Contents:
    with explaining(file), file.open("rb") as source:
        return Contents(*archive.read(keyring.backup_identity, source, sink))


def _compare(wanted: Mapping[str, int], found: Mapping[str, int]) -> None:
    for table, rows in wanted.items():
        if found.get(table) != rows:
            raise BackupFailed("app.backup.counts_differ", table=table, wanted=rows, found=found.get(table, 0))
