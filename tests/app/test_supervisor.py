"""A supervisor with real children: restart, orderly end, no orphan."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from app.embedded import process
from app.embedded.places import CHECKOUT
from app.embedded.process import Command, ProgramFailed
from app.supervisor import children, lock
from app.supervisor.children import Child, ChildSpec
from tests.app.conftest import Driver, is_gone, wait_until

Drive = Callable[..., Driver]


class TestRestart:
    def test_a_killed_child_is_started_again(self, drive: Drive) -> None:
        driver = drive("idle")
        first = driver.children()["idle"]
        first.kill()
        # One look at a time: between two, the child that died may leave the list.
        wait_until(lambda: driver.children().get("idle", first).pid != first.pid)
        assert "idle意外退出（信号 9），0.2 秒后重新启动" in driver.output

    def test_killed_servers_come_back_and_answer(self, drive: Drive) -> None:
        driver = drive("postgres", "redis")
        before = driver.children()
        for server in before.values():
            server.kill()
        wait_until(lambda: "PostgreSQL 已恢复" in driver.output and "Redis 已恢复" in driver.output)
        after = driver.children()
        assert after.keys() == before.keys()
        assert {name: child.pid for name, child in after.items()} != {name: child.pid for name, child in before.items()}

    def test_waits_longer_after_each_early_death_and_forgives_after_a_healthy_run(self, tmp_path: Path) -> None:
        command = Command(argv=(sys.executable, "-c", "raise SystemExit(3)"))
        child = Child(ChildSpec("short", "short", command, stop_steps=(), stop_group=0), tmp_path)
        delays = []
        for _ in range(8):
            child.start(now=100.0)
            status, delay = child.take_note_of_end(now=101.0)
            assert status == 3
            delays.append(delay)
        assert delays == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
        child.start(now=100.0)
        assert child.take_note_of_end(now=100.0 + children.HEALTHY_SECONDS + 1) == (3, 0.2)


class TestStop:
    def test_ctrl_c_ends_every_process_with_exit_code_0(self, drive: Drive) -> None:
        driver = drive("postgres", "redis", "idle")
        family = psutil.Process(driver.process.pid).children(recursive=True)
        driver.process.send_signal(signal.SIGINT)
        assert driver.process.wait(30) == 0
        assert [child for child in family if not is_gone(child)] == []
        assert "database system is shut down" in (driver.folder / "log" / "postgres.log").read_text()

    def test_sigterm_does_the_same(self, drive: Drive) -> None:
        driver = drive("idle")
        idle = driver.children()["idle"]
        driver.process.terminate()
        assert driver.process.wait(30) == 0
        assert is_gone(idle)

    def test_a_second_ctrl_c_kills_who_does_not_listen(self, drive: Drive) -> None:
        driver = drive("stubborn")
        stubborn = driver.children()["stubborn"]
        driver.process.send_signal(signal.SIGINT)
        wait_until(lambda: "ending" in driver.output)
        assert stubborn.is_running()
        driver.process.send_signal(signal.SIGINT)
        assert driver.process.wait(10) == 0
        assert is_gone(stubborn)
        assert "stubborn没有按时结束，已强制结束" in driver.output


class TestKilledSupervisor:
    def test_leaves_no_child_behind_and_the_next_start_works(self, drive: Drive) -> None:
        driver = drive("postgres", "redis", "idle")
        family = psutil.Process(driver.process.pid).children(recursive=True)
        driver.process.kill()
        driver.process.wait()
        wait_until(lambda: all(is_gone(child) for child in family))
        (driver.folder / "running").unlink()
        again = drive("postgres", "redis", "idle")
        assert sorted(again.children()) == ["idle", "postgres", "redis-server"]


class TestLock:
    def test_a_second_start_learns_who_is_running(self, drive: Drive) -> None:
        driver = drive("idle")
        with pytest.raises(ProgramFailed, match=f"pid={driver.process.pid}"):
            process.run([sys.executable, "-m", "tests.app.driver", str(driver.folder), "idle"], cwd=CHECKOUT)
        assert lock.running_instance(driver.folder) == lock.Instance(driver.process.pid, "")

    def test_the_text_of_a_dead_holder_counts_for_nothing(self, tmp_path: Path) -> None:
        (tmp_path / lock.NAME).write_text('{"pid": 1, "url": "http://127.0.0.1:8000/"}')
        assert lock.running_instance(tmp_path) is None
        with lock.InstanceLock(tmp_path):
            assert lock.running_instance(tmp_path) is not None
        assert lock.running_instance(tmp_path) is None
