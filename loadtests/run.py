"""Measures lists, details, searches and checkouts against the budgets, beside the floor of this machine in the same run.

Run: `make load`, or `python -m loadtests.run --seconds 8 [--only list,search] [--locust]`. It starts a
throw-away installation, prints a table and ends with 0 only if every budget holds and nothing failed. Whatever else runs on
the machine spoils the figures; its share is printed.
"""

import argparse
import contextlib
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import uvloop

from loadtests import client, installation, journeys
from loadtests.client import Journey, Measured, Visitor
from loadtests.installation import Bench

BUDGETS = Path(__file__).with_name("budgets.toml")
WARM_UP_SECONDS = 2.0
FOREIGN_AT_MOST = 10
"""Percent of one core that others may use before the figures are called provisional."""
HEAD = f"{'':<14}{'per s':>9}  {'p50 / p95 / p99 ms':<20}{'web%':>4} {'pg%':>4} {'own%':>4} {'else':>4}  {'web ms':>7} {'pg ms':>6}     MiB"
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    name: str
    measured: Measured
    server: float
    postgres: float
    client: float
    foreign: float
    mib: float

    def text(self, note: str) -> str:
        """Returns the row."""
        times = [client.percentile(self.measured.journeys, share) for share in (0.5, 0.95, 0.99)]
        latency = " / ".join(f"{value:.0f}" for value in times)
        cpu = f"{self.server:4.0f} {self.postgres:4.0f} {self.client:4.0f} {self.foreign:4.0f}"
        each = f"{self._cost(self.server):7.2f} {self._cost(self.postgres):6.2f}"
        return f"{self.name:<14}{self.measured.per_second:9.1f}  {latency:<20}{cpu}  {each}  {self.mib:6.0f}  {note}"

    def _cost(self, percent: float) -> float:
        """Returns milliseconds of processor time a journey: the figure that a busy machine spoils least."""
        return percent * 10 / self.measured.per_second if self.measured.journeys else 0.0


class Meter:
    """Says how much processor time each party used while something ran."""

    def __init__(self, server: psutil.Process, postmaster: psutil.Process) -> None:
        self.server, self.postmaster, self.own = server, postmaster, psutil.Process()
        self.before = self._read()

    def percents(self) -> tuple[float, float, float, float]:
        """Returns server, PostgreSQL, this client and everybody else in percent of one core."""
        now = self._read()
        seconds = now[-1] - self.before[-1]
        server, database, own, everybody = (
            100 * (after - before) / seconds for before, after in zip(self.before[:-1], now[:-1], strict=True)
        )
        return server, database, own, max(0.0, everybody - server - database - own)

    def _read(self) -> tuple[float, float, float, float, float]:
        machine = psutil.cpu_times()
        idle = machine.idle + getattr(machine, "iowait", 0.0) + getattr(machine, "steal", 0.0)
        everybody = sum(machine) - idle - getattr(machine, "guest", 0.0)
        family = [self.postmaster, *self.postmaster.children()]
        return (_used(self.server), sum(map(_used, family)), _used(self.own), everybody, time.perf_counter())


def _used(process: psutil.Process) -> float:
    with contextlib.suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


async def _measure(
    bench: Bench, name: str, visitors: list[Visitor], journey: Journey, server: psutil.Process, seconds: float
) -> Line:
    await client.run(visitors, journey, warm_up=0, seconds=WARM_UP_SECONDS)
    meter = Meter(server, bench.postgres)
    measured = await client.run(visitors, journey, warm_up=0, seconds=seconds)
    return Line(name, measured, *meter.percents(), server.memory_info().rss / MIB)


def _verdict(line: Line, budget: dict[str, Any]) -> tuple[bool, str]:
    rate, slowest = line.measured.per_second, client.percentile(line.measured.journeys, 0.95)
    holds = rate >= budget["per_second"] and slowest <= budget.get("p95_ms", float("inf"))
    word = "aim met" if holds and rate >= budget["aim"] else "ok" if holds else "MISSED"
    limit = f", p95 ≤ {budget['p95_ms']} ms" if "p95_ms" in budget else ""
    return holds, f"{word}: budget {budget['per_second']}/s{limit}, aim {budget['aim']}/s"


def _measure_all(bench: Bench, budgets: dict[str, Any], chosen: list[str], seconds: float) -> bool:
    """Prints the table row by row; returns whether every budget holds."""
    print(HEAD)  # noqa: T201
    holds, foreign = True, 0.0
    for name, journey in journeys.floor_journeys().items():
        line = uvloop.run(_measure(bench, f"floor {name}", bench.strangers(), journey, bench.floor, seconds / 2))
        print(line.text(""), flush=True)  # noqa: T201
    for name, journey in journeys.journeys(bench.mall).items():
        if name not in chosen:
            continue
        line = uvloop.run(_measure(bench, name, bench.visitors(), journey, bench.web, seconds))
        ok, note = _verdict(line, budgets["journeys"][name])
        print(line.text(note), flush=True)  # noqa: T201
        holds, foreign = holds and ok, max(foreign, line.foreign)
    mib = bench.web.memory_info().rss / MIB
    fits = mib <= budgets["web_mib"]
    print(f"web process {mib:.0f} MiB: {'ok' if fits else 'MISSED'}, budget {budgets['web_mib']} MiB")  # noqa: T201
    if foreign > FOREIGN_AT_MOST:
        print(f"provisional: others used up to {foreign:.0f} % of a core")  # noqa: T201
    return holds and fits


def main() -> None:
    """Measures once."""
    budgets = tomllib.loads(BUDGETS.read_text(encoding="utf-8"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="window of each journey")
    parser.add_argument("--only", default=",".join(budgets["journeys"]), help="journeys, with commas between")
    parser.add_argument("--locust", action="store_true", help="afterwards the same journeys by Locust, for comparison")
    options = parser.parse_args()
    chosen = options.only.split(",")
    with installation.opened(users=budgets["users"], goods=budgets["goods"]) as bench:
        holds = _measure_all(bench, budgets, chosen, options.seconds)
        if options.locust:
            from loadtests import by_locust  # noqa: PLC0415  Locust is not among our dependencies

            by_locust.measure(bench, chosen, options.seconds)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
