"""The form of a backup: what goes in comes out, and nothing that was touched is taken for whole."""

import io
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pyrage
import pytest

from app.backup import archive
from app.backup.archive import Sink, Writer
from app.backup.errors import BackupFailed
from app.backup.manifest import Manifest, Totals

IDENTITY = str(pyrage.x25519.Identity.generate())
MANIFEST = Manifest("0" * 16, datetime(2026, 11, 23, tzinfo=UTC), "20261124_6", "18.0", {"mall_trade": 3})
DUMP = bytes(range(256)) * 40_000  # more than two pieces
PICTURES = {"media/a/01/x.webp": b"picture", "media/a/02/y.thumb.webp": b""}


def write(folder: Path, fill: Callable[[Writer], Totals] | None = None) -> bytes:
    def usual(writer: Writer) -> Totals:
        writer.manifest(MANIFEST)
        writer.database(io.BytesIO(DUMP))
        for name, content in PICTURES.items():
            path = folder / "file"
            path.write_bytes(content)
            writer.file(name, path)
        writer.file("media/gone.webp", folder / "gone")
        return writer.finish()

    with tempfile.TemporaryFile() as target:
        archive.write(IDENTITY, target, fill or usual)
        target.seek(0)
        return target.read()


class TestReading:
    def test_gives_back_what_was_written_in_its_order(self, tmp_path: Path) -> None:
        told: list[str] = []
        dump = bytearray()
        pictures: dict[str, bytes] = {}
        sink = Sink(
            manifest=lambda manifest: told.append(f"manifest {manifest.revision}"),
            database=dump.extend,
            database_end=lambda: told.append("database"),
            file=lambda name, content: pictures.update({name: content}),
        )
        manifest, totals = archive.read(IDENTITY, io.BytesIO(write(tmp_path)), sink)
        assert (manifest, told) == (MANIFEST, ["manifest 20261124_6", "database"])
        assert (bytes(dump), pictures) == (DUMP, PICTURES)
        assert (totals.database_bytes, totals.files, totals.files_bytes) == (len(DUMP), 2, 7)

    def test_needs_the_key(self, tmp_path: Path) -> None:
        with pytest.raises(BackupFailed) as failure:
            archive.read(str(pyrage.x25519.Identity.generate()), io.BytesIO(write(tmp_path)), Sink())
        assert failure.value.code == "app.backup.other_key"
        assert b"20261124_6" not in write(tmp_path)

    @pytest.mark.parametrize("cut", [0, 10, 300, 70_000, -1])
    def test_finds_what_was_cut_short(self, tmp_path: Path, cut: int) -> None:
        with pytest.raises(BackupFailed) as failure:
            archive.read(IDENTITY, io.BytesIO(write(tmp_path)[:cut]), Sink())
        assert failure.value.code == "app.backup.damaged"

    @pytest.mark.parametrize("place", [250, 5_000, 2_000_000, -100])
    def test_finds_a_changed_byte(self, tmp_path: Path, place: int) -> None:
        content = bytearray(write(tmp_path))
        content[place] ^= 1
        with pytest.raises(BackupFailed) as failure:
            archive.read(IDENTITY, io.BytesIO(bytes(content)), Sink())
        assert failure.value.code == "app.backup.damaged"

    def test_takes_no_stream_without_its_tail(self, tmp_path: Path) -> None:
        def unfinished(writer: Writer) -> Totals:
            writer.manifest(MANIFEST)
            writer.database(io.BytesIO(DUMP))
            writer.abandon()
            return Totals(0, "", 0, 0, "")

        with pytest.raises(BackupFailed) as failure:
            archive.read(IDENTITY, io.BytesIO(write(tmp_path, unfinished)), Sink())
        assert failure.value.code == "app.backup.damaged"

    @pytest.mark.parametrize("name", ["../x", "media/../../x", "/etc/x", "a//b", "media/./x"])
    def test_takes_no_file_that_leaves_the_folder(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "file").write_bytes(b"x")

        def hostile(writer: Writer) -> Totals:
            writer.manifest(MANIFEST)
            writer.file(name, tmp_path / "file")
            return writer.finish()

        placed: list[str] = []
        with pytest.raises(BackupFailed):
            archive.read(
                IDENTITY,
                io.BytesIO(write(tmp_path, hostile)),
                Sink(file=lambda path, _content: placed.append(path)),
            )
        assert placed == []


class TestWriting:
    def test_to_a_full_disk_says_so(self) -> None:
        def fill(writer: Writer) -> Totals:
            writer.manifest(MANIFEST)
            writer.database(io.BytesIO(DUMP))
            return writer.finish()

        with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space left"):
            archive.write(IDENTITY, full, fill)

    def test_carries_over_why_the_source_failed(self, tmp_path: Path) -> None:
        class Broken(io.RawIOBase):
            def read(self, _size: int = -1) -> bytes:
                raise BackupFailed("app.backup.database_refuses", reason="gone")

        def fill(writer: Writer) -> Totals:
            writer.manifest(MANIFEST)
            broken: IO[bytes] = Broken()  # type: ignore[assignment]
            writer.database(broken)
            return writer.finish()

        with pytest.raises(BackupFailed) as failure:
            write(tmp_path, fill)
        assert failure.value.params == {"reason": "gone"}
