"""Why a backup or a restore did not succeed. The words stand in `locales/`, by code."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CODES = {
    errno.ENOSPC: "app.backup.disk_full",
    errno.EDQUOT: "app.backup.disk_full",
    errno.EIO: "app.backup.disk_gone",
    errno.ENODEV: "app.backup.disk_gone",
    errno.ENXIO: "app.backup.disk_gone",
    errno.ENOENT: "app.backup.disk_gone",
    errno.ENOTCONN: "app.backup.disk_gone",
    errno.ESTALE: "app.backup.disk_gone",
    errno.EROFS: "app.backup.not_writable",
    errno.EACCES: "app.backup.not_writable",
    errno.EPERM: "app.backup.not_writable",
    errno.ENOTDIR: "app.backup.not_writable",
}


class BackupFailed(Exception):  # noqa: N818 -- reads as the sentence it is
    """An expected failure; `params` fill the words of `code`. Never carries a secret or an address with a password."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@contextmanager
def explaining(folder: Path) -> Iterator[None]:
    """Turns what the system says about a folder into a failure a person understands.

    Raises:
        BackupFailed: the disk is full, gone, or closed to us.

    """
    try:
        yield
    except OSError as error:
        code = _CODES.get(error.errno or 0)
        if code is None:
            raise BackupFailed("app.backup.disk_trouble", folder=str(folder), reason=str(error.strerror)) from error
        raise BackupFailed(code, folder=str(folder)) from error
