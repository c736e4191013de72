"""Decides in the worker whether a backup is to be made now, and has the command make it.

The worker does not hold the owner's address; the command finds it as it does in a terminal. What is due follows from
what is there (pauses in the database, the record of runs), so a lost event or a restarted worker loses no backup.
"""

import contextlib
import subprocess
import sys

import structlog
from anyio import to_thread
from sqlalchemy import text

from app.backup import desk, folders, making, rules, runs
from app.backup.errors import BackupFailed
from app.backup.making import AlreadyBackingUp
from app.backup.rules import Trigger
from app.embedded.places import CHECKOUT
from app.embedded.process import clean_environment
from kernel.clock import WallClock
from kernel.runtime import Runtime
from kernel.settings import Settings

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1800
# When the last of the classes came to stand still.
_LAST_PAUSE = text("""
    SELECT count(*) AS classes, max(real_anchor_at) FILTER (WHERE clock_state = 'paused') AS at FROM kernel_sandbox
""")


async def why_now(runtime: Runtime) -> Trigger | None:
    """Returns why a backup is to be made now and claims the making of it; None if it is not, or one is being made."""
    trigger = Trigger.ASKED if await desk.take_wish(runtime.redis) else await _due(runtime)
    if trigger is None or not await desk.begin(runtime.redis):
        return None
    return trigger


async def _due(runtime: Runtime) -> Trigger | None:
    async with runtime.enter_system() as uow:
        row = (await uow.execute(_LAST_PAUSE)).one()
    if row.classes == 0:
        return None  # nothing to lose yet
    rows = await to_thread.run_sync(runs.read, runtime.settings.data_dir)
    good = runs.last_good(rows)
    return rules.due(
        uow.now.at,
        last_good=good.began_at if good else None,
        last_try=rows[0].began_at if rows else None,
        last_pause=row.at,
    )


def run_command(settings: Settings, trigger: Trigger, wall: WallClock) -> None:
    """Runs `kaidian backup` to its end. A failure is in the record of runs and, with its words, in the log."""
    data_dir, began_at = settings.data_dir.absolute(), wall.now()
    command = [sys.executable, "-m", "app.cli", "backup", "--trigger", trigger.value, "--data-dir", str(data_dir)]
    with subprocess.Popen(  # noqa: S603 -- no shell; argv is composed by our own code
        command, cwd=CHECKOUT, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            said, _ = running.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            running.kill()
            said, _ = running.communicate()
    if running.returncode != 0 and not any(run.began_at >= began_at for run in runs.read(data_dir)[:1]):
        folder = folders.folder_for(data_dir, settings.backup_dir)
        with contextlib.suppress(AlreadyBackingUp):  # then that one leaves a record
            making.refuse(data_dir, folder, trigger, wall, BackupFailed("app.backup.crashed"))
    log.info("backup.ended", trigger=trigger.value, status=running.returncode, said=said.strip()[-500:])
