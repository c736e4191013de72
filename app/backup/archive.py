"""The form of a backup: a tar stream, encrypted with age to the installation's recipient.

In this order: `manifest.json`, `database/000000` … (the dump, cut into pieces because a stream has no known length),
`files/…`, `totals.json`. A reader can thus restore while reading, and a stream that was cut short has no totals. Nothing is
ever whole in memory, neither side needs a second file. age authenticates every 64 KiB.

Source: age-encryption.org/v1; POSIX ustar/pax by `tarfile`.
"""

import contextlib
import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import pyrage

from app.backup.errors import BackupFailed
from app.backup.manifest import Manifest, Totals

PIECE_BYTES = 4 * 1024 * 1024
_PIPE_BUFFER = 256 * 1024
_MANIFEST, _DATABASE, _FILES, _TOTALS = "manifest.json", "database/", "files/", "totals.json"


class Writer:
    """Writes the parts of a backup in their order."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._tar = tarfile.open(mode="w|", fileobj=stream, format=tarfile.PAX_FORMAT, bufsize=_PIPE_BUFFER)  # noqa: SIM115  closed by `finish` or `abandon`
        self._database, self._files = sha256(), sha256()
        self._sizes = {"database": 0, "files": 0, "pieces": 0, "number": 0}

    def manifest(self, manifest: Manifest) -> None:
        """Writes the head."""
        self._add(_MANIFEST, manifest.as_json())

    def database(self, dump: IO[bytes]) -> None:
        """Writes the dump as it comes."""
        while piece := dump.read(PIECE_BYTES):
            self._add(f"{_DATABASE}{self._sizes['pieces']:06d}", piece)
            self._database.update(piece)
            self._sizes["pieces"] += 1
            self._sizes["database"] += len(piece)

    def file(self, name: str, path: Path) -> None:
        """Writes one file; one that has gone meanwhile was an orphan and is left out."""
        try:
            content = path.read_bytes()  # pictures, bounded by the limit of an upload
        except FileNotFoundError:
            return
        self._add(_FILES + name, content)
        self._files.update(name.encode() + sha256(content).digest())
        self._sizes["files"] += len(content)
        self._sizes["number"] += 1

    def finish(self) -> Totals:
        """Writes the tail."""
        totals = Totals(
            database_bytes=self._sizes["database"],
            database_sha256=self._database.hexdigest(),
            files=self._sizes["number"],
            files_bytes=self._sizes["files"],
            files_sha256=self._files.hexdigest(),
        )
        self._add(_TOTALS, totals.as_json())
        self._tar.close()
        return totals

    def abandon(self) -> None:
        """Lets go of a stream that will not be finished; its reader is told by the missing tail."""
        with contextlib.suppress(OSError, ValueError):
            self._tar.close()

    def _add(self, name: str, content: bytes) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self._tar.addfile(entry, io.BytesIO(content))


@dataclass(slots=True)
class Sink:
    """What a reader does with the parts of a backup; by default nothing, which verifies it."""

    manifest: Callable[[Manifest], None] = lambda _manifest: None
    database: Callable[[bytes], object] = lambda _piece: None
    database_end: Callable[[], None] = lambda: None
    file: Callable[[str, bytes], None] = lambda _name, _content: None


@dataclass(slots=True)
class _Reading:
    sink: Sink
    manifest: Manifest | None = None
    totals: Totals | None = None
    in_database: bool = True
    database: Any = field(default_factory=sha256)
    files: Any = field(default_factory=sha256)
    sizes: list[int] = field(default_factory=lambda: [0, 0, 0])

    def take(self, name: str, content: bytes) -> None:
        if self.manifest is None:
            if name != _MANIFEST:
                raise BackupFailed("app.backup.damaged")
            self.manifest = Manifest.parse(content)
            self.sink.manifest(self.manifest)
        elif name.startswith(_DATABASE):
            self.database.update(content)
            self.sizes[0] += len(content)
            self.sink.database(content)
        else:
            self._after_database(name, content)

    def _after_database(self, name: str, content: bytes) -> None:
        if self.in_database:
            self.in_database = False
            self.sink.database_end()
        if name == _TOTALS:
            self.totals = Totals.parse(content)
            return
        bare = _safe(name)
        self.files.update(bare.encode() + sha256(content).digest())
        self.sizes[1] += 1
        self.sizes[2] += len(content)
        self.sink.file(bare, content)

    def end(self) -> tuple[Manifest, Totals]:
        read = (self.sizes[0], self.database.hexdigest(), *self.sizes[1:], self.files.hexdigest())
        if self.manifest is None or self.totals is None or Totals(*read) != self.totals:
            raise BackupFailed("app.backup.damaged")
        return self.manifest, self.totals


def _safe(name: str) -> str:
    bare = name.removeprefix(_FILES)
    parts = bare.split("/")
    if bare == name or not all(parts) or {".", ".."} & set(parts) or "\\" in bare:
        raise BackupFailed("app.backup.damaged")
    return bare


def write(identity: str, target: IO[bytes], fill: Callable[[Writer], Totals]) -> Totals:
    """Encrypts what `fill` writes into `target`, for the holder of `identity` alone.

    Raises:
        BackupFailed, OSError: what `fill` or `target` raised; `target` then holds rubbish.

    """
    recipient = pyrage.x25519.Identity.from_str(identity).to_public()
    outcome: list[Totals | BaseException] = []

    def produce(stream: IO[bytes]) -> None:
        try:
            with stream:
                writer = Writer(stream)
                try:
                    outcome.append(fill(writer))
                finally:
                    writer.abandon()
        except BaseException as error:  # noqa: BLE001  carried over to the thread that waits
            outcome.append(error)

    with _pipe(produce) as source:
        written: list[BaseException] = []
        guarded = _Guarded(target, written)
        try:
            pyrage.encrypt_io(source, guarded, [recipient])
        except Exception as error:
            raise (written[0] if written else error) from error
    [result] = outcome
    if isinstance(result, BaseException):
        raise result
    return result


def read(identity: str, source: IO[bytes], sink: Sink) -> tuple[Manifest, Totals]:
    """Decrypts a backup and hands its parts to `sink`; returns head and tail once all of it is proved.

    Raises:
        BackupFailed: it is of another key, damaged, cut short or newer; `sink` may have had a part of it.

    """
    key = pyrage.x25519.Identity.from_str(identity)
    trouble: list[Exception] = []

    def produce(stream: IO[bytes]) -> None:
        with stream:
            try:
                pyrage.decrypt_io(source, stream, [key])
            except Exception as error:  # noqa: BLE001  told by its kind once the stream is read out
                trouble.append(error)

    reading = _Reading(sink)
    with _pipe(produce) as plain:
        try:
            with tarfile.open(mode="r|", fileobj=plain, bufsize=_PIPE_BUFFER) as tar:
                for entry in _entries(tar):
                    part = tar.extractfile(entry)
                    reading.take(entry.name, part.read() if part is not None else b"")
        except tarfile.TarError as error:
            raise _why(trouble, plain) from error
    if trouble:
        raise _why(trouble, plain)
    return reading.end()


def _entries(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for entry in tar:
        yield entry
        tar.members = []  # type: ignore[attr-defined]  # a stream is read once: what was read need not be remembered


def _why(trouble: list[Exception], plain: IO[bytes]) -> BackupFailed:
    while plain.read(_PIPE_BUFFER):  # lets the other thread come to its end, and to its word
        pass
    of_another_key = trouble and "No matching keys" in str(trouble[0])
    return BackupFailed("app.backup.other_key" if of_another_key else "app.backup.damaged")


class _Guarded:
    """A stream whose failure keeps its own kind; the library would make a text of it."""

    def __init__(self, stream: IO[bytes], failures: list[BaseException]) -> None:
        self._stream = stream
        self._failures = failures

    def write(self, content: bytes) -> int:
        try:
            return self._stream.write(content)
        except OSError as error:
            self._failures.append(error)
            raise

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def _pipe(produce: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Yields what another thread produces; when the reader leaves early, the producer's next write fails and it ends."""
    read_end, write_end = os.pipe()
    thread = threading.Thread(target=produce, args=(os.fdopen(write_end, "wb", buffering=_PIPE_BUFFER),), daemon=True)
    with os.fdopen(read_end, "rb", buffering=_PIPE_BUFFER) as source:
        thread.start()
        yield source
        source.close()
        thread.join()
