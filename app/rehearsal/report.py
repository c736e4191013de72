"""What a rehearsal found: figures, and every way in which they contradict what should have happened."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from app.rehearsal.behaviours.opening import GOODS_PER_STORE
from app.rehearsal.meter import Failure, Timing
from app.rehearsal.stage import Stage

SCHEMA = "kaidian-rehearsal-1"


@dataclass(frozen=True, slots=True)
class Found:
    """What the mall says at the end: trades by state, both reconciliations, what its engine gave up on."""

    states: dict[str, int]
    shipped_late: int
    reconciliation: dict[str, Any]
    parked_timers: int
    parked_deliveries: int


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `contradictions` is empty when the rehearsal went as it should."""

    schema: str
    seed: int
    learners: int
    days: int
    seconds: float
    requests: int
    retried: int
    failed: int
    script: dict[str, int]
    found: Found
    operations: list[Timing]
    failures: list[Failure]
    contradictions: list[str]

    @property
    def is_good(self) -> bool:
        """Whether nothing failed and nothing contradicts."""
        return not self.contradictions

    def as_json(self) -> dict[str, Any]:
        """Returns the report as it is printed with `--json`."""
        return {**asdict(self), "ok": self.is_good}


def write(stage: Stage, found: Found, *, seconds: float) -> Report:
    """Returns the report of a rehearsal that has ended."""
    return Report(
        schema=SCHEMA,
        seed=stage.seed,
        learners=len(stage.learners),
        days=stage.days,
        seconds=round(seconds, 1),
        requests=stage.meter.requests,
        retried=stage.meter.retried,
        failed=stage.meter.failed,
        script=dict(sorted(stage.done.items())),
        found=found,
        operations=stage.meter.timings(),
        failures=stage.meter.failures,
        contradictions=list(contradictions(stage.done, found, learners=len(stage.learners), failed=stage.meter.failed)),
    )


def contradictions(done: Counter[str], found: Found, *, learners: int, failed: int) -> Iterator[str]:
    """Yields each way in which the mall's figures contradict the script's."""
    if failed:
        yield f"{failed} requests failed"
    if done["stopped"]:
        yield f"{done['stopped']} people could not finish what they were doing"
    expected = {"claimed": learners, "stores": learners, "goods": learners * GOODS_PER_STORE}
    for what, number in expected.items():
        if done[what] != number:
            yield f"{what}: {done[what]} instead of {number}"
    yield from _about_trades(done, Counter(found.states))
    if found.shipped_late != done["shipped late"]:
        yield f"{found.shipped_late} trades shipped late instead of {done['shipped late']}"
    money = found.reconciliation["money"]
    if not found.reconciliation["balanced"]:
        differences = {key: value for key, value in money.items() if key != "transfers" and value}
        yield f"books: {differences}, {len(found.reconciliation['stock'])} differences of stock"
    if found.parked_timers or found.parked_deliveries:
        yield f"parked: {found.parked_timers} timers, {found.parked_deliveries} deliveries"


def _about_trades(done: Counter[str], states: Counter[str]) -> Iterator[str]:
    if sum(states.values()) != done["placed"]:
        yield f"{sum(states.values())} trades instead of {done['placed']} placed"
    unpaid = done["forgotten"] - done["timed out"]
    if states["wait_pay"] != unpaid:
        yield f"{states['wait_pay']} trades wait to be paid instead of {unpaid}"
    closed = done["cancelled"] + done["timed out"]
    if states["closed"] != closed:
        yield f"{states['closed']} trades closed instead of {closed}"
    if done["shipped"] != done["paid"]:
        yield f"{done['shipped']} trades shipped instead of {done['paid']} paid"
    if states["finished"] != done["paid"]:
        yield f"{states['finished']} trades finished instead of {done['paid']} paid"
