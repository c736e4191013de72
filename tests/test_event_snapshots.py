"""A published event changes only by a new version: the schemas of all events, compared with those committed.

A new event, or a new version of one, is written into the file by `UPDATE_SNAPSHOTS=1 pytest tests/test_event_snapshots.py`;
a changed one is refused even then.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from app import modules
from kernel.events.event import Event

FILE = Path(__file__).with_name("event_snapshots.json")
EVENTS: list[type[Event]] = [event for module in modules.MODULES for event in module.events]
NAME = re.compile(r"[a-z]+(\.[a-z_]+){2,3}\.v[1-9][0-9]*")


def schema_of(event: type[Event]) -> dict[str, Any]:
    """Returns what consumers rely on: names, types and what must be there; no prose."""
    schema = event.model_json_schema()
    fields = {
        name: {key: value for key, value in part.items() if key not in {"title", "description"}}
        for name, part in schema["properties"].items()
    }
    return {"aggregate": event.aggregate_kind, "fields": fields, "required": sorted(schema["required"])}


def committed() -> dict[str, Any]:
    """Returns the schemas as they were published."""
    snapshots: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return snapshots


class TestEvents:
    def test_are_what_was_published(self) -> None:
        published = committed()
        present = {event.type: schema_of(event) for event in EVENTS}
        changed = [name for name in published if present.get(name, published[name]) != published[name]]
        assert changed == [], "a published event changes only by a new version"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            FILE.write_text(json.dumps({**published, **present}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            published = committed()
        assert present.keys() == published.keys()

    def test_have_a_name_of_their_own(self) -> None:
        names = [event.type for event in EVENTS]
        assert len(set(names)) == len(names)
        assert [name for name in names if not NAME.fullmatch(name)] == []

    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
    def test_say_when_they_are_emitted_and_who_listens(self, event: type[Event]) -> None:
        assert event.__doc__ is not None
        assert event.__doc__.startswith("Emitted when")
        assert "Listeners:" in event.__doc__

    @pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
    def test_name_their_aggregate(self, event: type[Event]) -> None:
        assert event.aggregate_id is not Event.aggregate_id
        assert event.aggregate_kind.split(".")[0] == event.type.split(".")[0]
