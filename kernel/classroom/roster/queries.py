"""Reads of roster imports, and of what the database knows of the people and classes in one."""

from collections.abc import Collection, Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text

from kernel.classroom.models import CohortState
from kernel.classroom.roster.judging import KnownPerson, Room
from kernel.crypto.keyring import Keyring
from kernel.errors import Forbidden, NotFound
from kernel.identity.people.sealed import ID_NUMBER_PURPOSE, PHONE_PURPOSE
from kernel.unit_of_work import UnitOfWork

BATCH = 2000
LISTED = 20

Item = TypeVar("Item")

_COLUMNS = """
    i.id, i.institution_id, i.region_code, i.cohort_id, i.account_id, i.file_name, i.state, i.rows_total, i.rows_done,
    i.rows_wrong, i.failure, i.summary, i.attempts, i.created_at, i.finished_at,
    i.file_sealed IS NOT NULL AS has_file, i.preview IS NOT NULL AS has_preview,
    i.state = 'imported' AND NOT EXISTS (
        SELECT 1 FROM kernel_seat s JOIN kernel_cohort c ON c.id = s.cohort_id
         WHERE s.import_id = i.id AND (s.account_id IS NOT NULL OR c.state <> 'planned')) AS can_undo
"""
_IMPORT = text(f"SELECT {_COLUMNS} FROM kernel_roster_import i WHERE i.id = :import_id")
_WAITING = text("SELECT id FROM kernel_roster_import WHERE state IN ('checking', 'importing') ORDER BY id LIMIT 20")
_LIST = text(f"""
    SELECT {_COLUMNS} FROM kernel_roster_import i
     WHERE i.cohort_id IS NOT DISTINCT FROM :cohort_id ORDER BY i.id DESC LIMIT {LISTED}
""")
_FILE = text("SELECT file_name, file_sealed FROM kernel_roster_import WHERE id = :import_id")
# A preview is one value; what a page does not show is left in the database.
_ROWS = text("""
    SELECT count(*) OVER () AS total, e.value AS row
      FROM kernel_roster_import i, jsonb_array_elements(i.preview) WITH ORDINALITY AS e(value, place)
     WHERE i.id = :import_id AND (NOT :only_wrong OR e.value -> 'marks' @> '[{"level": "error"}]')
     ORDER BY e.place LIMIT :size OFFSET :skip
""")
_MARKED = text("""
    SELECT e.value AS row
      FROM kernel_roster_import i, jsonb_array_elements(i.preview) WITH ORDINALITY AS e(value, place)
     WHERE i.id = :import_id AND jsonb_array_length(e.value -> 'marks') > 0 ORDER BY e.place
""")
_INSTITUTION = text("""
    SELECT institution_id, region_code, name FROM kernel_institution WHERE institution_id = :institution_id
""")
_PEOPLE = text("""
    SELECT p.id, p.id_number_key, r.id AS record_id, r.name, r.phone_key
      FROM kernel_person p
      LEFT JOIN kernel_person_record r ON r.person_id = p.id AND r.institution_id = :institution_id
     WHERE p.id_number_key = ANY(:keys)
""")
_CLASSES = text("SELECT id, name, state FROM kernel_cohort WHERE institution_id = :institution_id ORDER BY id")
_CLASS = text("SELECT id, name, state FROM kernel_cohort WHERE id = :cohort_id")
_SEATS = text("""
    SELECT cohort_id, number, person_id FROM kernel_seat WHERE cohort_id = ANY(:ids) AND withdrawn_at IS NULL
""")
_CLAIMED = text("""
    SELECT display_name FROM kernel_seat
     WHERE import_id = :import_id AND account_id IS NOT NULL ORDER BY cohort_id, number LIMIT :limit
""")
_STARTED = text("""
    SELECT c.name FROM kernel_cohort c
     WHERE c.state <> 'planned' AND c.id IN (SELECT s.cohort_id FROM kernel_seat s WHERE s.import_id = :import_id)
     ORDER BY c.id LIMIT 1
""")


async def access_import(uow: UnitOfWork, import_id: UUID) -> Any:
    """Returns an import this person may see.

    Raises:
        NotFound: there is none, or it is hidden from him.

    """
    row = (await uow.execute(_IMPORT, {"import_id": import_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.roster.not_found")
    return row


async def access_institution(uow: UnitOfWork) -> Any:
    """Returns the institution this person may import for.

    Raises:
        Forbidden: he works for none.

    """
    wanted = {"institution_id": uow.actor.institution_id}
    row = None
    if uow.actor.institution_id is not None:
        row = (await uow.execute(_INSTITUTION, wanted)).one_or_none()
    if row is None:
        raise Forbidden("kernel.identity.not_allowed")
    return row


async def list_imports(uow: UnitOfWork, cohort_id: UUID | None) -> list[Any]:
    """Returns the newest imports of a class, or without one those of the whole institution."""
    return list(await uow.execute(_LIST, {"cohort_id": cohort_id}))


async def list_rows(
    uow: UnitOfWork, import_id: UUID, *, only_wrong: bool, page: int, size: int
) -> tuple[list[dict[str, Any]], int]:
    """Returns a page of the preview and how many rows there are."""
    params = {"import_id": import_id, "only_wrong": only_wrong, "size": size, "skip": (page - 1) * size}
    rows = list(await uow.execute(_ROWS, params))
    return [row.row for row in rows], rows[0].total if rows else 0


async def list_marked_rows(uow: UnitOfWork, import_id: UUID) -> list[dict[str, Any]]:
    """Returns every row of the preview in which something was found."""
    return [row.row for row in await uow.execute(_MARKED, {"import_id": import_id})]


async def find_file(uow: UnitOfWork, import_id: UUID) -> Any:
    """Returns the encrypted file of an import; its bytes are `None` once removed."""
    return (await uow.execute(_FILE, {"import_id": import_id})).one()


async def list_waiting(uow: UnitOfWork) -> list[UUID]:
    """Returns the imports that wait for a worker, the oldest first. Needs the system scope."""
    return [row.id for row in await uow.execute(_WAITING)]


async def know_people(
    uow: UnitOfWork, keyring: Keyring, institution_id: UUID, phones: dict[str, str | None]
) -> dict[str, KnownPerson]:
    """Returns those whom somebody knows, by ID number; `phones` says which phone the roster gives each.

    Needs the system scope: a person is one row over all institutions. Of what is on record about him, only the
    institution's own is read (ADR 0017).
    """
    numbers = {keyring.fingerprint(number, purpose=ID_NUMBER_PURPOSE): number for number in phones}
    known: dict[str, KnownPerson] = {}
    for keys in batches(list(numbers)):
        for row in await uow.execute(_PEOPLE, {"keys": keys, "institution_id": institution_id}):
            number = numbers[bytes(row.id_number_key)]
            given = phones[number]
            key = None if given is None else keyring.fingerprint(given, purpose=PHONE_PURPOSE)
            known[number] = KnownPerson(row.id, row.record_id, row.name, has_phone=key == row.phone_key)
    return known


async def know_class(uow: UnitOfWork, cohort_id: UUID) -> dict[str, Room]:
    """Returns the one class of a class import, under the empty name."""
    row = (await uow.execute(_CLASS, {"cohort_id": cohort_id})).one()
    room = Room("", cohort_id=row.id, state=CohortState(row.state))
    await _fill(uow, {row.id: room})
    return {"": room}


async def know_classes(
    uow: UnitOfWork, institution_id: UUID, names: Collection[str]
) -> tuple[dict[str, Room], frozenset[str]]:
    """Returns the institution's classes among `names`, and the names that more than one class bears."""
    rooms: dict[str, Room] = {}
    ambiguous: set[str] = set()
    for row in await uow.execute(_CLASSES, {"institution_id": institution_id}):
        if row.name in names:
            ambiguous |= {row.name} & rooms.keys()
            rooms[row.name] = Room(row.name, cohort_id=row.id, state=CohortState(row.state))
    await _fill(uow, {room.cohort_id: room for room in rooms.values() if room.cohort_id is not None})
    return rooms, frozenset(ambiguous)


async def _fill(uow: UnitOfWork, rooms: dict[UUID, Room]) -> None:
    for row in await uow.execute(_SEATS, {"ids": list(rooms)}):
        room = rooms[row.cohort_id]
        room.taken.add(row.number)
        if row.person_id is not None:
            room.seat_of[row.person_id] = row.number


async def list_claimed(uow: UnitOfWork, import_id: UUID, *, limit: int) -> list[str]:
    """Returns whose seats of this import have been claimed."""
    return [row.display_name for row in await uow.execute(_CLAIMED, {"import_id": import_id, "limit": limit})]


async def find_started(uow: UnitOfWork, import_id: UUID) -> str | None:
    """Returns the name of a class with seats of this import that has opened."""
    return (await uow.execute(_STARTED, {"import_id": import_id})).scalar_one_or_none()


def batches(items: list[Item]) -> Iterable[list[Item]]:
    """Yields the items in lists that a statement carries well."""
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
