"""Commands are printed as the reader can type them."""

import sys
from pathlib import Path

import pytest

from app.typed import typed


class TestTyped:
    @pytest.fixture(autouse=True)
    def _installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        programs = tmp_path / ".venv" / "bin"
        programs.mkdir(parents=True)
        (programs / "kaidian").touch(mode=0o755)
        monkeypatch.setattr(sys, "executable", str(programs / "python"))
        monkeypatch.setenv("PATH", str(tmp_path / "elsewhere"))
        monkeypatch.chdir(tmp_path)

    def test_names_the_folder_as_seen_from_here(self) -> None:
        assert typed("backup") == ".venv/bin/kaidian backup"

    def test_names_the_whole_folder_from_elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert typed("up") == f"{tmp_path}/.venv/bin/kaidian up"

    def test_is_short_where_the_shell_finds_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path / ".venv" / "bin"))
        assert typed("doctor") == "kaidian doctor"
