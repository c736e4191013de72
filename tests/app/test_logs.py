"""Log rotation while a writer holds the file open."""

import os
from pathlib import Path

import pytest

from app.embedded import process
from app.supervisor import logs


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LARGEST_BYTES", 10)


class TestRotate:
    def test_leaves_a_small_log_alone(self, tmp_path: Path) -> None:
        (tmp_path / "web.log").write_text("short")
        logs.rotate(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["web.log"]

    def test_keeps_three_older_ones_and_the_writer_goes_on(self, tmp_path: Path) -> None:
        log = tmp_path / "web.log"
        writer = process.open_log(log)
        for number in range(5):
            os.write(writer, f"line number {number}\n".encode())
            logs.rotate(tmp_path)
        os.write(writer, b"last")
        os.close(writer)
        content = {path.name: path.read_text() for path in tmp_path.iterdir()}
        assert content == {
            "web.log": "last",
            "web.log.1": "line number 4\n",
            "web.log.2": "line number 3\n",
            "web.log.3": "line number 2\n",
        }
