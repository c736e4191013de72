"""A whole installation in a folder of its own, started as a user starts it, whose processes can be killed by name."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0

# How each process is recognised among the supervisor's children.
PROCESSES = {
    "postgres": ("postgres", "-D"),
    "redis": ("redis-server",),
    "web": ("uvicorn",),
    "worker-sim": ("celery", "worker", "sim"),
    "worker-work": ("celery", "worker", "work"),
    "beat": ("celery", "beat"),
}


def free_port() -> int:
    """Returns a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """One `kaidian up --demo` with its own data folder."""

    def __init__(self, data_dir: Path, *, config: Path | None = None) -> None:
        self.data_dir = data_dir
        self.config = config or data_dir.parent / "config"
        self.cut_at = datetime.max.replace(tzinfo=UTC)
        self.port = free_port()
        self.supervisor: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts it and waits until it is ready."""
        self.begin_start()
        self.wait_until_ready()

    def begin_start(self) -> None:
        """Starts it."""
        command = [sys.executable, "-m", "app.cli", "up", "--demo", "--port", str(self.port)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("KAIDIAN_")}
        environment["XDG_CONFIG_HOME"] = str(self.config)
        log = (self.data_dir.parent / "supervisor.log").open("ab")
        self.supervisor = subprocess.Popen(
            [*command, "--data-dir", str(self.data_dir)], cwd=CHECKOUT, env=environment, stdout=log, stderr=log
        )
        log.close()

    def output(self) -> str:
        """Returns what it has printed, over all starts."""
        return (self.data_dir.parent / "supervisor.log").read_text()

    def cut_power(self) -> None:
        """Kills every process at once: none gets a last word."""
        assert self.supervisor is not None
        everyone = [*psutil.Process(self.supervisor.pid).children(recursive=True)]
        self.supervisor.send_signal(signal.SIGSTOP)  # or it would see its children die and start them again
        self.cut_at = datetime.now(UTC)  # noqa: TID251  a test may look at the clock on the wall
        for victim in everyone:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.send_signal(signal.SIGKILL)
        self.supervisor.kill()
        self.supervisor.wait()
        psutil.wait_procs(everyone, timeout=20)

    def wait_until_ready(self) -> None:
        """Returns once the web process says it is ready."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                pass
            assert self.supervisor is not None
            assert self.supervisor.poll() is None, "the installation ended; see supervisor.log"
            time.sleep(0.1)
        raise TimeoutError("the installation is not ready")

    def kill(self, name: str) -> None:
        """Kills one process with SIGKILL; the supervisor is started again, the others it restarts itself."""
        assert self.supervisor is not None
        if name == "supervisor":
            self.supervisor.kill()
            self.supervisor.wait()
            self.start()
            return
        victim = self._find(name)
        if victim is not None:
            victim.send_signal(signal.SIGKILL)

    def _find(self, name: str) -> psutil.Process | None:
        assert self.supervisor is not None
        for child in psutil.Process(self.supervisor.pid).children():
            try:
                line = " ".join(child.cmdline())
            except psutil.NoSuchProcess:
                continue
            if all(word in line for word in PROCESSES[name]):
                return child
        return None

    def stop(self) -> None:
        """Ends it as Ctrl-C does."""
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGINT)
            self.supervisor.wait(timeout=60)
