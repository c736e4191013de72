"""The supervisor: starts children in order, watches them, ends them in order."""

import time
from collections.abc import Callable
from pathlib import Path

from app.embedded import process
from app.embedded.process import Command, NotStarted, ProgramFailed
from app.supervisor import logs
from app.supervisor.children import Child, ChildSpec
from app.supervisor.signals import StopRequests

POLL_SECONDS = 0.05
IDLE_SECONDS = 1.0
ROTATE_EVERY_SECONDS = 30.0


class Supervisor:
    """Runs children until a stop is requested.

    `tell` receives one short line for the terminal whenever something happens to a child after its first start.
    """

    def __init__(self, requests: StopRequests, log_folder: Path, tell: Callable[[str], None]) -> None:
        self._requests = requests
        self._log_folder = log_folder
        self._tell = tell
        self._children: dict[str, Child] = {}
        self._next_rotation = 0.0

    def start(self, spec: ChildSpec) -> None:
        """Starts a child for the first time and waits until it is ready.

        Raises:
            NotStarted: it ended or was not ready in time.
            Interrupted: a stop was requested meanwhile.

        """
        child = Child(spec, self._log_folder)
        self._children[spec.name] = child
        child.start(time.monotonic())
        deadline = time.monotonic() + spec.patience_seconds
        while not spec.is_ready():
            if not child.is_alive or time.monotonic() > deadline:
                raise NotStarted(process.tail(child.log))
            self._rest()
            self._requests.raise_if_any()
        child.was_ready = True

    def run_step(self, name: str, command: Command, *, patience_seconds: float = 600) -> str:
        """Runs a program to its end, its output going to the log `name`, and returns that output.

        Raises:
            ProgramFailed: it failed or took too long.
            Interrupted: a stop was requested meanwhile; the program was killed.

        """
        log = self._log_folder / f"{name}.log"
        start_of_output = log.stat().st_size if log.exists() else 0
        running = process.spawn(command, log=log)
        deadline = time.monotonic() + patience_seconds
        try:
            while running.poll() is None and time.monotonic() < deadline:
                self._requests.raise_if_any()
                self._requests.wait(IDLE_SECONDS)
        finally:
            process.kill_session(running)
            status = running.wait()
        with log.open("rb") as file:
            file.seek(start_of_output)
            output = file.read().decode("utf-8", "replace")
        if status != 0:
            raise ProgramFailed(name, output)
        return output

    def watch(self) -> None:
        """Returns when a stop is requested; until then a child that ends is started again."""
        while not self._requests.count:
            now = time.monotonic()
            for child in self._children.values():
                self._look_after(child, now)
            if now >= self._next_rotation:
                logs.rotate(self._log_folder)
                self._next_rotation = now + ROTATE_EVERY_SECONDS
            all_well = all(child.is_alive and child.was_ready for child in self._children.values())
            if all_well:
                self._requests.wait(IDLE_SECONDS)
            else:
                self._rest()

    def _rest(self) -> None:
        """Waits a little between two looks; a look may itself start a program, whose end must not hurry the next."""
        end = time.monotonic() + POLL_SECONDS
        while not self._requests.count and (left := end - time.monotonic()) > 0:
            self._requests.wait(left)

    def _look_after(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.retry_at and self._are_ready(child.spec.after):
                child.start(now)
        elif not child.is_alive:
            status, delay = child.take_note_of_end(now)
            self._tell(f"{child.spec.label}意外退出（{_why(status)}），{delay:.1f} 秒后重新启动；日志 {child.log.name}")
        elif not child.was_ready and child.spec.is_ready():
            child.was_ready = True
            self._tell(f"{child.spec.label}已恢复")

    def _are_ready(self, names: tuple[str, ...]) -> bool:
        others = [self._children[name] for name in names if name in self._children]
        return all(other.is_alive and other.spec.is_ready() for other in others)

    @property
    def has_children(self) -> bool:
        return bool(self._children)

    def stop(self) -> None:
        """Ends all children, group by group; a further stop request kills what is left."""
        requests_before = self._requests.count
        children = list(self._children.values())
        for group in sorted({child.spec.stop_group for child in children}):
            members = [child for child in children if child.spec.stop_group == group]
            for child in members:
                child.begin_stop(time.monotonic())
            while any(child.is_alive for child in members):
                force = self._requests.count > requests_before
                for child in members:
                    if child.press_on(time.monotonic(), force=force):
                        self._tell(f"{child.spec.label}没有按时结束，已强制结束")
                self._requests.wait(POLL_SECONDS)
            for child in members:
                child.forget()
        self._children.clear()


def _why(status: int) -> str:
    return f"信号 {-status}" if status < 0 else f"退出码 {status}"
