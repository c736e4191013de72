"""What the doctor says of bad machines; on the one the tests run on it finds nothing bad."""

import platform
import shutil
import time
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.commands import doctor
from app.doctor import installation, machine, programs, room
from app.doctor.findings import Level
from app.embedded import programs as embedded_programs
from app.embedded.programs import ProgramMissing
from app.tls import keeping
from app.tls.files import Files

Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 -- the shape shutil returns


class TestRun:
    def test_finds_nothing_bad_here_and_prints_every_topic(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert doctor.run(tmp_path) == 0
        printed = capsys.readouterr().out
        for topic in (
            "Python",
            "磁盘",
            "内存",
            "共享内存",
            "端口",
            "PostgreSQL",
            "Redis",
            "Node.js",
            "Chromium",
            "套接字",
            "局域网地址",
            "教学证书",
        ):
            assert topic in printed

    def test_one_bad_finding_makes_the_exit_code_1(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**9, 10**9, 10**6))
        assert doctor.run(tmp_path) == 1
        assert "有问题" in capsys.readouterr().out


class TestFindings:
    def test_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        levels = []
        for free in (10**8, 2 * 10**9, 10**10):
            monkeypatch.setattr(shutil, "disk_usage", lambda _folder, free=free: Usage(0, 0, free))
            levels.append(machine.disk(tmp_path / "not" / "yet").level)
        assert levels == [Level.BAD, Level.WARN, Level.OK]

    def test_another_system_is_bad(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(platform, "system", lambda: "Windows")
        finding = machine.system()
        assert finding.level is Level.BAD
        assert "WSL2" in finding.cure

    def test_a_clock_behind_existing_files_is_bad(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert machine.clock().level is Level.OK
        monkeypatch.setattr(time, "time", lambda: 0.0)
        assert machine.clock().level is Level.BAD

    def test_a_missing_redis_is_bad(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing() -> Path:
            raise ProgramMissing("redis-server")

        monkeypatch.setattr(embedded_programs, "redis_server", missing)
        assert programs.redis().level is Level.BAD

    def test_a_missing_browser_is_worth_a_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda _name: None)
        finding = programs.chromium()
        assert finding.level is Level.WARN
        assert "apt install chromium" in finding.cure

    def test_a_long_path_is_worth_a_warning(self, tmp_path: Path) -> None:
        assert installation.sockets(Path("/opt/kaidian/var")).level is Level.OK
        assert installation.sockets(tmp_path / ("x" * 100)).level is Level.WARN


class TestCertificate:
    now = datetime(2026, 11, 2, 8, tzinfo=UTC)

    def test_that_was_never_made_is_no_trouble(self, tmp_path: Path) -> None:
        assert room.judge_certificate(Files(tmp_path / "kaidian" / "tls"), ["10.0.0.5"], self.now).level is Level.OK

    def test_is_well_until_it_ends_or_the_address_changes(self, tmp_path: Path) -> None:
        files = Files(tmp_path / "kaidian" / "tls")
        keeping.ensure(files, ["10.0.0.5"], self.now)
        levels = [
            room.judge_certificate(files, [address], self.now + timedelta(days=days)).level
            for address, days in (("10.0.0.5", 0), ("10.0.0.5", 366), ("10.0.0.6", 0), ("203.0.113.9", 0))
        ]
        assert levels == [Level.OK, Level.WARN, Level.WARN, Level.WARN]
        files.leaf_key.chmod(0o644)
        finding = room.judge_certificate(files, ["10.0.0.5"], self.now)
        assert (finding.level, "删除" in finding.cure) == (Level.WARN, True)


class TestAddresses:
    def test_none_is_worth_a_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("app.lan.addresses.here", list)
        assert room.addresses().level is Level.WARN
