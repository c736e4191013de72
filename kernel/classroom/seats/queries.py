"""Reads of the list of a class. The wall around the class is the database's."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

_SEATS = """
    SELECT s.id, s.number, s.display_name, s.account_id, s.person_id, s.pin_sealed, s.pin_failures,
           s.pin_locked_until, s.is_late, s.seated_at, s.claimed_at, s.claim_browser, s.made_account, s.withdrawn_at, a.login
      FROM kernel_seat s LEFT JOIN kernel_account a ON a.id = s.account_id
     WHERE s.cohort_id = :cohort_id
"""
_LIST = text(f"{_SEATS} ORDER BY s.withdrawn_at IS NOT NULL, s.number, s.id LIMIT 200")
_ONE = text(f"{_SEATS} AND s.id = :seat_id")
_LOCKED = text(f"{_SEATS} AND s.id = :seat_id FOR UPDATE OF s")
_UNCLAIMED = text(f"{_SEATS} AND s.account_id IS NULL AND s.withdrawn_at IS NULL ORDER BY s.number")
_SEATED_AGAIN = text("""
    SELECT EXISTS (SELECT 1 FROM kernel_seat
                    WHERE cohort_id = :cohort_id AND withdrawn_at IS NULL
                      AND (person_id = :person_id OR account_id = :account_id))
""")
_MARKET = text("SELECT id FROM kernel_sandbox WHERE cohort_id = :cohort_id")
_OPEN_REQUESTS = text("SELECT count(*) FROM kernel_class_request WHERE cohort_id = :cohort_id AND state = 'open'")


async def list_seats(uow: UnitOfWork, cohort_id: UUID) -> list[Any]:
    """Returns every seat of a class, those withdrawn last; at most thirty are not."""
    return list(await uow.execute(_LIST, {"cohort_id": cohort_id}))


async def list_unclaimed(uow: UnitOfWork, cohort_id: UUID) -> list[Any]:
    """Returns the seats that still wait for their learners, by number."""
    return list(await uow.execute(_UNCLAIMED, {"cohort_id": cohort_id}))


async def access_seat(uow: UnitOfWork, cohort_id: UUID, seat_id: UUID) -> Any:
    """Returns a seat of a class.

    Raises:
        NotFound: the class has none of this id.

    """
    return _found((await uow.execute(_ONE, {"cohort_id": cohort_id, "seat_id": seat_id})).one_or_none())


async def lock_seat(uow: UnitOfWork, cohort_id: UUID, seat_id: UUID) -> Any:
    """Returns a seat of a class and keeps others from changing it until the commit.

    Raises:
        NotFound: the class has none of this id.

    """
    return _found((await uow.execute(_LOCKED, {"cohort_id": cohort_id, "seat_id": seat_id})).one_or_none())


async def is_seated_again(uow: UnitOfWork, cohort_id: UUID, withdrawn: Any) -> bool:
    """Returns whether the learner of a withdrawn seat sits on another one of the class."""
    values = {"cohort_id": cohort_id, "person_id": withdrawn.person_id, "account_id": withdrawn.account_id}
    return bool((await uow.execute(_SEATED_AGAIN, values)).scalar_one())


async def find_market(uow: UnitOfWork, cohort_id: UUID) -> UUID | None:
    """Returns the sandbox of a class, `None` before its opening. Needs the system scope or the class's own."""
    found: UUID | None = (await uow.execute(_MARKET, {"cohort_id": cohort_id})).scalar_one_or_none()
    return found


async def count_open_requests(uow: UnitOfWork, cohort_id: UUID) -> int:
    """Returns how many requests of a class wait for an answer."""
    return int((await uow.execute(_OPEN_REQUESTS, {"cohort_id": cohort_id})).scalar_one())


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound("kernel.classroom.seat_not_found")
    return row
