"""Timetable templates as versioned data beside this file. Each is a 示例: the requirements fix the amount, not the order."""

import tomllib
from datetime import time
from functools import cache
from pathlib import Path

from kernel.classroom.models import PeriodKind
from kernel.classroom.timetable.rules import Lesson, Template

_FOLDER = Path(__file__).with_name("templates")


@cache
def templates() -> dict[str, Template]:
    """Returns all templates by code."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Template:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return Template(
        code=path.stem,
        name=values["name"],
        label=values["label"],
        slots=tuple((time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in values["slots"]),
        days=tuple(tuple(Lesson(PeriodKind(kind), topic) for kind, topic in day) for day in values["days"]),
    )
