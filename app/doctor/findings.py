"""What one check found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """`WARN` limits something, `BAD` keeps the sandbox from running."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One row of the report; `cure` is empty when all is well."""

    topic: str
    level: Level
    found: str
    cure: str = ""


def ok(topic: str, found: str) -> Finding:
    """Returns a finding that needs nothing."""
    return Finding(topic, Level.OK, found)


def warn(topic: str, found: str, cure: str) -> Finding:
    """Returns a finding that limits something."""
    return Finding(topic, Level.WARN, found, cure)


def bad(topic: str, found: str, cure: str) -> Finding:
    """Returns a finding that keeps the sandbox from running."""
    return Finding(topic, Level.BAD, found, cure)
