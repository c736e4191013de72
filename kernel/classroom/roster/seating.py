"""Carries out the plan of an import: people on record, classes planned, seats given. One transaction, arrays not rows.

Needs the system scope and the locks of `work`. COPY is not to be had: PostgreSQL refuses it on tables with row-level
security.
"""

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy import text

from kernel.classroom import rules as classroom
from kernel.classroom.events import LearnerSeated
from kernel.classroom.models import CohortState
from kernel.classroom.roster import form as forms
from kernel.classroom.roster.judging import Judgement, Seating
from kernel.classroom.roster.queries import batches
from kernel.classroom.roster.survey import Progress, today_of
from kernel.crypto.keyring import Keyring
from kernel.errors import Conflict
from kernel.identity.people.sealed import ID_NUMBER, ID_NUMBER_PURPOSE, PHONE, PHONE_PURPOSE
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork

_LOCK_CLASS = text("SELECT id FROM kernel_cohort WHERE id = :cohort_id FOR UPDATE")
_LOCK_PLANNED = text("""
    SELECT id FROM kernel_cohort WHERE institution_id = :institution_id AND state = 'planned' ORDER BY id FOR UPDATE
""")
_PLAN = text("""
    INSERT INTO kernel_cohort (id, institution_id, region_code, name, code, state, is_trial, created_at)
    SELECT c.id, :institution_id, :region_code, c.name, c.code, 'planned', false, :now
      FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[]), CAST(:codes AS text[])) AS c (id, name, code)
""")
# Whoever has put the same person on record meanwhile wins; the number of rows tells.
_ADD = text("""
    INSERT INTO kernel_person (id, gender, id_number_sealed, id_number_key, purpose, delete_on, created_at, updated_at)
    SELECT p.id, p.gender, p.id_number, p.id_number_key, :purpose, :delete_on, :now, :now
      FROM unnest(CAST(:ids AS uuid[]), CAST(:genders AS text[]), CAST(:id_numbers AS bytea[]),
                  CAST(:id_number_keys AS bytea[])) AS p (id, gender, id_number, id_number_key)
     ORDER BY p.id_number_key
    ON CONFLICT (id_number_key) DO NOTHING
""")
_KEEP = text("""
    UPDATE kernel_person SET delete_on = greatest(delete_on, :delete_on), updated_at = :now WHERE id = ANY(:ids)
""")
_RECORD = text("""
    INSERT INTO kernel_person_record (id, person_id, institution_id, name, phone_sealed, phone_key, education, category,
                                      created_at, updated_at)
    SELECT r.id, r.person_id, :institution_id, r.name, r.phone, r.phone_key, r.education, r.category, :now, :now
      FROM unnest(CAST(:ids AS uuid[]), CAST(:person_ids AS uuid[]), CAST(:names AS text[]), CAST(:phones AS bytea[]),
                  CAST(:phone_keys AS bytea[]), CAST(:educations AS text[]), CAST(:categories AS text[]))
           AS r (id, person_id, name, phone, phone_key, education, category)
     ORDER BY r.person_id
    ON CONFLICT (person_id, institution_id) DO NOTHING
""")
_RENEW = text("""
    UPDATE kernel_person_record k
       SET phone_sealed = r.phone, phone_key = r.phone_key, education = coalesce(r.education, k.education),
           category = coalesce(r.category, k.category), updated_at = :now
      FROM unnest(CAST(:ids AS uuid[]), CAST(:phones AS bytea[]), CAST(:phone_keys AS bytea[]),
                  CAST(:educations AS text[]), CAST(:categories AS text[]))
           AS r (id, phone, phone_key, education, category)
     WHERE k.id = r.id AND k.institution_id = :institution_id
""")
_SEAT = text("""
    INSERT INTO kernel_seat (id, institution_id, region_code, cohort_id, person_id, import_id, number, display_name,
                             pin_failures, is_late, seated_at)
    SELECT s.id, :institution_id, :region_code, s.cohort_id, s.person_id, :import_id, s.number, s.display_name,
           0, s.is_late, :now
      FROM unnest(CAST(:ids AS uuid[]), CAST(:cohort_ids AS uuid[]), CAST(:person_ids AS uuid[]),
                  CAST(:numbers AS integer[]), CAST(:names AS text[]), CAST(:lates AS boolean[]))
           AS s (id, cohort_id, person_id, number, display_name, is_late)
""")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of one import belong."""

    import_id: UUID
    institution_id: UUID
    region_code: str


@dataclass(frozen=True, slots=True)
class _Seated:
    seating: Seating
    person_id: UUID
    record_id: UUID

    @classmethod
    def of(cls, seating: Seating) -> "_Seated":
        """Returns a seating with ids for whatever is still to be made."""
        return cls(seating, seating.person_id or new_id(), seating.record_id or new_id())


async def lock_classes(uow: UnitOfWork, *, institution_id: UUID, cohort_id: UUID | None) -> None:
    """Keeps others from seating people in the class, or in all planned ones of the institution, until the commit."""
    if cohort_id is not None:
        await uow.execute(_LOCK_CLASS, {"cohort_id": cohort_id})
    else:
        await uow.execute(_LOCK_PLANNED, {"institution_id": institution_id})


async def seat_all(
    uow: UnitOfWork, keyring: Keyring, place: Place, judgement: Judgement, progress: Progress
) -> list[UUID]:
    """Seats everybody of a plan without errors and returns the ids of the classes it planned for that.

    Raises:
        Conflict: somebody else has put one of the people on record in this very moment; to be tried again.

    """
    made = await _plan_classes(uow, place, judgement)
    seats: list[UUID] = []
    for some in batches(judgement.seatings):
        seated = [_Seated.of(each) for each in some]
        await _add_people(uow, keyring, [each for each in seated if each.seating.person_id is None])
        await _keep_people(uow, [each for each in seated if each.seating.person_id is not None])
        await _add_records(uow, keyring, place, [each for each in seated if each.seating.record_id is None])
        await _renew_records(uow, keyring, place, [each for each in seated if each.seating.record_id is not None])
        seats += await _add_seats(uow, place, seated)
        await progress(len(seats))
    if uow.scope is not None:
        for seat_id in seats:
            uow.publish(LearnerSeated(sandbox_id=uow.scope.id, seat_id=seat_id))
    return made


async def _plan_classes(uow: UnitOfWork, place: Place, judgement: Judgement) -> list[UUID]:
    rooms = {id(each.room): each.room for each in judgement.seatings if each.room.cohort_id is None}.values()
    for room in rooms:
        room.cohort_id = new_id()
    made = [room.cohort_id for room in rooms if room.cohort_id is not None]
    await uow.execute(
        _PLAN,
        {
            "institution_id": place.institution_id,
            "region_code": place.region_code,
            "now": uow.now.at,
            "ids": made,
            "names": [room.name for room in rooms],
            "codes": [classroom.code_of(secrets.randbits(64)) for _ in rooms],
        },
    )
    return made


async def _add_people(uow: UnitOfWork, keyring: Keyring, people: list[_Seated]) -> None:
    if not people:
        return
    values = await to_thread.run_sync(partial(_seal_people, keyring, people))
    terms = {"purpose": forms.load().purpose, "delete_on": forms.load().kept_until(today_of(uow)), "now": uow.now.at}
    if (await uow.execute(_ADD, {**values, **terms})).rowcount != len(people):
        raise Conflict("kernel.roster.overtaken")


def _seal_people(keyring: Keyring, people: list[_Seated]) -> dict[str, list[Any]]:
    entries = [(each.person_id, each.seating.entry) for each in people]
    return {
        "ids": [person for person, _ in entries],
        "genders": [None if entry.gender is None else entry.gender.value for _, entry in entries],
        "id_numbers": [keyring.encrypt(e.id_number or "", context=ID_NUMBER.context(person)) for person, e in entries],
        "id_number_keys": [keyring.fingerprint(e.id_number or "", purpose=ID_NUMBER_PURPOSE) for _, e in entries],
    }


async def _keep_people(uow: UnitOfWork, people: list[_Seated]) -> None:
    """Puts off the day on which those go who are taught once more."""
    if people:
        terms = {"delete_on": forms.load().kept_until(today_of(uow)), "now": uow.now.at}
        await uow.execute(_KEEP, {"ids": [each.person_id for each in people], **terms})


async def _add_records(uow: UnitOfWork, keyring: Keyring, place: Place, people: list[_Seated]) -> None:
    if not people:
        return
    values = await to_thread.run_sync(partial(_seal_records, keyring, people))
    values["person_ids"] = [each.person_id for each in people]
    values["names"] = [each.seating.entry.name for each in people]
    added = await uow.execute(_RECORD, {**values, "institution_id": place.institution_id, "now": uow.now.at})
    if added.rowcount != len(people):
        raise Conflict("kernel.roster.overtaken")


async def _renew_records(uow: UnitOfWork, keyring: Keyring, place: Place, people: list[_Seated]) -> None:
    if not people:
        return
    values = await to_thread.run_sync(partial(_seal_records, keyring, people))
    await uow.execute(_RENEW, {**values, "institution_id": place.institution_id, "now": uow.now.at})


def _seal_records(keyring: Keyring, people: list[_Seated]) -> dict[str, list[Any]]:
    entries = [(each.record_id, each.seating.entry) for each in people]
    return {
        "ids": [record for record, _ in entries],
        "phones": [keyring.encrypt(e.phone or "", context=PHONE.context(record)) for record, e in entries],
        "phone_keys": [keyring.fingerprint(e.phone or "", purpose=PHONE_PURPOSE) for _, e in entries],
        "educations": [e.education for _, e in entries],
        "categories": [e.category for _, e in entries],
    }


async def _add_seats(uow: UnitOfWork, place: Place, seated: list[_Seated]) -> list[UUID]:
    seats = [new_id() for _ in seated]
    await uow.execute(
        _SEAT,
        {
            "institution_id": place.institution_id,
            "region_code": place.region_code,
            "import_id": place.import_id,
            "now": uow.now.at,
            "ids": seats,
            "cohort_ids": [each.seating.room.cohort_id for each in seated],
            "person_ids": [each.person_id for each in seated],
            "numbers": [each.seating.number for each in seated],
            "names": [each.seating.entry.name for each in seated],
            "lates": [each.seating.room.state is CohortState.OPEN for each in seated],
        },
    )
    return seats
