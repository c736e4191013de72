"""The bootstrap script on machines that lack something, and when nothing is to be done."""

import os
import subprocess
from pathlib import Path

import pytest

from app.embedded.places import CHECKOUT

TOOLS = ("sh", "dirname", "cat", "cksum", "readlink", "awk", "sed", "tail", "tee", "rm")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout with a space and Chinese characters in its path, and a PATH with basic tools and no Python."""
    checkout = tmp_path / "开店 沙盘"
    for name in ("app/bootstrap.sh", "pyproject.toml", "requirements/run.txt", "requirements/build.in"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_bytes((CHECKOUT / name).read_bytes())
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = next(Path(folder) / tool for folder in ("/usr/bin", "/bin") if (Path(folder) / tool).exists())
        (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def add_python(machine: Path, *, has_venv: bool) -> None:
    """Adds a `python3` that claims to be new enough."""
    program = machine / "bin" / "python3"
    program.write_text(f'#!/bin/sh\ncase "$2" in *ensurepip*) exit {0 if has_venv else 1};; esac\nexit 0\n')
    program.chmod(0o755)


def bootstrap(machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine / "bin" / "sh", machine / "开店 沙盘" / "app" / "bootstrap.sh", "run"],
        env={"PATH": str(machine / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


class TestBootstrap:
    def test_says_what_to_install_without_a_python(self, machine: Path) -> None:
        finished = bootstrap(machine)
        assert finished.returncode == 1
        assert "没有找到 Python 3.11" in finished.stderr
        assert "No Python 3.11" in finished.stderr

    def test_says_what_to_install_without_venv(self, machine: Path) -> None:
        add_python(machine, has_venv=False)
        finished = bootstrap(machine)
        assert finished.returncode == 1
        assert "python3-venv" in finished.stderr

    def test_does_nothing_when_the_stamp_fits_and_installs_when_it_does_not(self, machine: Path) -> None:
        checkout = machine / "开店 沙盘"
        python = checkout / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text('#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\n')
        python.chmod(0o755)
        assert bootstrap(machine).returncode == 0
        calls = python.with_name("calls")
        assert "--require-hashes -r requirements/run.txt" in calls.read_text()
        calls.unlink()
        assert bootstrap(machine).returncode == 0
        assert not calls.exists()
        (checkout / "requirements" / "run.txt").write_text("changed\n")
        assert bootstrap(machine).returncode == 0
        assert calls.exists()

    def test_shows_what_pip_said_when_it_fails(self, machine: Path) -> None:
        python = machine / "开店 沙盘" / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text('#!/bin/sh\ncase "$*" in *install*) echo "ERROR: no network"; exit 1;; esac\n')
        python.chmod(0o755)
        finished = bootstrap(machine)
        assert finished.returncode == 1
        assert "ERROR: no network" in finished.stderr
        assert not list((machine / "开店 沙盘" / ".venv").glob("*.stamp"))
        assert os.access(python, os.X_OK)
