"""Reads of the class. The wall around them is the database's: a class that may not be seen does not exist."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

_COLUMNS = "id, institution_id, region_code, name, code, state, is_trial, starts_on, created_at, opened_at, closed_at"
_COHORT = text(f"SELECT {_COLUMNS} FROM kernel_cohort WHERE id = :cohort_id")
_LOCK = text(f"SELECT {_COLUMNS} FROM kernel_cohort WHERE id = :cohort_id FOR UPDATE")
_NUMBERS = text("SELECT number FROM kernel_seat WHERE cohort_id = :cohort_id AND withdrawn_at IS NULL ORDER BY number")
_SEAT_IDS = text("SELECT id FROM kernel_seat WHERE cohort_id = :cohort_id AND withdrawn_at IS NULL ORDER BY number")
_PLACES = text("SELECT place FROM kernel_teaching_assignment WHERE cohort_id = :cohort_id ORDER BY place")


async def access_cohort(uow: UnitOfWork, cohort_id: UUID) -> Any:
    """Returns a class this person may see.

    Raises:
        NotFound: there is none, or it is hidden from him.

    """
    row = (await uow.execute(_COHORT, {"cohort_id": cohort_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.classroom.class_not_found")
    return row


async def lock_cohort(uow: UnitOfWork, cohort_id: UUID) -> Any:
    """Returns a class and keeps others from seating people in it until the commit.

    Raises:
        NotFound: there is none, or it is hidden from this person.

    """
    row = (await uow.execute(_LOCK, {"cohort_id": cohort_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.classroom.class_not_found")
    return row


async def list_numbers(uow: UnitOfWork, cohort_id: UUID) -> list[int]:
    """Returns the seat numbers in use."""
    return [row.number for row in await uow.execute(_NUMBERS, {"cohort_id": cohort_id})]


async def list_seat_ids(uow: UnitOfWork, cohort_id: UUID) -> list[UUID]:
    """Returns the seats of a class in the order of their numbers."""
    return [row.id for row in await uow.execute(_SEAT_IDS, {"cohort_id": cohort_id})]


async def list_places(uow: UnitOfWork, cohort_id: UUID) -> list[int]:
    """Returns which of the two lecturers' places are taken."""
    return [row.place for row in await uow.execute(_PLACES, {"cohort_id": cohort_id})]
