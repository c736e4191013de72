"""`kaidian rehearse`: scripted learners play a class over HTTP; says how it went, in words or as JSON."""

import asyncio
import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from app.demo.people import LECTURER
from app.rehearsal import installation, script
from app.rehearsal.behaviours.gathering import NotImported
from app.rehearsal.behaviours.passing_time import ClockStuck
from app.rehearsal.browser import Refused
from app.rehearsal.installation import NotReady
from app.rehearsal.report import Report
from app.rehearsal.script import Play
from kernel.classroom.timetable.rules import CHINA
from kernel.clock import SystemClock

OPERATIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for. Without `url` an installation is started for the rehearsal alone."""

    learners: int
    days: int
    seed: int
    url: str | None
    login: str | None
    password: str | None
    time_outs: bool
    as_json: bool


def run(wish: Wish) -> int:
    """Rehearses; returns 0 only if nothing failed and the books agree."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)

    def say(line: str) -> None:
        console.print(line, markup=False)

    try:
        if wish.url is None:
            say("启动一套临时的沙盘，结束后自动删除")
        with installation.throw_away() if wish.url is None else nullcontext(wish.url) as url:
            report = asyncio.run(script.rehearse(_play(wish, url), say))
    except (NotReady, Refused, NotImported, ClockStuck) as failure:
        console.print(f"✗ 彩排没有演完：{failure}", style="bold red", markup=False)
        return 1
    if wish.as_json:
        sys.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2) + "\n")
    else:
        show(report, Console(highlight=False, soft_wrap=True))
    return 0 if report.is_good else 1


def show(report: Report, console: Console) -> None:
    """Prints a report for people."""
    table = Table("操作", "次数", "p50 ms", "p95 ms", "p99 ms", "最长 ms", box=None)
    for row in report.operations[:OPERATIONS_SHOWN]:
        figures = (row.requests, row.p50_ms, row.p95_ms, row.p99_ms, row.longest_ms)
        table.add_row(row.operation, *map(str, figures))
    console.print(table)
    console.print(f"订单：{report.found.states}", markup=False)
    console.print(f"剧本：{report.script}", markup=False)
    console.print(f"对账：{report.found.reconciliation['money']}", markup=False)
    for failure in report.failures:
        console.print(
            f"  {failure.operation} {failure.who}: {failure.status} {failure.code} {failure.told}", markup=False
        )
    console.print(f"{report.requests} 次请求，重试 {report.retried} 次，{report.seconds} 秒", markup=False)
    if report.is_good:
        console.print("✓ 没有差错，账目一致", style="bold green")
    for contradiction in report.contradictions:
        console.print(f"✗ {contradiction}", style="bold red", markup=False)


def _play(wish: Wish, url: str) -> Play:
    return Play(
        url=url,
        login=wish.login or LECTURER.login,
        password=wish.password or LECTURER.password,
        learners=wish.learners,
        days=wish.days,
        seed=wish.seed,
        today=SystemClock().now().astimezone(CHINA).date(),
        time_outs=wish.time_outs,
    )
