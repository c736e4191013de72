"""Removes files that no row knows: what a killed process or a failed commit left behind. Safe twice and at any time."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import structlog
from anyio import to_thread

from kernel.errors import NotFound
from kernel.runtime import Runtime
from kernel.storage import queries
from kernel.storage.media import Media

log = structlog.get_logger(__name__)

GRACE = timedelta(hours=1)
"""Younger files may belong to an upload whose row is about to be committed; that takes seconds."""

_BATCH = 500


async def sweep_orphans(runtime: Runtime) -> int:
    """Removes orphaned files older than `GRACE` from every sandbox, and returns how many.

    The folder of a sandbox that this database does not know is left alone: it more likely means the wrong database
    than a thousand failed uploads.
    """
    media = Media.under(runtime.settings.data_dir)
    before = (runtime.wall.now() - GRACE).timestamp()
    removed = await to_thread.run_sync(partial(media.remove_old_incoming, before=before))
    for sandbox_id in await to_thread.run_sync(media.sandbox_ids):
        files = await to_thread.run_sync(partial(media.old_files, sandbox_id, before=before))
        for start in range(0, len(files), _BATCH):
            removed += await _sweep_batch(runtime, sandbox_id, files[start : start + _BATCH])
    if removed:
        log.info("storage.orphans_removed", count=removed)
    return removed


async def _sweep_batch(runtime: Runtime, sandbox_id: UUID, files: list[tuple[UUID, Path]]) -> int:
    try:
        async with runtime.enter_sandbox(sandbox_id) as uow:
            existing = await queries.list_existing(uow, [file_id for file_id, _ in files])
    except NotFound:
        log.warning("storage.unknown_sandbox", sandbox_id=str(sandbox_id), files=len(files))
        return 0
    orphans = [path for file_id, path in files if file_id not in existing]
    await to_thread.run_sync(_remove, orphans)
    return len(orphans)


def _remove(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
