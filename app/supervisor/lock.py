"""One running installation per data folder.

The lock is an flock, which the kernel gives up with the process that holds it, however that ends; the file's text only
tells the next comer who it is.
"""

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from app import interruption

NAME = "kaidian.lock"


@dataclass(frozen=True)
class Instance:
    """A running installation; `url` is empty until it serves."""

    pid: int
    url: str


class AlreadyRunning(Exception):  # noqa: N818 -- reads as the sentence it is
    """Another supervisor holds the data folder; `instance` is None if it has not said who it is."""

    def __init__(self, instance: Instance | None) -> None:
        super().__init__(f"already running: {instance}")
        self.instance = instance


class InstanceLock:
    """Holds the data folder while entered.

    Raises:
        AlreadyRunning: on entering, when another process holds it.

    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / NAME
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise AlreadyRunning(_read(self._path)) from None
        if os.pread(self._descriptor, 1, 0):
            interruption.mark(self._path.parent)
        self.announce("")
        return self

    def announce(self, url: str) -> None:
        """Writes who runs here and where it is reached."""
        text = json.dumps(asdict(Instance(os.getpid(), url))).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text, 0)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def running_instance(data_dir: Path) -> Instance | None:
    """Returns who holds the data folder now, or None."""
    try:
        descriptor = os.open(data_dir / NAME, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(data_dir / NAME) or Instance(0, "")
    else:
        return None
    finally:
        os.close(descriptor)


def _read(path: Path) -> Instance | None:
    try:
        content = json.loads(path.read_text())
        return Instance(int(content["pid"]), str(content["url"]))
    except (OSError, ValueError, KeyError):
        return None
