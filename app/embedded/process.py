"""Starts, runs and ends programs; the only place of the project that forks.

Owns: the leash (no child outlives us), the change of account, a clean environment. Refuses: restarts and order
(`app.supervisor`).
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.embedded.account import Account

LEASH = Path(__file__).with_name("leash.py")


class ProgramFailed(Exception):  # noqa: N818 -- reads as the sentence it is
    """A program ended with an error; `output` is what it printed."""

    def __init__(self, program: str, output: str) -> None:
        super().__init__(f"{program}: {output.strip()}")
        self.program = program
        self.output = output


class NotStarted(Exception):  # noqa: N818 -- reads as the sentence it is
    """A server ended early or did not become ready in time; the message is the end of its log."""


@dataclass(frozen=True)
class Command:
    """What to start, as whom, and which signal it gets when the starting process dies."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    death_signal: signal.Signals = signal.SIGKILL
    cwd: Path = Path("/")


def clean_environment() -> dict[str, str]:
    """Returns our environment without libpq's ``PG*`` variables, which would redirect the server programs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def open_log(path: Path) -> int:
    """Opens a log for appending and returns the descriptor; whoever truncates the file later loses no position."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


def spawn(command: Command, *, log: Path) -> subprocess.Popen[bytes]:
    """Starts a long-running program in its own session, its output appended to `log`.

    It ends with the calling *thread*; so call this from the main thread.
    """
    account = command.account
    uid, gid = (str(account.uid), str(account.gid)) if account else ("-", "-")
    leash = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), str(int(command.death_signal)), uid, gid]
    descriptor = open_log(log)
    try:
        return subprocess.Popen(  # noqa: S603 -- no shell; argv is composed by our own code
            [*leash, *command.argv],
            env={**clean_environment(), **command.env},
            cwd=command.cwd,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def run(
    argv: Sequence[str],
    *,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout_seconds: float = 120,
    cwd: Path = Path("/"),
) -> str:
    """Runs a short program to its end and returns its standard output.

    Raises:
        ProgramFailed: it could not be started, failed, or took longer than `timeout_seconds`.

    """
    try:
        finished = subprocess.run(  # noqa: S603 -- no shell; argv is composed by our own code
            list(argv),
            input=stdin,
            env={**clean_environment(), **(env or {})},
            cwd=cwd,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_seconds,
            check=False,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProgramFailed(argv[0], str(error)) from error
    if finished.returncode != 0:
        raise ProgramFailed(argv[0], finished.stderr + finished.stdout)
    return finished.stdout


@dataclass(frozen=True)
class Piped:
    """A program under way, with pipes to it and from it."""

    running: subprocess.Popen[bytes]
    words: IO[bytes]

    @property
    def input(self) -> IO[bytes]:
        """What the program reads."""
        assert self.running.stdin is not None  # noqa: S101 -- asked for in `piped`
        return self.running.stdin

    @property
    def output(self) -> IO[bytes]:
        """What the program writes."""
        assert self.running.stdout is not None  # noqa: S101 -- asked for in `piped`
        return self.running.stdout

    def finish(self) -> None:
        """Waits for the end.

        Raises:
            ProgramFailed: the program failed; its words on standard error come with it.

        """
        if self.running.wait() != 0:
            raise self.failure()

    def failure(self) -> ProgramFailed:
        """Returns what the program said on standard error."""
        self.words.seek(0)
        return ProgramFailed(str(self.running.args), self.words.read()[-2000:].decode("utf-8", "replace"))


@contextlib.contextmanager
def piped(argv: Sequence[str], *, env: Mapping[str, str]) -> Iterator[Piped]:
    """Runs a program between pipes; whoever leaves early ends it. Its standard error goes to a file, so it never blocks."""
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(  # noqa: S603 -- no shell; argv is composed by our own code
            list(argv),
            env={**clean_environment(), **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
        ) as running,
    ):
        try:
            yield Piped(running, words)
        finally:
            running.kill()  # does nothing once it has ended and was waited for
            for pipe in (running.stdin, running.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()


def wait_until_ready(
    process: subprocess.Popen[bytes], is_ready: Callable[[], bool], *, log: Path, patience_seconds: float
) -> None:
    """Waits until `is_ready` says so.

    Raises:
        NotStarted: the process ended, or the patience is used up; the process may still run.

    """
    deadline = time.monotonic() + patience_seconds
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(tail(log))
        time.sleep(0.03)


def end(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> int:
    """Sends each signal and waits the given seconds for the end; SIGKILL to the whole session closes the list."""
    for step, patience_seconds in steps:
        if process.poll() is not None:
            break
        process.send_signal(step)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_seconds)
    kill_session(process)
    return process.wait()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kills what is left of a child's session, the child itself included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def tail(log: Path, lines: int = 15) -> str:
    """Returns the last lines of a log, for an error message."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
