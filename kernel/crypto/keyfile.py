"""Private files on disk: read only while closed to others, written whole or not at all.

Owns modes and atomicity. Refuses: what the text means (`keyring`), and where the file lies (`app.installation`).
"""

import os
import secrets
from pathlib import Path

OPEN_TO_OTHERS = 0o077
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class KeyFileTrouble(Exception):  # noqa: N818 -- reads as the sentence it is
    """A key file cannot be used; its kinds say why. Never carries what stands in the file."""


class KeyFileMissing(KeyFileTrouble):
    """There is no key file at this place."""

    def __init__(self, path: Path | None) -> None:
        super().__init__(f"no key file: {path or 'KAIDIAN_KEY_FILE is not set'}")
        self.path = path


class KeyFileOpen(KeyFileTrouble):
    """Other accounts of this machine may read or write the key file."""

    def __init__(self, path: Path, mode: int) -> None:
        super().__init__(f"key file is open to others: {path} ({mode:04o}); close it with chmod 600")
        self.path = path
        self.mode = mode


class KeyFileBroken(KeyFileTrouble):
    """The file is no key file, or of a newer form than this version knows."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"not a key file this version reads: {path} ({reason})")
        self.path = path


def read(path: Path, *, must_be_private: bool = True) -> str:
    """Returns the text of a key file. A copy on a stick cannot always be private; there the caller waives it.

    Raises:
        KeyFileMissing: it is not there.
        KeyFileOpen: its group or everybody may read or write it.
        KeyFileBroken: it is no text.

    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777  # of the file that is read, not of a successor
            if must_be_private and mode & OPEN_TO_OTHERS:
                raise KeyFileOpen(path, mode)
            return file.read().decode()
    except FileNotFoundError:
        raise KeyFileMissing(path) from None
    except UnicodeDecodeError:
        raise KeyFileBroken(path, "no text") from None


def write_new(path: Path, text: str) -> None:
    """Writes a file that was not there, closed to others from its first byte, and on the disk when this returns.

    Raises:
        FileExistsError: it is there; nothing has changed.

    """
    draft = _draft(path, text)
    try:
        os.link(draft, path)  # refuses to replace, which a rename does not
    except PermissionError:  # a stick with FAT has no links
        _copy_exclusively(path, text)
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def replace(path: Path, text: str) -> None:
    """Puts a new text in the place of the old one; at no moment is the file absent or half written."""
    draft = _draft(path, text)
    draft.replace(path)
    _sync_folder(path.parent)


def _draft(path: Path, text: str) -> Path:
    path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _copy_exclusively(draft, text)
    return draft


def _copy_exclusively(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
