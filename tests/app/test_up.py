"""`kaidian up --demo` as a whole: first page, demo accounts, restart of what is killed, orderly end, second start."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.commands import processes
from app.embedded import process
from app.embedded.places import CHECKOUT
from app.supervisor import lock
from tests.app.conftest import is_gone, wait_until


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Demo:
    """A demo in a process of its own, its data in a folder of its own; it builds no front end."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.data_dir = data_dir
        self.config = data_dir.with_name("config")
        self._log = data_dir.with_name("up.out")
        with self._log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "up", "--demo", "--port", str(port), "--data-dir", str(data_dir)],
                cwd=CHECKOUT,
                env={
                    **process.clean_environment(),
                    "COLUMNS": "120",
                    "KAIDIAN_WEB_DIST": str(data_dir),
                    "XDG_CONFIG_HOME": str(self.config),
                },
                stdout=output,
                stderr=output,
            )

    @property
    def printed(self) -> str:
        return self._log.read_text()

    def wait_until_running(self) -> None:
        def is_running() -> bool:
            assert self.process.poll() is None, self.printed
            instance = lock.running_instance(self.data_dir)
            return instance is not None and instance.url == self.url

        wait_until(is_running, seconds=90)

    def child(self, *words: str) -> psutil.Process:
        """Returns the direct child whose command line holds all `words`."""
        for child in psutil.Process(self.process.pid).children():
            if all(word in child.cmdline() for word in words):
                return child
        raise AssertionError(f"no child with {words}")

    def answers(self) -> bool:
        return processes.answers(f"{self.url}health/ready")


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        if demo.process.poll() is None:
            demo.process.send_signal(signal.SIGINT)
            demo.process.wait(60)


class TestDemo:
    def test_from_an_empty_folder_to_the_end_and_again(
        self, open_folder: Path, free_port: int, demos: list[Demo]
    ) -> None:
        demo = Demo(open_folder / "var", free_port)
        demos.append(demo)
        demo.wait_until_running()
        assert demo.answers()
        accounts = processes.demo_accounts(demo.url)
        assert {account["role"] for account in accounts} == {"learner", "lecturer"}
        wait_until(lambda: all(account["login"] in demo.printed for account in accounts))

        [key_file] = (demo.config / "kaidian").iterdir()
        assert key_file.stat().st_mode & 0o777 == 0o600
        assert "请把密钥文件另存一份" in demo.printed

        web = demo.child("uvicorn")
        assert "kaidian_owner" not in str(web.environ())
        web.kill()
        wait_until(lambda: "网页服务已恢复" in demo.printed, seconds=30)
        assert demo.answers()

        family = psutil.Process(demo.process.pid).children(recursive=True)
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(60) == 0
        assert [child for child in family if not is_gone(child)] == []
        assert lock.running_instance(demo.data_dir) is None

        again = Demo(open_folder / "var", free_port)
        demos.append(again)
        again.wait_until_running()
        assert processes.demo_accounts(again.url) == accounts
        assert list((demo.config / "kaidian").iterdir()) == [key_file]
        assert demo.printed.count("请把密钥文件另存一份") == 1

    def test_a_busy_port_is_named_with_its_holder(self, open_folder: Path, demos: list[Demo]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = int(busy.getsockname()[1])
            demo = Demo(open_folder / "var", port)
            demos.append(demo)
            assert demo.process.wait(30) == 1
        assert f"端口 {port} 已被占用" in demo.printed
        assert str(os.getpid()) in demo.printed
        assert "--port" in demo.printed

    def test_only_this_machine_is_served(self) -> None:
        command = processes.web({"KAIDIAN_DATA_DIR": "var"}, 8000).command.argv
        assert command[command.index("--host") + 1] == "127.0.0.1"
