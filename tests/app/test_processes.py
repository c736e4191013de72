"""How the processes are started: alike by `kaidian up` and in the scaled form."""

import os
import subprocess
from pathlib import Path

import pytest

from app.commands import processes
from app.commands.reach import Reach
from app.embedded.places import CHECKOUT
from app.tls.files import Files

CLASSES_AT_ONCE = 30


def options_here(queue: str) -> list[str]:
    """Returns how `kaidian up` starts the worker of a queue, without names and memory settings of its own."""
    argv = list(processes.worker(queue, {}).command.argv)
    return argv[argv.index("worker") :]


@pytest.mark.parametrize("queue", ["sim", "work"])
class TestWorker:
    def test_of_the_scaled_form_has_the_same_options(self, queue: str, tmp_path: Path) -> None:
        said = tmp_path / "python"
        said.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
        said.chmod(0o755)
        script = str(CHECKOUT / "deploy" / "worker.sh")
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        words = subprocess.run(
            ["/bin/sh", script, queue], capture_output=True, text=True, check=True, env=environment
        ).stdout
        there = [word.replace("%h", "kaidian") for word in words.split()]
        assert sorted(there[there.index("worker") :]) == sorted(options_here(queue))

    def test_has_a_thread_for_every_class_that_may_run(self, queue: str) -> None:
        options = options_here(queue)
        threads = int(options[options.index("-c") + 1])
        assert threads >= CLASSES_AT_ONCE if queue == "sim" else threads == 4


class TestWeb:
    def test_writes_no_address_of_a_socket_into_its_log(self) -> None:
        argv = list(processes.web({}, Reach(8000), Files(Path("keys"))).command.argv)
        assert argv[argv.index("--log-level") + 1] == "warning"
        assert "--no-access-log" in argv
