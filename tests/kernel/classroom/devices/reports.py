"""Reports of machines for tests: a good one, and how to make it worse."""

from typing import Any

from kernel.classroom.devices.measures import Measures

GOOD: dict[str, Any] = {
    "latency": {"median_ms": 12, "jitter_ms": 4, "lost": 0},
    "download": {"bytes": 8_000_000, "ms": 1_600},
    "upload": {"bytes": 524_288, "ms": 400},
    "socket": {"connected": True, "round_trip_ms": 9},
    "media": {"camera": "ok", "microphone": "ok"},
    "clock_offset_ms": -400,
    "browser": {"name": "chromium", "version": 128, "system": "windows", "in_app": False, "missing": []},
    "screen": {"width": 1440, "height": 900, "touch": False},
    "storage": {"cookies": True, "local": True},
    "hardware": {"cores": 4, "memory_gb": 8},
}
NOTHING: dict[str, Any] = dict.fromkeys(GOOD)


def report(**changes: Any) -> dict[str, Any]:
    """Returns the report of a good machine with some parts replaced, as a body."""
    return {**GOOD, **changes}


def measures(**changes: Any) -> Measures:
    """Returns the same, read."""
    return Measures.model_validate(report(**changes))
