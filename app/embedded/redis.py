"""One Redis server in a folder, on a Unix socket only.

Owns: its settings, start and stop. Refuses: keys (their packages), keeping the server alive (`app.supervisor`). Durable
by the append-only file; no snapshots, so no fork doubles its memory at a fixed hour.
"""

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from app.embedded import process, programs
from app.embedded.process import Command

SOCKET_NAME = "redis.sock"
STOP_STEPS = ((signal.SIGTERM, 10.0),)  # flushes the append-only file


class Server:
    """A Redis with data under `data_dir`, one folder per major version: older ones cannot read newer files."""

    def __init__(self, data_dir: Path, socket_dir: Path, *, throwaway: bool = False, log: Path | None = None) -> None:
        self.program = programs.redis_server()
        self.data_dir = data_dir.resolve() / f"redis-{programs.redis_version(self.program)[0]}"
        self.socket = socket_dir.resolve() / SOCKET_NAME
        self.throwaway = throwaway
        self.log = log or data_dir.resolve() / "redis.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket), safe='/')}"

    def command(self) -> Command:
        """Returns how to start the server in the foreground."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data_dir),
            "pidfile": str(self.data_dir / "redis.pid"),
            "appendonly": "no" if self.throwaway else "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return Command(argv=(str(self.program), *options), death_signal=signal.SIGTERM)

    def prepare(self) -> None:
        """Creates the data folder."""
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)

    def clear_remains(self) -> None:
        """Ends a server left over from a killed start; two writers would destroy the append-only file.

        Call it only while holding the lock of the data folder.
        """
        pid_file = self.data_dir / "redis.pid"
        with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
            left_over = psutil.Process(int(pid_file.read_text()))
            # A copied folder names a process that may be another installation's.
            if "redis-server" in left_over.name() and left_over.cwd() == str(self.data_dir):
                left_over.terminate()
                left_over.wait(10)
        pid_file.unlink(missing_ok=True)

    def set_aside(self) -> Path | None:
        """Moves files that the server cannot read out of the way and returns where to; None when there are none.

        Redis holds queues and the latest frames; the truth is in the database.
        """
        if not any(self.data_dir.glob("appendonly*")):
            return None
        aside = self.data_dir.with_name(f"{self.data_dir.name}.unreadable")
        shutil.rmtree(aside, ignore_errors=True)
        self.data_dir.rename(aside)
        self.prepare()
        return aside

    def is_ready(self) -> bool:
        """Says whether the server answers; while it still loads its file it does not."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def start(self, *, patience_seconds: float = 15) -> None:
        """Starts the server and waits until it answers.

        Raises:
            NotStarted: it ended, or did not answer in time.

        """
        self.prepare()
        self._process = process.spawn(self.command(), log=self.log)
        try:
            process.wait_until_ready(self._process, self.is_ready, log=self.log, patience_seconds=patience_seconds)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops what `start` started. Does nothing when it is not running."""
        if self._process is not None:
            process.end(self._process, STOP_STEPS)
            self._process = None


@contextlib.contextmanager
def throwaway() -> Iterator[Server]:
    """Yields a running server in a temporary folder and removes both afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kaidian-"))
    try:
        server = Server(folder, folder, throwaway=True)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
