"""Reads of the lecturer's console: how each seat stands, what was done in the class, what was said to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork

_STANDINGS = text("""
    SELECT s.id AS seat_id, s.number AS seat_number, s.display_name AS learner_name, s.account_id IS NOT NULL AS claimed,
           s.is_late,
           (SELECT d.verdict FROM kernel_device_check d WHERE d.cohort_id = s.cohort_id AND d.seat_number = s.number
             ORDER BY d.id DESC LIMIT 1) AS device,
           (SELECT count(*) FROM kernel_intervention i WHERE i.cohort_id = s.cohort_id AND i.seat_id = s.id) AS flags,
           (SELECT count(*) FROM kernel_class_request r
             WHERE r.cohort_id = s.cohort_id AND r.seat_id = s.id AND r.state = 'open') AS requests,
           (SELECT count(*) FROM kernel_class_request r
             WHERE r.cohort_id = :cohort_id AND r.state = 'open') AS class_requests
      FROM kernel_seat s WHERE s.cohort_id = :cohort_id AND s.withdrawn_at IS NULL ORDER BY s.number LIMIT 30
""")
_INTERVENTIONS = """
    SELECT i.id, i.kind, i.seat_id, s.number AS seat_number, s.display_name AS learner_name, i.author, i.reason, i.params,
           i.sim_at, i.at
      FROM kernel_intervention i LEFT JOIN kernel_seat s ON s.id = i.seat_id
     WHERE i.cohort_id = :cohort_id
"""
_OF_CLASS = text(f"{_INTERVENTIONS} ORDER BY i.id DESC LIMIT 200")
_OF_SEAT = text(f"{_INTERVENTIONS} AND (i.seat_id = :seat_id OR i.seat_id IS NULL) ORDER BY i.id DESC LIMIT 200")
_NOTICES = """
    SELECT id, author, text, at, withdrawn_at FROM kernel_notice WHERE cohort_id = :cohort_id
"""
_STANDING = text(f"{_NOTICES} AND withdrawn_at IS NULL ORDER BY id DESC LIMIT 10")
_ALL = text(f"{_NOTICES} ORDER BY id DESC LIMIT 100")


async def list_standings(uow: UnitOfWork) -> list[Any]:
    """Returns every seat of the acting lecturer's class with claim, device, flags and requests, by number."""
    return list(await uow.execute(_STANDINGS, {"cohort_id": uow.actor.cohort_id}))


async def list_interventions(uow: UnitOfWork, cohort_id: UUID | None, seat_id: UUID | None) -> list[Any]:
    """Returns what lecturers did in a class, newest first, 200 at most; of a seat: with what met the whole class."""
    if seat_id is None:
        return list(await uow.execute(_OF_CLASS, {"cohort_id": cohort_id}))
    return list(await uow.execute(_OF_SEAT, {"cohort_id": cohort_id, "seat_id": seat_id}))


async def list_notices(uow: UnitOfWork, cohort_id: UUID | None, *, withdrawn_too: bool = False) -> list[Any]:
    """Returns the messages to a class, newest first: the ten that stand, or the newest hundred with those withdrawn."""
    return list(await uow.execute(_ALL if withdrawn_too else _STANDING, {"cohort_id": cohort_id}))
