"""One supervised process: what it is, whether it lives, when it is tried again."""

import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.embedded import process
from app.embedded.process import Command

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
HEALTHY_SECONDS = 30.0  # whoever lived this long starts again with the first delay


def _at_once() -> bool:
    return True


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class ChildSpec:
    """A process to keep alive.

    `stop_steps` are signals with the seconds each is given; `stop_group` orders the end: lower groups first, members
    of one group together. `after` names those that must be ready before it is started again.
    """

    name: str
    label: str
    command: Command
    stop_steps: tuple[tuple[signal.Signals, float], ...]
    stop_group: int
    after: tuple[str, ...] = ()
    before_start: Callable[[], None] = _nothing
    is_ready: Callable[[], bool] = _at_once
    patience_seconds: float = 30.0


class Child:
    """The present run of a `ChildSpec`; times are `time.monotonic` seconds given by the caller."""

    def __init__(self, spec: ChildSpec, log_folder: Path) -> None:
        self.spec = spec
        self.log = log_folder / f"{spec.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.was_ready = False
        self.retry_at = 0.0
        self._started_at = 0.0
        self._delay_seconds = 0.0
        self._steps_left: list[tuple[signal.Signals, float]] = []
        self._next_step_at = 0.0

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, now: float) -> None:
        """Starts a new run."""
        self.spec.before_start()
        self.process = process.spawn(self.spec.command, log=self.log)
        self._started_at = now
        self.was_ready = False

    def take_note_of_end(self, now: float) -> tuple[int, float]:
        """Cleans up after an unexpected end; returns the exit status and the delay until the next attempt."""
        if self.process is None:
            return 0, 0.0
        status = self.process.wait()
        process.kill_session(self.process)
        self.process = None
        if now - self._started_at > HEALTHY_SECONDS:
            self._delay_seconds = 0.0
        self._delay_seconds = min(LONGEST_DELAY_SECONDS, max(FIRST_DELAY_SECONDS, 2 * self._delay_seconds))
        self.retry_at = now + self._delay_seconds
        return status, self._delay_seconds

    def begin_stop(self, now: float) -> None:
        """Sends the first stop signal."""
        self._steps_left = list(self.spec.stop_steps)
        self._next_step_at = now

    def press_on(self, now: float, *, force: bool) -> bool:
        """Sends the next stop signal when the last one had its time; SIGKILL after the last, or at once on `force`.

        Returns whether it came to killing.
        """
        if self.process is None or not self.is_alive or (now < self._next_step_at and not force):
            return False
        if force or not self._steps_left:
            process.kill_session(self.process)
            self.process.wait()
            return True
        number, seconds = self._steps_left.pop(0)
        self.process.send_signal(number)
        self._next_step_at = now + seconds
        return False

    def forget(self) -> None:
        """Reaps the ended run and whatever it left in its session."""
        if self.process is not None:
            process.kill_session(self.process)
            self.process.wait()
            self.process = None
