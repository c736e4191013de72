"""Thirty people are imported; then every route answers every role, and every table is read as it lies on disk.

What must not be found: a full ID number or phone of any of them. Two answers may hold one: a reveal, to who may and says
why, and the uploader's own workbook. Logs, metrics and backups of a running installation are read in the browser journeys.
"""

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.actor import ActorKind
from kernel.classroom.roster import work
from tests.app.test_authorisation import KINDS, ROWS, ask, cast, ids_of
from tests.kernel.busy_class import Busy, make_busy
from tests.kernel.classroom.roster.workbooks import book, row_of
from tests.kernel.fingerprint import TABLES
from tests.manual_clock import ManualClock
from tests.people import Made, people
from tests.world import Person, World

LEARNERS = 20
ENDS_SESSIONS = {"session_sign_out"}
MAY_HOLD = {("people_reveal", ActorKind.OFFICER), ("people_reveal", ActorKind.INSTITUTION)}
OWN_WORKBOOK = "classroom_roster_imports_marked"

_PERSON = text("""
    SELECT s.person_id FROM kernel_seat s WHERE s.import_id = :id ORDER BY s.number LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A busy class into which people were imported, twice: one workbook right, one full of mistakes."""

    busy: Busy
    people: list[Made]
    wrong_import_id: UUID

    @property
    def secrets(self) -> list[bytes]:
        """What must not be found: numbers whole, also as they would stand in a workbook or with blanks taken out."""
        return [secret.encode() for person in self.people for secret in (person.id_number, person.phone)]


async def _import(lecturer: Person, world: World, content: bytes) -> Any:
    address = f"/classroom/classes/{world.home.cohort_id}/roster-imports"
    response = await lecturer.send("POST", address, files={"file": ("名册.xlsx", content)})
    assert response.status_code == 201, response.text
    await work.work_off(world.runtime)
    return await lecturer.get(f"/classroom/roster-imports/{response.json()['id']}")


@pytest.fixture
async def rehearsal(world: World, wall: ManualClock, admin: AsyncEngine) -> Rehearsal:
    """Returns a class whose people have real-looking numbers."""
    busy = await make_busy(world, wall)
    known = list(people(LEARNERS, start=40_000))
    view = await _import(world.lecturer, world, book([row_of(person) for person in known]))
    assert view["state"] == "checked", view
    await world.lecturer.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
    await work.work_off(world.runtime)
    mistakes = [row_of(person, name="") for person in known[:9]]
    wrong = await _import(world.lecturer, world, book([*mistakes, row_of(known[3]), row_of(known[3], name="别人")]))
    async with admin.connect() as connection:
        row = (await connection.execute(_PERSON, {"id": UUID(view["id"])})).one()
    busy = replace(busy, person_id=row.person_id, import_id=UUID(wrong["id"]))
    return Rehearsal(busy=busy, people=known, wrong_import_id=UUID(wrong["id"]))


def leaked(content: bytes, secrets: Iterable[bytes]) -> list[bytes]:
    """Returns the secrets that stand in an answer, looking into workbooks and other zip files as well."""
    parts = [content]
    if zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts += [archive.read(name) for name in archive.namelist()]
    tidy = [re.sub(rb"[\s-]", b"", part) for part in parts]
    return [secret for secret in secrets if any(secret in part for part in (*parts, *tidy))]


class TestAnswers:
    async def test_hold_no_full_number_for_anybody(self, rehearsal: Rehearsal) -> None:
        """Reads first, as every role; then every command, which may change what later answers say."""
        busy = rehearsal.busy
        cast_of = await cast(busy)
        answers = 0
        for reading in (True, False):
            for row in (row for row in ROWS if (row.method == "GET") is reading and row.operation not in ENDS_SESSIONS):
                for kind in KINDS:
                    response = await ask(cast_of[kind], busy.world, row, ids_of(busy, row))
                    if (row.operation, kind) in MAY_HOLD or self._is_own_workbook(row.operation, kind):
                        continue
                    found = leaked(self._whole(response), rehearsal.secrets)
                    assert found == [], f"{row.operation} as {kind}"
                    answers += 1
        assert answers > len(ROWS) * 4

    async def test_hold_one_where_there_is_a_right(self, rehearsal: Rehearsal) -> None:
        """Without this the test above could pass because nothing holds a number."""
        busy = rehearsal.busy
        marked = await busy.world.lecturer.send("GET", f"/classroom/roster-imports/{rehearsal.wrong_import_id}/marked")
        assert marked.status_code == 200, marked.text
        assert leaked(marked.content, rehearsal.secrets) != []
        reveal = {"field": "id_number", "reason": "核对证书"}
        shown = await busy.staff.send("POST", f"/people/{busy.person_id}/reveal", json=reveal)
        assert shown.status_code == 200, shown.text
        assert leaked(shown.content, rehearsal.secrets) != []

    def _whole(self, response: Response) -> bytes:
        heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        return heads.encode() + b"\n" + response.content

    def _is_own_workbook(self, operation: str, kind: ActorKind) -> bool:
        return operation == OWN_WORKBOOK and kind is ActorKind.LECTURER


class TestDatabase:
    async def test_holds_no_full_number_in_any_table(self, rehearsal: Rehearsal, admin: AsyncEngine) -> None:
        """What a stolen disk, a dump or a backup without its key gives away."""
        read = 0
        async with admin.connect() as connection:
            for table in TABLES:
                name = str(table.__tablename__)
                rows = await connection.execute(text(f"SELECT t::text AS line FROM {name} t"))
                for row in rows:
                    line = row.line.encode()
                    # Bytes are shown in hexadecimal, so they are looked into as well.
                    inside = b" ".join(bytes.fromhex(part) for part in re.findall(r"\\x((?:[0-9a-f]{2})+)", row.line))
                    assert leaked(line + inside, rehearsal.secrets) == [], name
                    read += 1
        assert read > len(TABLES)
