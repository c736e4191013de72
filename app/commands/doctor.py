"""`kaidian doctor`: examines the machine and prints what is wrong with the cure."""

from collections.abc import Iterator
from pathlib import Path

from app.commands.terminal import Terminal
from app.doctor import installation, machine, programs, room
from app.doctor.findings import Finding, Level
from app.supervisor import lock

MARKS = {Level.OK: "[green]✓ 正常[/]", Level.WARN: "[yellow]! 注意[/]", Level.BAD: "[red]✗ 有问题[/]"}


def run(data_dir: Path) -> int:
    """Prints one row per check; returns 1 when something keeps the sandbox from running."""
    findings = list(examine(data_dir))
    rows = [(MARKS[finding.level], finding.topic, finding.found, finding.cure) for finding in findings]
    terminal = Terminal()
    terminal.table("开店沙盘 · 环境检查", ("结果", "项目", "情况", "怎么办"), rows)
    bad = sum(finding.level is Level.BAD for finding in findings)
    terminal.say(f"有 {bad} 项需要先解决。" if bad else "可以运行：make demo")
    return 1 if bad else 0


def examine(data_dir: Path) -> Iterator[Finding]:
    """Yields the finding of every check."""
    instance = lock.running_instance(data_dir)
    yield machine.system()
    yield machine.python()
    yield machine.virtual_environment()
    yield machine.disk(data_dir)
    yield machine.memory()
    yield machine.shared_memory()
    yield machine.clock()
    yield machine.port(instance)
    yield programs.postgres()
    yield programs.redis()
    yield programs.node()
    yield programs.chromium()
    yield programs.fonts()
    yield programs.temporary_folder()
    yield installation.data_folder(data_dir)
    yield installation.backups(data_dir)
    yield installation.sockets(data_dir)
    yield installation.key_file(data_dir)
    yield installation.running(instance)
    yield room.addresses()
    yield room.certificate()
