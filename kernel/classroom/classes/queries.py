"""Reads of classes with how far they are, in the system scope.

By the acting person's own account, by his own institution, or by the id of a class that he has been let see.
"""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom.classes.schemas import ClassView, LecturerView
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.classroom.timetable.rules import DAYS_AT_LEAST, PERIODS_AT_LEAST, Shortfall
from kernel.unit_of_work import UnitOfWork

MOST_CLASSES = 200

_VIEW = """
    SELECT c.id, c.name, c.code, c.state, c.is_trial, c.starts_on, c.opened_at, c.closed_at,
           coalesce(i.name, '') AS institution, s.seated, s.claimed, d.devices_checked, d.devices_passed,
           p.periods, p.days, r.open_requests
      FROM kernel_cohort c
      LEFT JOIN kernel_institution i ON i.institution_id = c.institution_id
     CROSS JOIN LATERAL (
        SELECT count(*) AS seated, count(*) FILTER (WHERE account_id IS NOT NULL) AS claimed
          FROM kernel_seat WHERE cohort_id = c.id AND withdrawn_at IS NULL) s
     CROSS JOIN LATERAL (
        SELECT count(*) AS devices_checked, count(*) FILTER (WHERE verdict <> 'fail') AS devices_passed
          FROM (SELECT DISTINCT ON (seat_number) verdict FROM kernel_device_check WHERE cohort_id = c.id
                 ORDER BY seat_number, id DESC) newest) d
     CROSS JOIN LATERAL (
        SELECT count(*) AS periods, count(DISTINCT (starts_at AT TIME ZONE INTERVAL '8 hours')::date) AS days
          FROM kernel_period WHERE cohort_id = c.id) p
     CROSS JOIN LATERAL (
        SELECT count(*) AS open_requests FROM kernel_class_request WHERE cohort_id = c.id AND state = 'open') r
"""
_ORDER = f"ORDER BY c.state = 'closed', c.id DESC LIMIT {MOST_CLASSES}"
_TAUGHT = """
    EXISTS (SELECT 1 FROM kernel_teaching_assignment t WHERE t.cohort_id = c.id AND t.account_id = :account_id
               AND kernel_is_lecturer_of(t.account_id, t.institution_id))
"""
_OF_LECTURER = text(f"{_VIEW} WHERE {_TAUGHT} {_ORDER}")
_OF_INSTITUTION = text(f"{_VIEW} WHERE c.institution_id = :institution_id {_ORDER}")
_ONE = text(f"{_VIEW} WHERE c.id = :cohort_id")
_LECTURERS = text("""
    SELECT t.cohort_id, a.id AS account_id, a.login, a.display_name AS name, t.place
      FROM kernel_teaching_assignment t JOIN kernel_account a ON a.id = t.account_id
     WHERE t.cohort_id = ANY(:cohort_ids) ORDER BY t.cohort_id, t.place
""")
_INSTITUTION_OF = text("SELECT institution_id, region_code FROM kernel_institution WHERE institution_id = :id")
_INSTITUTION_OF_CLASS = text("""
    SELECT institution_id, region_code FROM kernel_cohort WHERE id = :cohort_id
""")
_LECTURER = text("""
    SELECT a.id FROM kernel_account a
     WHERE a.login = :login AND a.disabled_at IS NULL AND kernel_is_lecturer_of(a.id, :institution_id)
""")
_SEATED = text("""
    SELECT EXISTS (SELECT 1 FROM kernel_seat
                    WHERE cohort_id = :cohort_id AND account_id = :account_id AND withdrawn_at IS NULL)
""")


async def list_own(uow: UnitOfWork) -> list[ClassView]:
    """Returns the classes the acting person teaches, or all of the institution whose staff he is; those over last."""
    async with uow.as_system():
        if uow.actor.cohort_id is None and uow.actor.institution_id is not None and _is_staff(uow):
            rows = await uow.execute(_OF_INSTITUTION, {"institution_id": uow.actor.institution_id})
        else:
            rows = await uow.execute(_OF_LECTURER, {"account_id": uow.actor.account_id})
        return await _views(uow, list(rows))


async def view(uow: UnitOfWork, cohort_id: UUID) -> ClassView:
    """Returns one class that the caller has been let see (`classes.access_cohort`)."""
    async with uow.as_system():
        rows = list(await uow.execute(_ONE, {"cohort_id": cohort_id}))
        [found] = await _views(uow, rows)
    return found


async def find_institution(uow: UnitOfWork) -> Any:
    """Returns (institution_id, region_code) under which the acting person opens classes, or `None`. System scope."""
    if uow.actor.cohort_id is not None:
        return (await uow.execute(_INSTITUTION_OF_CLASS, {"cohort_id": uow.actor.cohort_id})).one_or_none()
    return (await uow.execute(_INSTITUTION_OF, {"id": uow.actor.institution_id})).one_or_none()


async def find_lecturer(uow: UnitOfWork, login: str, institution_id: UUID) -> UUID | None:
    """Returns the account of a lecturer of an institution by log-in name, `None` if there is none. System scope."""
    found: UUID | None = (
        await uow.execute(_LECTURER, {"login": login, "institution_id": institution_id})
    ).scalar_one_or_none()
    return found


async def is_seated(uow: UnitOfWork, cohort_id: UUID, account_id: UUID) -> bool:
    """Returns whether an account is a learner of a class."""
    return bool((await uow.execute(_SEATED, {"cohort_id": cohort_id, "account_id": account_id})).scalar_one())


def _is_staff(uow: UnitOfWork) -> bool:
    return uow.actor.kind.value == "institution"


async def _views(uow: UnitOfWork, rows: list[Any]) -> list[ClassView]:
    lecturers: dict[UUID, list[LecturerView]] = defaultdict(list)
    for row in await uow.execute(_LECTURERS, {"cohort_ids": [row.id for row in rows]}):
        found = {name: value for name, value in row._mapping.items() if name != "cohort_id"}
        lecturers[row.cohort_id].append(LecturerView(**found))
    return [
        ClassView(
            **row._mapping,
            lecturers=lecturers[row.id],
            is_own=uow.actor.account_id in {lecturer.account_id for lecturer in lecturers[row.id]},
            seats_at_most=SEATS_AT_MOST,
            shortfalls=_shortfalls(row),
        )
        for row in rows
    ]


def _shortfalls(row: Any) -> list[Shortfall]:
    lacks = [Shortfall.PERIODS] if row.periods < PERIODS_AT_LEAST else []
    return [*lacks, Shortfall.DAYS] if row.days < DAYS_AT_LEAST else lacks
