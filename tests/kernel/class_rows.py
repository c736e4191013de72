"""One row in each table that belongs to a class or to people, so that a test of the wall proves something."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

from kernel.classroom.service import Home
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from tests.kernel.classroom.devices.reports import GOOD

CLASS_TABLES = (
    "kernel_class_request",
    "kernel_device_check",
    "kernel_intervention",
    "kernel_login_event",
    "kernel_notice",
    "kernel_period",
    "kernel_roster_import",
    "kernel_seat",
    "kernel_teaching_assignment",
)
"""Tables with a `cohort_id`: a class's own rows, there before and after its market."""

_AT = datetime(2026, 10, 12, 1, tzinfo=UTC)
_SPECIAL: dict[str, dict[str, Any]] = {
    "kernel_person": {"gender": "male"},
    "kernel_person_record": {},
    "kernel_class_request": {"kind": "join", "state": "open"},
    "kernel_device_check": {"verdict": "pass", "measures": GOOD, "findings": []},
    "kernel_intervention": {"kind": "test"},
    "kernel_ended_session": {"reason": "password_reset"},
    "kernel_login_event": {"outcome": "ok"},
    "kernel_login_guard": {},
    "kernel_notice": {},
    "kernel_period": {"kind": "practice", "ends_at": _AT + timedelta(minutes=45)},
    "kernel_reveal": {"field": "phone"},
    "kernel_role_grant": {"role": "lecturer"},
    "kernel_roster_import": {"state": "checked"},
}
"""What a CHECK demands of a row; all other columns get any value of their type."""


def _value(column: Column[Any]) -> Any:
    """Returns some value of a column's type."""
    if isinstance(column.type, JSONB):
        return {}
    kinds: dict[type[Any], Any] = {str: "示例", int: 1, bool: False, datetime: _AT, date: _AT.date()}
    kind = column.type.python_type
    if kind is UUID:
        return new_id()
    return new_id().bytes if kind is bytes else kinds[kind]


async def fill(uow: UnitOfWork, home: Home, *, account_id: UUID, seat_id: UUID) -> UUID:
    """Writes one row into every table of classes and people, and returns the person. Needs the system scope."""
    known = {
        "institution_id": home.institution_id,
        "region_code": home.region_code,
        "cohort_id": home.cohort_id,
        "account_id": account_id,
        "seat_id": seat_id,
    }
    person_id = new_id()
    for name, special in _SPECIAL.items():
        table = SQLModel.metadata.tables[name]
        row = {column.name: _value(column) for column in table.columns if not column.nullable}
        row |= {key: value for key, value in known.items() if key in table.columns}
        row |= {"id": person_id} if name == "kernel_person" else {}
        row |= {"person_id": person_id} if name == "kernel_person_record" else {}
        await uow.execute(insert(table), row | special)
    seats = SQLModel.metadata.tables["kernel_seat"]
    await uow.execute(seats.update().where(seats.c.id == seat_id).values(person_id=person_id))
    return person_id
