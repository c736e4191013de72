"""`kaidian backup`: makes a backup now, lists them, or proves one."""

import os
from collections.abc import Callable
from pathlib import Path

from app import installation as installations
from app import modules
from app.backup import folders, making, restoring, rules
from app.backup.database import Database
from app.backup.errors import BackupFailed
from app.backup.making import AlreadyBackingUp, Place
from app.backup.rules import Trigger
from app.backup.runs import Run
from app.commands import db, environment
from app.commands.terminal import Terminal
from app.typed import typed
from kernel.clock import SystemClock
from kernel.crypto.keyfile import KeyFileTrouble
from kernel.crypto.keyring import Keyring

BACKUP_DIR = "KAIDIAN_BACKUP_DIR"
MEGABYTE = 1024 * 1024


def folder_of(data_dir: Path) -> Path:
    """Returns where the backups of a data folder go: the named folder, else `backups` beside it."""
    given = environment.user_variables().get(BACKUP_DIR)
    return folders.folder_for(data_dir, Path(given) if given else None)


def run(data_dir: Path, *, to: Path | None, trigger: Trigger) -> int:
    """Makes a backup of an installation, running or not; returns the exit code."""
    terminal, folder = Terminal(), (to or folder_of(data_dir)).absolute()
    return told(terminal, lambda: _run(data_dir, folder, trigger, terminal))


def _run(data_dir: Path, folder: Path, trigger: Trigger, terminal: Terminal) -> int:
    try:
        made = _make(data_dir, folder, trigger)
    except AlreadyBackingUp:
        terminal.say("另一次备份正在进行，不用再做。")
        return 0
    except environment.OwnerUrlMissing:
        made = making.refuse(data_dir, folder, trigger, SystemClock(), BackupFailed("app.backup.no_owner"))
    except BackupFailed as failure:
        made = making.refuse(data_dir, folder, trigger, SystemClock(), failure)
    if made.error is not None:
        raise BackupFailed(made.error, **made.params)
    terminal.say(f"备份完成：{folder / str(made.name)}（{_size(made.size_bytes)}，{made.seconds} 秒）")
    terminal.say(f"恢复时还需要密钥文件；还没有另存过的话，请运行：{typed('keys export --to 文件夹')}")
    return 0


def _make(data_dir: Path, folder: Path, trigger: Trigger) -> Run:
    keyring = _load(environment.installation(data_dir).key_file)
    with db.running(data_dir):
        database = Database.at(os.environ[environment.DATABASE_OWNER_URL])
        return making.back_up(Place(data_dir, folder, database, keyring), trigger, SystemClock())


def show(data_dir: Path, *, to: Path | None) -> int:
    """Prints the backups in the folder, newest first; returns the exit code."""
    terminal, folder = Terminal(), to or folder_of(data_dir)
    copies = rules.copies_in((path.name for path in folder.glob("*.backup")), None)
    if not copies:
        terminal.say(f"{folder} 里还没有备份。")
        return 1
    own = installations.id_of(data_dir)
    rows = [
        (
            f"{copy.at.astimezone():%Y-%m-%d %H:%M:%S}",
            _size((folder / copy.name).stat().st_size),
            copy.name if own is None or own in copy.name else f"{copy.name}（别的安装）",
        )
        for copy in copies
    ]
    terminal.table(f"备份（{folder}）", ("时间", "大小", "文件"), rows)
    return 0


def verify(file: Path, *, key_file: Path | None) -> int:
    """Reads a backup to its end and says what it holds; returns the exit code."""
    terminal = Terminal()

    def act() -> int:
        say_contents(terminal, restoring.verify(file, keyring_for(file, key_file)))
        return 0

    return told(terminal, act)


def say_contents(terminal: Terminal, contents: restoring.Contents) -> None:
    """Prints of when a backup is and what is in it."""
    manifest, totals = contents.manifest, contents.totals
    terminal.say(f"备份完好：{manifest.at.astimezone():%Y-%m-%d %H:%M:%S}，数据表版本 {manifest.revision}")
    counts = manifest.counts
    terminal.say(
        f"班级市场 {counts.get('kernel_sandbox', 0)} 个，账号 {counts.get('kernel_account', 0)} 个，"
        f"订单 {counts.get('mall_trade', 0)} 笔，图片文件 {totals.files} 个"
    )


def keyring_for(file: Path, key_file: Path | None) -> Keyring:
    """Returns the keys that open a backup: the named file, else the one its installation has on this machine.

    Raises:
        BackupFailed: there are none.

    """
    given = key_file or _named_by_user()
    if given is None:
        name = file.name.split("-")
        given = installations.default_key_file(name[1] if len(name) > 1 else "")
    return _load(given)


def _named_by_user() -> Path | None:
    given = environment.user_variables().get(environment.KEY_FILE)
    return Path(given) if given else None


def _load(path: Path) -> Keyring:
    try:
        return Keyring.load(path)
    except (KeyFileTrouble, OSError) as error:
        raise BackupFailed("app.backup.no_key", reason=str(error)) from error


def told(terminal: Terminal, act: Callable[[], int]) -> int:
    """Returns the exit code of `act`; prints why it failed if it did."""
    try:
        return act()
    except BackupFailed as failure:
        words = modules.catalogue().render(failure.code, failure.params)
        terminal.failure(words.title, "", words.detail)
        return 1


def _size(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB"
