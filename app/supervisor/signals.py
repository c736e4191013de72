"""Turns signals into wake-ups and a count of stop requests."""

import contextlib
import os
import select
import signal
from types import FrameType, TracebackType
from typing import Self

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Exception):  # noqa: N818 -- reads as the sentence it is
    """A stop was requested while something was being started."""


class StopRequests:
    """While entered, Ctrl-C, SIGTERM and a closed terminal only add to `count`; `wait` returns at once on any signal.

    Enter it in the main thread.
    """

    def __init__(self) -> None:
        self.count = 0
        self._read, self._write = -1, -1
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._wakeup_before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            self._before[number] = signal.signal(number, self._request)
        self._before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, _ignore)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal returned is what it takes
        signal.set_wakeup_fd(self._wakeup_before)
        os.close(self._read)
        os.close(self._write)

    def wait(self, seconds: float) -> None:
        """Sleeps until a signal arrives, a child's end included, at most `seconds`."""
        ready, _, _ = select.select([self._read], [], [], max(0.0, seconds))
        if ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._read, 512)

    def raise_if_any(self) -> None:
        """Gives up a start.

        Raises:
            Interrupted: a stop was requested.

        """
        if self.count:
            raise Interrupted

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self.count += 1


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Does nothing; a handler must exist for the signal to reach the wake-up pipe."""
