"""Where kept files lie on disk: `<data_dir>/media/<sandbox>/<two hex digits>/<file>.webp` and `.thumb.webp`.

Owns names, atomic placing and removal. Knows no database. Everything here blocks: call it in a worker thread. Folders
and files are readable by the account of the processes only.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from kernel.ids import new_id

_INCOMING = "incoming"
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


class Variant(StrEnum):
    """The derived files of one picture, by the ending of their names."""

    MAIN = ".webp"
    THUMB = ".thumb.webp"


@dataclass(frozen=True, slots=True)
class Media:
    """The folder of all kept files. What is half written lies in a folder of its own until it is renamed."""

    root: Path

    @classmethod
    def under(cls, data_dir: Path) -> "Media":
        return cls(data_dir / "media")

    def path(self, sandbox_id: UUID, sha256: str, file_id: UUID, variant: Variant) -> Path:
        """Returns where a derived file lies. Every part is an id or a hash of ours, never a name someone sent."""
        return self.root / str(sandbox_id) / sha256[:2] / f"{file_id}{variant.value}"

    def new_incoming(self) -> Path:
        """Returns a fresh name for a file that is being written; its folder exists."""
        folder = self.root / _INCOMING
        self._make_private(folder)
        return folder / new_id().hex

    def place(self, path: Path, content: bytes) -> None:
        """Writes a file so that it is there whole and durable, or not at all."""
        self._make_private(path.parent)
        incoming = self.new_incoming()
        try:
            with os.fdopen(os.open(incoming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE), "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            incoming.replace(path)
        finally:
            incoming.unlink(missing_ok=True)
        _sync_folder(path.parent)

    def _make_private(self, folder: Path) -> None:
        """Makes a folder below the root and all between them; `mkdir(parents=True)` would open the ones between."""
        self.root.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        level = self.root
        for name in folder.relative_to(self.root).parts:
            level /= name
            level.mkdir(mode=_FOLDER_MODE, exist_ok=True)

    def remove(self, sandbox_id: UUID, sha256: str, file_id: UUID) -> None:
        """Removes the derived files of one picture, as many as there are."""
        for variant in Variant:
            self.path(sandbox_id, sha256, file_id, variant).unlink(missing_ok=True)

    def sandbox_ids(self) -> list[UUID]:
        """Returns the sandboxes that have a folder here."""
        if not self.root.is_dir():
            return []
        return sorted(UUID(entry.name) for entry in self.root.iterdir() if entry.name != _INCOMING)

    def old_files(self, sandbox_id: UUID, *, before: float) -> list[tuple[UUID, Path]]:
        """Returns the derived files of a sandbox last written before a moment (seconds since 1970), with their ids."""
        folder = self.root / str(sandbox_id)
        return [(UUID(path.name.partition(".")[0]), path) for path in _older(folder.glob("*/*.webp"), before)]

    def remove_old_incoming(self, *, before: float) -> int:
        """Removes what a killed process left half written, and returns how many files that were."""
        old = list(_older((self.root / _INCOMING).glob("*"), before))
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _older(paths: Iterator[Path], before: float) -> Iterator[Path]:
    for path in paths:
        try:
            written = path.stat().st_mtime
        except FileNotFoundError:  # its upload has ended meanwhile
            continue
        if written < before:
            yield path


def _sync_folder(folder: Path) -> None:
    """Makes a rename in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
