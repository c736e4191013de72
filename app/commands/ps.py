"""`kaidian ps`: the running processes of an installation and their memory."""

from pathlib import Path

import psutil

from app.commands.terminal import Terminal
from app.supervisor import lock

MEGABYTE = 1024 * 1024


def run(data_dir: Path) -> int:
    """Prints the table; returns 1 when nothing runs."""
    terminal = Terminal()
    instance = lock.running_instance(data_dir)
    if instance is None or not psutil.pid_exists(instance.pid):
        terminal.say(f"没有正在运行的开店沙盘（{data_dir}）。")
        return 1
    supervisor = psutil.Process(instance.pid)
    rows: list[tuple[str, str, str, str]] = []
    shared, resident = 0, 0
    for member in [supervisor, *supervisor.children(recursive=True)]:
        try:
            name = _name(member)
            pss, rss = _proportional_set(member), member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        shared, resident = shared + pss, resident + rss
        rows.append((str(member.pid), name, _megabytes(pss), _megabytes(rss)))
    rows.append(("", "合计", _megabytes(shared), _megabytes(resident)))
    terminal.table(instance.url or "正在启动", ("进程号", "进程", "内存 PSS（MB）", "RSS（MB）"), rows)
    return 0


def _name(member: psutil.Process) -> str:
    """Returns the part of the command line a person recognises."""
    words = member.cmdline()
    if "-m" in words:
        return " ".join(words[words.index("-m") + 1 :][:6])
    title = " ".join(words).strip()
    return title if title.startswith("postgres: ") else member.name()  # PostgreSQL names its helpers itself


def _proportional_set(member: psutil.Process) -> int:
    """Returns the process's fair share of its pages; 0 when another account's are closed to us."""
    try:
        return int(member.memory_full_info().pss)
    except psutil.AccessDenied:
        return 0


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.0f}" if size else "—"
