"""Makes one backup: lock, room, dump, files, then the finished file under its name, and the old ones thinned.

The dump comes first and the files after it: a picture's file is placed before its row and none is removed while its row
stands, so every row of the dump finds its file. The other order could miss one. Files without a row are swept later.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from app.backup import archive, rules, runs
from app.backup.database import Database, Moment
from app.backup.errors import BackupFailed, explaining
from app.backup.manifest import Manifest, Totals
from app.backup.rules import Trigger
from app.backup.runs import Run
from kernel.clock import WallClock
from kernel.crypto.keyring import Keyring

FILES = ("media",)
"""Folders of the data that only exist as files."""
_INCOMING = "incoming"
SPARE_BYTES = 32 * 1024 * 1024
_LOCK = "backup.lock"
_PART = ".part"


class AlreadyBackingUp(Exception):  # noqa: N818 -- reads as the sentence it is
    """Another backup of this installation is under way."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is backed up, and into which folder."""

    data_dir: Path
    folder: Path
    database: Database
    keyring: Keyring


def back_up(place: Place, trigger: Trigger, wall: WallClock) -> Run:
    """Makes a backup and returns its run, which is recorded whether it succeeded or not.

    Raises:
        AlreadyBackingUp: nothing was done or recorded.

    """
    with _alone(place.data_dir):
        began_at, began = wall.now(), monotonic()
        made: tuple[str, int] | None = None
        failure: BackupFailed | None = None
        try:
            with explaining(place.folder):
                made = _make(place, wall)
        except BackupFailed as error:
            failure = error
        run = Run(
            began_at=began_at,
            trigger=trigger.value,
            seconds=round(monotonic() - began, 1),
            folder=str(place.folder),
            name=made[0] if made else None,
            size_bytes=made[1] if made else 0,
            error=failure.code if failure else None,
            params=dict(failure.params) if failure else {},
        )
        runs.add(place.data_dir, run)
        return run


def refuse(data_dir: Path, folder: Path, trigger: Trigger, wall: WallClock, failure: BackupFailed) -> Run:
    """Records a backup that could not even begin and returns its run, so that the lecturer is told and it is not retried at once."""
    data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    run = Run(wall.now(), trigger.value, 0.0, str(folder), None, 0, failure.code, dict(failure.params))
    with _alone(data_dir):
        runs.add(data_dir, run)
    return run


def _make(place: Place, wall: WallClock) -> tuple[str, int]:
    place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left_over in place.folder.glob(f"kaidian-{place.keyring.installation_id}-*{_PART}"):
        left_over.unlink(missing_ok=True)
    with place.database.moment() as moment:
        _refuse_without_room(place, moment)
        name = rules.name_of(place.keyring.installation_id, moment.at)
        part = place.folder / (name + _PART)
        try:
            _write(place, moment, part)
            part.replace(place.folder / name)
        finally:
            part.unlink(missing_ok=True)
    _sync(place.folder)
    thin(place.folder, place.keyring.installation_id, wall)
    return name, (place.folder / name).stat().st_size


def _write(place: Place, moment: Moment, part: Path) -> None:
    def fill(writer: archive.Writer) -> Totals:
        writer.manifest(
            Manifest(place.keyring.installation_id, moment.at, moment.revision, moment.server, moment.counts)
        )
        with place.database.dump(moment) as dump:
            writer.database(dump)
        for name, path in _files(place.data_dir):
            writer.file(name, path)
        return writer.finish()

    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        archive.write(place.keyring.backup_identity, target, fill)
        target.flush()
        os.fsync(target.fileno())


def _files(data_dir: Path) -> Iterator[tuple[str, Path]]:
    """Yields what is on disk, half-received uploads left out, by its name below the data folder."""
    for folder in FILES:
        for parent, folders, names in os.walk(data_dir / folder):
            folders[:] = sorted(name for name in folders if name != _INCOMING)
            for name in sorted(names):
                path = Path(parent) / name
                yield path.relative_to(data_dir).as_posix(), path


def _refuse_without_room(place: Place, moment: Moment) -> None:
    """Passes when the folder has room for the worst: a database that hardly shrinks, and all files."""
    files = sum(path.stat().st_size for _, path in _files(place.data_dir) if path.exists())
    needed = moment.size_bytes // 2 + files + SPARE_BYTES
    free = shutil.disk_usage(place.folder).free
    if free < needed:
        raise BackupFailed(
            "app.backup.no_room", folder=str(place.folder), free_mb=free // 1024**2, needed_mb=needed // 1024**2
        )


def thin(folder: Path, installation_id: str, wall: WallClock) -> list[str]:
    """Removes the backups of this installation that have served their time and returns their names."""
    copies = rules.copies_in((path.name for path in folder.iterdir()), installation_id)
    gone = [copy.name for copy in rules.to_remove(copies, wall.now())]
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return gone


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Holds the lock of backups, which ends with the process that holds it."""
    with (data_dir / _LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyBackingUp from None
        yield


def _sync(folder: Path) -> None:
    """Makes the rename durable where the file system can; FAT on a stick syncs with the file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:  # not supported there
        return
    finally:
        os.close(descriptor)
