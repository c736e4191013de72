"""Folders that a server's account can reach, a supervisor and a whole installation in processes of their own."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from app.commands import processes
from app.embedded import account, process
from app.embedded.places import CHECKOUT
from app.supervisor import lock


def wait_until(condition: Callable[[], bool], *, seconds: float = 15) -> None:
    """Waits for a condition; fails the test when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder directly under /tmp (pytest's own is closed to the account that PostgreSQL runs as under root)."""
    folder = Path(tempfile.mkdtemp(prefix="kaidian-test-", dir="/tmp"))
    account.give(folder, account.for_data(folder / "missing"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Driver:
    """`tests/app/driver.py` in a process of its own."""

    def __init__(self, folder: Path, *children: str) -> None:
        self.folder = folder
        self._output = (folder / "output").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.driver", str(folder), *children],
            cwd=CHECKOUT,
            stdout=self._output,
            stderr=self._output,
        )

    @property
    def output(self) -> str:
        return (self.folder / "output").read_text()

    def wait_until_running(self) -> None:
        wait_until(lambda: (self.folder / "running").exists() or self.process.poll() is not None, seconds=30)
        assert self.process.poll() is None, self.output

    def children(self) -> dict[str, psutil.Process]:
        """Returns the living direct children by name of their program's last argument or the program."""
        named: dict[str, psutil.Process] = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                words = child.cmdline()
                is_leashed = "leash.py" in " ".join(words)
                if words and not is_leashed and child.status() != psutil.STATUS_ZOMBIE:
                    named[_name(words)] = child
        return named

    def end(self) -> None:
        self._output.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)


def _name(words: list[str]) -> str:
    program = Path(words[0].split()[0]).name
    return words[-1] if program.startswith("python") else program


@pytest.fixture
def drive(open_folder: Path) -> Iterator[Callable[..., Driver]]:
    """Starts a supervisor over the named children and ends it after the test."""
    drivers: list[Driver] = []

    def start(*children: str) -> Driver:
        driver = Driver(open_folder, *children)
        drivers.append(driver)
        driver.wait_until_running()
        return driver

    yield start
    for driver in drivers:
        driver.end()


def is_gone(process: psutil.Process) -> bool:
    """Says whether a process has ended (one that nobody has reaped yet counts as ended)."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def is_root() -> bool:
    return os.geteuid() == 0


@pytest.fixture
def free_port() -> int:
    return unused_port()


def unused_port() -> int:
    """Returns a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Started:
    """`kaidian up` in a process of its own, its data and keys in folders of their own; it builds no front end."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self.settings = data_dir.with_name("settings")
        self.url = ""
        self._log = data_dir.with_name("up.out")
        own = {
            "COLUMNS": "120",
            "KAIDIAN_WEB_DIST": str(data_dir),
            "XDG_CONFIG_HOME": str(self.settings),
        }
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up", *options, "--data-dir", str(data_dir)],
                cwd=CHECKOUT,
                env={**process.clean_environment(), **own},
                stdout=output,
                stderr=output,
            )

    @property
    def printed(self) -> str:
        return self._log.read_text()

    @property
    def authority(self) -> Path:
        """Returns the certificate that devices of this class trust."""
        return self.settings / "kaidian" / "tls" / "authority.pem"

    def wait_until_running(self) -> None:
        def is_running() -> bool:
            assert self.process.poll() is None, self.printed
            instance = lock.running_instance(self.data_dir)
            self.url = instance.url if instance is not None else ""
            return self.url != ""

        wait_until(is_running, seconds=90)

    def child(self, *words: str) -> psutil.Process:
        """Returns the direct child whose command line holds all `words`."""
        for child in psutil.Process(self.process.pid).children():
            if all(word in child.cmdline() for word in words):
                return child
        raise AssertionError(f"no child with {words}")

    def answers(self) -> bool:
        return processes.answers(f"{self.url}health/ready", authority=self.authority)

    def end(self) -> int:
        """Ends it as Ctrl-C does and returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def started() -> Iterator[list[Started]]:
    """Yields a list of installations that are ended after the test."""
    running: list[Started] = []
    yield running
    for installation in running:
        installation.end()
