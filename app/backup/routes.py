"""HTTP of backups: how they stand, and the wish for one now."""

from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter

from app.backup import desk, folders, recovery, rules, runs
from app.backup.runs import Run
from app.backup.schemas import BackupError, BackupRun, Backups, BackupState
from kernel.http.deps import CurrentRuntime, reader, writer
from kernel.i18n.catalogue import SOURCE_LANGUAGE, Catalogue
from kernel.identity.rules import Capability
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/backups", tags=["backups"])
SHOWN = 10
LOCALES = Path(__file__).with_name("locales")
_WORDS = Catalogue()
_WORDS.load(LOCALES / f"{SOURCE_LANGUAGE}.toml")


@router.get("", operation_id="backups_read")
async def read(uow: Annotated[UnitOfWork, reader(Capability.BACK_UP)], runtime: CurrentRuntime) -> Backups:
    """Returns how the backups of this installation stand."""
    return await _view(uow, runtime)


@router.post("", operation_id="backups_ask", status_code=202)
async def ask(uow: Annotated[UnitOfWork, writer(Capability.BACK_UP)], runtime: CurrentRuntime) -> Backups:
    """Asks for a backup now; it begins within seconds. Asking twice is asking once."""
    await desk.ask(runtime.redis)
    return await _view(uow, runtime)


async def _view(uow: UnitOfWork, runtime: Runtime) -> Backups:
    state = await desk.state(runtime.redis)
    return await to_thread.run_sync(_look, uow, runtime.settings, state)


def _look(uow: UnitOfWork, settings: Settings, state: BackupState) -> Backups:
    rows = runs.read(settings.data_dir)
    good = runs.last_good(rows)
    folder = folders.folder_for(settings.data_dir, settings.backup_dir)
    return Backups(
        state=state,
        folder=str(folder),
        same_disk=folders.on_same_disk(settings.data_dir, folder),
        overdue=good is None or uow.now.at - good.began_at >= rules.OLDEST_GOOD,
        last_good=None if good is None else _run(good),
        runs=[_run(row) for row in rows[:SHOWN]],
        recovery=recovery.read(settings.data_dir),
    )


def _run(run: Run) -> BackupRun:
    error = None
    if run.error is not None:
        words = _WORDS.render(run.error, run.params)
        error = BackupError(code=run.error, title=words.title, detail=words.detail)
    return BackupRun(
        began_at=run.began_at,
        trigger=rules.Trigger(run.trigger),
        seconds=run.seconds,
        folder=run.folder,
        name=run.name,
        size_bytes=run.size_bytes,
        error=error,
    )
