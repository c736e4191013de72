"""How long each operation took and what went wrong. Counts; decides nothing."""

from collections import defaultdict
from dataclasses import dataclass, field

FAILURES_KEPT = 50


@dataclass(frozen=True, slots=True)
class Timing:
    """One operation's answers, in milliseconds."""

    operation: str
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that should not have happened."""

    operation: str
    who: str
    status: int
    code: str
    told: str


@dataclass(slots=True)
class Meter:
    """What all actors of a rehearsal met. The first failures are kept in words, the rest counted."""

    durations: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0
    retried: int = 0

    def took(self, operation: str, milliseconds: float) -> None:
        """Notes one answer."""
        self.durations[operation].append(milliseconds)

    def went_wrong(self, failure: Failure) -> None:
        """Notes one failure."""
        self.failed += 1
        if len(self.failures) < FAILURES_KEPT:
            self.failures.append(failure)

    @property
    def requests(self) -> int:
        """How many requests were answered."""
        return sum(map(len, self.durations.values()))

    def timings(self) -> list[Timing]:
        """Returns every operation's figures, the most frequent first."""
        rows = [_timing(operation, sorted(values)) for operation, values in self.durations.items()]
        return sorted(rows, key=lambda row: (-row.requests, row.operation))


def _timing(operation: str, ordered: list[float]) -> Timing:
    p50, p95, p99 = (_percentile(ordered, share) for share in (50, 95, 99))
    return Timing(operation, len(ordered), p50, p95, p99, round(ordered[-1], 1))


def _percentile(ordered: list[float], percent: int) -> float:
    """Returns the nearest-rank percentile of ordered values."""
    rank = max(1, -(-len(ordered) * percent // 100))
    return round(ordered[rank - 1], 1)
