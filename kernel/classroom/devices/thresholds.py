"""The thresholds machines are judged by, as versioned data. All of them are 示例 except the room's 100 Mbit/s (article 7)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from kernel.classroom.devices.measures import BrowserName

CURRENT = "device-1"
_FILES = {CURRENT: Path(__file__).with_name("thresholds-1.toml")}


class Level(StrEnum):
    NOTE = "note"
    """Worth saying; the machine stays green."""
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One version. `_kbit` is kilobits a second."""

    version: str
    label: str
    room_reference_kbit: int
    room_source: str
    latency_good_ms: int
    latency_bad_ms: int
    jitter_good_ms: int
    download_good_kbit: int
    download_bad_kbit: int
    upload_good_kbit: int
    upload_bad_kbit: int
    socket_good_ms: int
    clock_good_ms: int
    screen_good_width: int
    good_cores: int
    good_memory_gb: int
    browsers: Mapping[BrowserName, int]
    levels: Mapping[str, Level]


@cache
def load(version: str) -> Thresholds:
    """Returns a version of the thresholds.

    Raises:
        KeyError: there is none of that name.

    """
    values = tomllib.loads(_FILES[version].read_text(encoding="utf-8"))
    return Thresholds(
        version=values["version"],
        label=values["label"],
        room_reference_kbit=values["room"]["reference_kbit"],
        room_source=values["room"]["source"],
        latency_good_ms=values["latency"]["good_ms"],
        latency_bad_ms=values["latency"]["bad_ms"],
        jitter_good_ms=values["latency"]["jitter_good_ms"],
        download_good_kbit=values["download"]["good_kbit"],
        download_bad_kbit=values["download"]["bad_kbit"],
        upload_good_kbit=values["upload"]["good_kbit"],
        upload_bad_kbit=values["upload"]["bad_kbit"],
        socket_good_ms=values["socket"]["good_ms"],
        clock_good_ms=values["clock"]["good_ms"],
        screen_good_width=values["screen"]["good_width"],
        good_cores=values["hardware"]["good_cores"],
        good_memory_gb=values["hardware"]["good_memory_gb"],
        browsers={BrowserName(name): version for name, version in values["browsers"].items()},
        levels={code: Level(level) for code, level in values["levels"].items()},
    )
