"""The record of backup runs: a file beside the data, not a table, so that it also tells of a database that was down.

The last runs, newest first, replaced whole each time. Restoring a backup does not bring an old record back.
"""

import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import orjson

NAME = "backup-runs.json"
KEPT = 50


@dataclass(frozen=True, slots=True)
class Run:
    """One attempt. `error` is a code of `app.backup.errors`, `params` fill its words; None: it succeeded."""

    began_at: datetime
    trigger: str
    seconds: float
    folder: str
    name: str | None
    size_bytes: int
    error: str | None
    params: dict[str, str | int]


def read(data_dir: Path) -> list[Run]:
    """Returns the runs, newest first; none when there is no record yet or it is broken."""
    try:
        rows = orjson.loads((data_dir / NAME).read_bytes())
        return [Run(**{**row, "began_at": datetime.fromisoformat(row["began_at"])}) for row in rows]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def add(data_dir: Path, run: Run) -> None:
    """Puts a run first in the record. One process at a time: the caller holds the lock of backups."""
    rows = [run, *read(data_dir)][:KEPT]
    draft = data_dir / f".{NAME}.{os.getpid()}"
    draft.write_bytes(orjson.dumps([asdict(row) for row in rows], option=orjson.OPT_INDENT_2))
    draft.replace(data_dir / NAME)


def last_good(rows: list[Run]) -> Run | None:
    """Returns the newest run that succeeded."""
    return next((row for row in rows if row.error is None), None)
