"""The sweep removes what no row knows, once it is old enough, and nothing else."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.storage.media import Media, Variant
from kernel.storage.sweep import sweep_orphans
from tests.kernel.storage import photos
from tests.kernel.storage.conftest import NOW, Class
from tests.kernel.storage.rows import files_on_disk
from tests.kernel.storage.test_service import keep

YOUNG = NOW - timedelta(minutes=59)
OLD = NOW - timedelta(minutes=61)


def age(folder: Path) -> None:
    for path in folder.rglob("*"):
        os.utime(path, (OLD.timestamp(), OLD.timestamp()))


def leave(runtime: Runtime, sandbox_id: UUID) -> Path:
    """Leaves what an upload leaves that was killed between its files and its row."""
    media = Media.under(runtime.settings.data_dir)
    path = media.path(sandbox_id, "ab" * 32, new_id(), Variant.MAIN)
    media.place(path, b"orphan")
    os.utime(path, (OLD.timestamp(), OLD.timestamp()))
    return path


class TestSweepOrphans:
    async def test_removes_old_files_without_a_row(
        self, runtime: Runtime, media: Path, first_class: Class, second_class: Class
    ) -> None:
        await keep(runtime, first_class.anna, photos.photo())
        known = [name for name in files_on_disk(runtime) if name.endswith(".webp")]
        age(media)
        leave(runtime, first_class.sandbox_id)
        leave(runtime, second_class.sandbox_id)
        assert await sweep_orphans(runtime) == 2
        assert [name for name in files_on_disk(runtime) if name.endswith(".webp")] == known
        assert await sweep_orphans(runtime) == 0

    async def test_spares_files_whose_row_may_still_come(self, runtime: Runtime, first_class: Class) -> None:
        path = leave(runtime, first_class.sandbox_id)
        os.utime(path, (YOUNG.timestamp(), YOUNG.timestamp()))
        assert await sweep_orphans(runtime) == 0
        assert path.exists()

    async def test_removes_what_was_half_received(self, runtime: Runtime) -> None:
        media = Media.under(runtime.settings.data_dir)
        old, young = media.new_incoming(), media.new_incoming()
        for path, written in ((old, OLD), (young, YOUNG)):
            path.write_bytes(b"half")
            os.utime(path, (written.timestamp(), written.timestamp()))
        assert await sweep_orphans(runtime) == 1
        assert (old.exists(), young.exists()) == (False, True)

    async def test_leaves_sandboxes_alone_that_the_database_does_not_know(self, runtime: Runtime) -> None:
        path = leave(runtime, new_id())
        assert await sweep_orphans(runtime) == 0
        assert path.exists()

    async def test_sweeps_many_batches(self, runtime: Runtime, first_class: Class) -> None:
        for _ in range(501):
            leave(runtime, first_class.sandbox_id)
        assert await sweep_orphans(runtime) == 501

    async def test_has_nothing_to_do_before_the_first_upload(self, runtime: Runtime) -> None:
        assert await sweep_orphans(runtime) == 0
