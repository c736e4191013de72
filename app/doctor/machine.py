"""Checks of the machine: system, Python, disk, memory, shared memory, clock, port."""

import platform
import shutil
import sys
import time
from pathlib import Path

import psutil

from app.commands import ports, processes
from app.doctor.findings import Finding, bad, ok, warn
from app.embedded.places import CHECKOUT
from app.supervisor.lock import Instance

GIGABYTE = 1024**3
OLDEST_PYTHON = (3, 11)
NEEDED_DISK = 1 * GIGABYTE
COMFORTABLE_DISK = 3 * GIGABYTE
NEEDED_MEMORY = 1 * GIGABYTE  # all processes together rest below 900 MB
COMFORTABLE_MEMORY = 2 * GIGABYTE
NEEDED_SHARED_MEMORY = 32 * 1024**2
CLOCK_TOLERANCE_SECONDS = 24 * 3600


def system() -> Finding:
    """Checks that the wheels with the server programs fit."""
    found = f"{platform.system()} {platform.machine()}"
    if found == "Linux x86_64":
        return ok("系统", found)
    return bad("系统", found, "需要 Linux x86-64；Windows 请在 WSL2 里运行。")


def python() -> Finding:
    """Checks the version."""
    found = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        return ok("Python", found)
    return bad("Python", found, "需要 3.11 或更新的版本：sudo apt install python3 python3-venv，再运行 make setup。")


def virtual_environment() -> Finding:
    """Checks that we run in the checkout's own environment."""
    expected = CHECKOUT / ".venv"
    if Path(sys.prefix).resolve() == expected.resolve():
        return ok("虚拟环境", str(expected))
    return warn("虚拟环境", sys.prefix, "不在本项目的 .venv 里运行；请先 make setup，再用 .venv/bin/kaidian。")


def disk(data_dir: Path) -> Finding:
    """Checks the free space for data and logs."""
    free = shutil.disk_usage(_existing(data_dir)).free
    found = f"可用 {free / GIGABYTE:.1f} GB"
    if free < NEEDED_DISK:
        return bad("磁盘", found, "至少留出 1 GB：清理磁盘，或用 --data-dir 换到别的磁盘。")
    if free < COMFORTABLE_DISK:
        return warn("磁盘", found, "建议留出 3 GB，一周的课会产生图片与录像。")
    return ok("磁盘", found)


def memory() -> Finding:
    """Checks the memory that other programs leave."""
    free = psutil.virtual_memory().available
    found = f"可用 {free / GIGABYTE:.1f} GB"
    if free < NEEDED_MEMORY:
        return bad("内存", found, "至少需要 1 GB：请关闭别的程序。")
    if free < COMFORTABLE_MEMORY:
        return warn("内存", found, "30 人上课建议有 2 GB 可用。")
    return ok("内存", found)


def shared_memory() -> Finding:
    """Checks what PostgreSQL needs besides its own memory."""
    folder = Path("/dev/shm")  # noqa: S108 -- looked at, not written
    if not folder.is_dir():
        return bad("共享内存", "没有 /dev/shm", "请挂载：sudo mount -t tmpfs tmpfs /dev/shm")
    free = shutil.disk_usage(folder).free
    found = f"可用 {free / 1024**2:.0f} MB"
    if free < NEEDED_SHARED_MEMORY:
        return bad("共享内存", found, "请扩大 /dev/shm；容器请加 --shm-size=256m。")
    return ok("共享内存", found)


def clock() -> Finding:
    """Checks that the clock is not behind files that exist already."""
    newest = max(path.stat().st_mtime for path in (CHECKOUT / "pyproject.toml", Path(sys.prefix)) if path.exists())
    found = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    if time.time() < newest - CLOCK_TOLERANCE_SECONDS:
        return bad("系统时钟", found, "时钟比已有的文件还早，登录与签到会出错；请校准：sudo timedatectl set-ntp true")
    return ok("系统时钟", found)


def port(instance: Instance | None) -> Finding:
    """Checks the default port."""
    if ports.is_free(processes.HOST, ports.DEFAULT):
        return ok("端口", f"{ports.DEFAULT} 空闲")
    holder = ports.holder(ports.DEFAULT) or "别的程序"
    if instance is not None and f":{ports.DEFAULT}/" in instance.url:
        return ok("端口", f"{ports.DEFAULT} 由开店沙盘自己使用")
    return warn("端口", f"{ports.DEFAULT} 被 {holder} 占用", "演示会自动换用下一个空闲端口，也可用 --port 指定。")


def _existing(folder: Path) -> Path:
    return next(step for step in [folder, *folder.parents] if step.exists())
