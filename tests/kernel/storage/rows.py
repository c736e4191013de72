"""Looks at what is really kept: rows as the application role sees them inside one sandbox, and files on disk."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.runtime import Runtime


async def rows_of(runtime: Runtime, sandbox_id: UUID) -> list[Any]:
    async with runtime.enter_sandbox(sandbox_id) as uow:
        return list(await uow.execute(text("SELECT * FROM kernel_stored_file ORDER BY id")))


async def usage_of(runtime: Runtime, sandbox_id: UUID) -> list[tuple[UUID, int, int]]:
    async with runtime.enter_sandbox(sandbox_id) as uow:
        rows = await uow.execute(text("SELECT seat_id, files, size_bytes FROM kernel_storage_usage ORDER BY seat_id"))
        return [(row.seat_id, row.files, row.size_bytes) for row in rows]


def sizes_on_disk(runtime: Runtime) -> list[int]:
    """Returns the sizes of the derived files."""
    return [path.stat().st_size for path in (runtime.settings.data_dir / "media").rglob("*.webp")]


def open_to_others(runtime: Runtime) -> list[str]:
    """Returns the files and folders below `media`, and itself, that another account of the machine could enter."""
    root = runtime.settings.data_dir / "media"
    return [str(path) for path in (root, *root.rglob("*")) if path.stat().st_mode & 0o077]


def lose_thumbs(runtime: Runtime) -> None:
    """Removes every thumbnail behind the application's back."""
    for path in (runtime.settings.data_dir / "media").rglob("*.thumb.webp"):
        path.unlink()


def files_on_disk(runtime: Runtime) -> list[str]:
    """Returns every file below `media`, half-written ones included, as relative names."""
    root = runtime.settings.data_dir / "media"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
