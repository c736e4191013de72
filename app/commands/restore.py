"""`kaidian restore`: fills an empty data folder from a backup; replaces a filled one only when told, and keeps it."""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import installation as installations
from app.backup import restoring
from app.backup.database import Database
from app.backup.errors import BackupFailed
from app.commands import backup, db, environment
from app.commands.terminal import Terminal
from app.embedded import places
from app.supervisor import lock
from app.typed import typed
from kernel import settings
from kernel.crypto import keyfile
from kernel.crypto.keyring import Keyring
from kernel.database import migrate

STEPS = 4
_NOT_DATA = frozenset({lock.NAME, "log", "run", "config"})
"""What a failed start may have left in an otherwise empty folder."""


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    file: Path
    data_dir: Path
    key_file: Path | None
    replace: bool


def run(options: Options) -> int:
    """Verifies, then restores; returns the exit code."""
    terminal = Terminal(STEPS)
    return backup.told(terminal, lambda: _run(options, terminal))


def _run(options: Options, terminal: Terminal) -> int:
    with terminal.step("检查备份"):
        keyring = backup.keyring_for(options.file, options.key_file)
        contents = restoring.verify(options.file, keyring)
    with terminal.step("准备数据文件夹"):
        aside = _make_room(options, terminal)
    with _undone_on_failure(options.data_dir, aside):
        installations.adopt(options.data_dir, keyring.installation_id)
        _keep_key(keyring)
        with db.running(options.data_dir):
            _restore(options, keyring, contents, terminal)
    backup.say_contents(terminal, contents)
    terminal.say(f"已恢复到 {options.data_dir}；各班的时间都停在备份那一刻，由老师点“开始”继续。")
    if aside is not None:
        terminal.say(f"原来的数据在 {aside}，确认无误后可以删除。")
    terminal.say(f"启动：{typed(f'up --data-dir {options.data_dir}')}")
    return 0


def _restore(options: Options, keyring: Keyring, contents: restoring.Contents, terminal: Terminal) -> None:
    owner_url = os.environ[environment.DATABASE_OWNER_URL]
    database = Database.at(owner_url)
    if not database.is_empty():
        raise BackupFailed("app.backup.database_not_empty")
    with terminal.step("恢复数据库与文件"):
        restoring.fill(options.file, keyring, database, options.data_dir)
    with terminal.step("升级数据表"):
        migrate.upgrade(owner_url, app_role=migrate.app_role_of(settings.load().database_url))
        asyncio.run(restoring.stand_still(owner_url, contents.manifest.at))


def _make_room(options: Options, terminal: Terminal) -> Path | None:
    """Leaves an empty data folder; returns where a filled one was moved to.

    Raises:
        BackupFailed: it is in use, or filled and not to be replaced.

    """
    folder = options.data_dir
    if lock.running_instance(folder) is not None:
        raise BackupFailed("app.backup.running", folder=str(folder))
    if not folder.exists() or not {path.name for path in folder.iterdir()} - _NOT_DATA:
        return None
    if not options.replace:
        raise BackupFailed("app.backup.not_empty", folder=str(folder))
    aside = folder.with_name(f"{folder.name}-{time.strftime('%Y%m%d-%H%M%S')}")
    postgres = places.choose(folder).postgres
    folder.rename(aside)
    if postgres.exists():  # under root it may lie elsewhere
        postgres.rename(aside / "postgres")
    terminal.note(f"原来的数据已移到 {aside}。")
    return aside


@contextmanager
def _undone_on_failure(data_dir: Path, aside: Path | None) -> Iterator[None]:
    """Leaves no half-restored folder behind: a failed restore can simply be tried again."""
    try:
        yield
    except BaseException:
        postgres = places.choose(data_dir).postgres
        for folder in (postgres, data_dir):
            shutil.rmtree(folder, ignore_errors=True)
        if aside is not None:
            aside.rename(data_dir)
        raise


def _keep_key(keyring: Keyring) -> None:
    """Puts the key where `kaidian up` looks for it, unless one is there or the user names his own place."""
    place = installations.default_key_file(keyring.installation_id)
    if environment.user_variables().get(environment.KEY_FILE) or place.exists():
        return
    keyfile.write_new(place, keyring.as_text())
