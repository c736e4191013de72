"""What an installation tells of its last end when that was no end: power cut, kill, or a folder copied while it ran.

PostgreSQL recovers by itself; this only finds out until when, and keeps the notice until the next orderly start.
"""

import os
from datetime import datetime
from pathlib import Path

import orjson

from app import interruption
from app.backup.database import Database
from app.backup.errors import BackupFailed
from app.backup.schemas import Recovery
from kernel.clock import WallClock

# The last of what people and the running class leave behind: facts, the class's heartbeat, log-ins, fired timers.
_LAST_WRITE = """
SELECT to_json(greatest(
    (SELECT max(at) FROM kernel_outbox), (SELECT max(beat_at) FROM kernel_sandbox),
    (SELECT max(created_at) FROM kernel_login_session), (SELECT max(fired_at) FROM kernel_timer),
    (SELECT max(at) FROM kernel_idempotent_answer)));
"""


def note(data_dir: Path, owner_url: str, wall: WallClock) -> Recovery:
    """Finds the last write that was kept and leaves the notice for the lecturer. Call it before anything new is written.

    An upgrade may stand between old data and these tables; then the moment stays unknown.
    """
    try:
        found = Database.at(owner_url).run(_LAST_WRITE).strip()
    except BackupFailed:
        found = ""
    last = datetime.fromisoformat(orjson.loads(found)) if found and found != "null" else None
    recovery = Recovery(noticed_at=wall.now(), last_write_at=last)
    draft = data_dir / f".{interruption.NOTICE}.{os.getpid()}"
    draft.write_text(recovery.model_dump_json(), encoding="utf-8")
    draft.replace(data_dir / interruption.NOTICE)
    return recovery


def forget(data_dir: Path) -> None:
    """Takes the notice away: the last end was an orderly one."""
    (data_dir / interruption.NOTICE).unlink(missing_ok=True)


def read(data_dir: Path) -> Recovery | None:
    """Returns the notice of the present run, if there is one."""
    try:
        return Recovery.model_validate_json((data_dir / interruption.NOTICE).read_bytes())
    except (OSError, ValueError):
        return None
