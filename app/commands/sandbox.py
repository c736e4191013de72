"""`kaidian sandbox`: one class's snapshots from the terminal, for when its lecturer cannot reach the page."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app import modules
from app.commands import db
from app.commands.terminal import Terminal
from kernel import settings
from kernel.errors import Conflict, DomainError, NotFound
from kernel.runtime import Runtime
from kernel.sandbox.snapshots import queries, service
from kernel.sandbox.snapshots.schemas import SnapshotView
from kernel.unit_of_work import UnitOfWork

_CLASSES = text("SELECT id, name FROM kernel_sandbox ORDER BY id")


def make(data_dir: Path, name: str, sandbox_id: UUID | None) -> int:
    """Keeps a class's market as it is now; returns the exit code."""

    async def act(uow: UnitOfWork) -> list[SnapshotView]:
        return [await service.make(uow, name)]

    return _run(data_dir, sandbox_id, "已存档", act)


def roll_back(data_dir: Path, snapshot_id: UUID, sandbox_id: UUID | None) -> int:
    """Puts a class's market back to a snapshot; returns the exit code."""

    async def act(uow: UnitOfWork) -> list[SnapshotView]:
        done = await service.roll_back(uow, snapshot_id)
        return [done.snapshot, done.kept_as]

    return _run(data_dir, sandbox_id, "已回到第一份；原来的样子存为第二份", act)


def show(data_dir: Path, sandbox_id: UUID | None) -> int:
    """Prints a class's snapshots; returns the exit code."""
    return _run(data_dir, sandbox_id, "存档，新的在前", queries.list_snapshots)


def _run(
    data_dir: Path, sandbox_id: UUID | None, title: str, act: Callable[[UnitOfWork], Awaitable[list[SnapshotView]]]
) -> int:
    terminal = Terminal()
    try:
        with db.running(data_dir):
            rows = asyncio.run(_in_class(sandbox_id, act))
    except DomainError as failure:
        words = modules.catalogue().render(failure.code, failure.params)
        terminal.failure(words.title, "", words.detail)
        return 1
    lines = [
        (str(row.id), row.name, f"{row.sim_at:%m-%d %H:%M}", f"{row.at.astimezone():%Y-%m-%d %H:%M:%S}") for row in rows
    ]
    terminal.table(title, ("编号", "名称", "模拟时间", "现实时间"), lines)
    return 0


async def _in_class(
    sandbox_id: UUID | None, act: Callable[[UnitOfWork], Awaitable[list[SnapshotView]]]
) -> list[SnapshotView]:
    runtime = Runtime.open(settings.load(), application_name="kaidian-sandbox")
    try:
        async with runtime.enter_sandbox(sandbox_id or await _only_class(runtime)) as uow:
            return await act(uow)
    finally:
        await runtime.close()


async def _only_class(runtime: Runtime) -> UUID:
    async with runtime.enter_system() as uow:
        ids: list[UUID] = [row.id for row in await uow.execute(_CLASSES)]
    if not ids:
        raise NotFound("kernel.sandbox.not_found")
    if len(ids) > 1:
        raise Conflict("app.sandbox.several", ids="、".join(str(one) for one in ids))
    return ids[0]
