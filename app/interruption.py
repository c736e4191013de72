"""Whether the last run of an installation was ended, and what was found out about it if not.

An orderly end empties the lock's file; one that still names a process was cut short: power, kill -9, or the folder was
copied while in use. The mark outlives short commands that take the lock in between, until a start has dealt with it.
Imports nothing heavy: `kaidian up` stays in memory with it.
"""

import json
from datetime import datetime
from pathlib import Path

MARK = "interrupted"
NOTICE = "recovery.json"


def mark(data_dir: Path) -> None:
    """Remembers that the last run was cut short."""
    (data_dir / MARK).touch()


def is_marked(data_dir: Path) -> bool:
    """Says whether a start has still to deal with a run that was cut short."""
    return (data_dir / MARK).exists()


def settle(data_dir: Path) -> None:
    """Says that a start has dealt with it."""
    (data_dir / MARK).unlink(missing_ok=True)


def last_write(data_dir: Path) -> datetime | None:
    """Returns the last write that was kept, from the notice of this start."""
    try:
        told = json.loads((data_dir / NOTICE).read_text(encoding="utf-8"))["last_write_at"]
        return None if told is None else datetime.fromisoformat(told)
    except (OSError, ValueError, KeyError, TypeError):
        return None
