"""Reads of claims and requests. Whoever claims is nobody yet: these run in the system scope, by exact code and number."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom.claims.models import RequestKind
from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork

_LOCKED = text("""
    SELECT s.pin_locked_until FROM kernel_seat s JOIN kernel_cohort c ON c.id = s.cohort_id
     WHERE c.code = :code AND s.number = :number AND s.withdrawn_at IS NULL AND s.account_id IS NULL
       AND s.pin_locked_until > :now
""")
# A person is known all over; his account is offered only where the institution of the seat has taught him under it.
_ACCOUNT = text("""
    SELECT a.id, a.login FROM kernel_account a
     WHERE a.person_id = :person_id AND a.disabled_at IS NULL
       AND EXISTS (SELECT 1 FROM kernel_seat s WHERE s.account_id = a.id AND s.institution_id = :institution_id)
     ORDER BY a.id DESC LIMIT 1
""")
_TAKEN_LOGINS = text("SELECT login FROM kernel_account WHERE login = ANY(:logins)")
_LEARNER = text("""
    SELECT c.id AS cohort_id, c.institution_id, c.region_code, c.state, s.id AS seat_id, s.display_name
      FROM kernel_cohort c
      JOIN kernel_seat s ON s.cohort_id = c.id AND s.withdrawn_at IS NULL
      JOIN kernel_account a ON a.id = s.account_id AND a.disabled_at IS NULL
     WHERE c.code = :code AND a.login = :login
""")
_CLASS = text("""
    SELECT id AS cohort_id, institution_id, region_code, state, NULL AS seat_id FROM kernel_cohort WHERE code = :code
""")
_HAS_ASKED = text("""
    SELECT EXISTS (SELECT 1 FROM kernel_class_request
                    WHERE seat_id = :seat_id AND state = 'open' AND kind = 'password')
""")
_OPEN_OF_BROWSER = text("""
    SELECT EXISTS (SELECT 1 FROM kernel_class_request
                    WHERE cohort_id = :cohort_id AND state = 'open' AND browser_key = :browser_key)
""")
_OPEN_OF_KIND = text("""
    SELECT count(*) FROM kernel_class_request WHERE cohort_id = :cohort_id AND state = 'open' AND kind = :kind
""")
# The seat comes along only while its PIN may still be told.
_MINE = text("""
    SELECT r.id, r.kind, r.state, r.reason, c.name AS class_name, c.code AS class_code, s.id AS seat_id, s.number,
           s.pin_sealed
      FROM kernel_class_request r
      JOIN kernel_cohort c ON c.id = r.cohort_id
      LEFT JOIN kernel_seat s ON s.id = r.seat_id AND r.pin_until > :now AND c.state <> 'closed'
                             AND s.account_id IS NULL AND s.withdrawn_at IS NULL
     WHERE r.secret_hash = :secret_hash ORDER BY r.id DESC LIMIT 1
""")
_REQUESTS = """
    SELECT r.id, r.kind, r.state, r.name, r.note, r.browser, r.asked_at, r.reason, r.seat_id, s.number, s.account_id,
           s.claimed_at, a.login
      FROM kernel_class_request r
      LEFT JOIN kernel_seat s ON s.id = r.seat_id
      LEFT JOIN kernel_account a ON a.id = s.account_id
     WHERE r.cohort_id = :cohort_id
"""
_OPEN = text(f"{_REQUESTS} AND r.state = 'open' ORDER BY r.id LIMIT 60")
_ONE = text(f"{_REQUESTS} AND r.id = :request_id")
_NAMESAKES = text("""
    SELECT s.id, s.number, s.display_name, r.id AS record_id, r.phone_sealed
      FROM kernel_seat s
      LEFT JOIN kernel_person_record r ON r.person_id = s.person_id AND r.institution_id = s.institution_id
     WHERE s.cohort_id = :cohort_id AND s.display_name = ANY(:names) AND s.account_id IS NULL
       AND s.withdrawn_at IS NULL
     ORDER BY s.number
""")


async def find_lock(uow: UnitOfWork, code: str, number: int) -> datetime | None:
    """Returns until when wrong PINs lock a seat, `None` when they do not."""
    values = {"code": code, "number": number, "now": uow.now.at}
    found: datetime | None = (await uow.execute(_LOCKED, values)).scalar_one_or_none()
    return found


async def find_account(uow: UnitOfWork, *, person_id: UUID | None, institution_id: UUID) -> Any:
    """Returns id and login of the account a person has from an earlier class of an institution, the newest, or `None`."""
    values = {"person_id": person_id, "institution_id": institution_id}
    return (await uow.execute(_ACCOUNT, values)).one_or_none()


async def list_taken(uow: UnitOfWork, logins: list[str]) -> set[str]:
    """Returns which of these log-in names somebody has."""
    return {row.login for row in await uow.execute(_TAKEN_LOGINS, {"logins": logins})}


async def find_class(uow: UnitOfWork, code: str) -> Any:
    """Returns the class of a code.

    Raises:
        NotFound: there is none.

    """
    row = (await uow.execute(_CLASS, {"code": code})).one_or_none()
    if row is None:
        raise NotFound("kernel.claims.no_such_class")
    return row


async def find_learner(uow: UnitOfWork, code: str, login: str) -> Any:
    """Returns class and seat of a learner.

    Raises:
        NotFound: no class of this code has a learner of this log-in name; which of the two is wrong is not told.

    """
    row = (await uow.execute(_LEARNER, {"code": code, "login": login})).one_or_none()
    if row is None:
        raise NotFound("kernel.claims.no_such_learner")
    return row


async def has_asked(uow: UnitOfWork, seat_id: UUID) -> bool:
    """Returns whether a learner waits for a new password already."""
    return bool((await uow.execute(_HAS_ASKED, {"seat_id": seat_id})).scalar_one())


async def waits(uow: UnitOfWork, cohort_id: UUID, browser_key: bytes) -> bool:
    """Returns whether a browser waits for an answer of this class."""
    values = {"cohort_id": cohort_id, "browser_key": browser_key}
    return bool((await uow.execute(_OPEN_OF_BROWSER, values)).scalar_one())


async def count_open(uow: UnitOfWork, cohort_id: UUID, kind: RequestKind) -> int:
    """Returns how many requests of a kind wait in a class."""
    return int((await uow.execute(_OPEN_OF_KIND, {"cohort_id": cohort_id, "kind": kind.value})).scalar_one())


async def find_mine(uow: UnitOfWork, secret_hash: bytes) -> Any:
    """Returns what the browser of this secret has asked last, or `None`; with the seat while its PIN may be told."""
    return (await uow.execute(_MINE, {"secret_hash": secret_hash, "now": uow.now.at})).one_or_none()


async def list_open(uow: UnitOfWork, cohort_id: UUID) -> list[Any]:
    """Returns the requests of a class that wait for an answer, oldest first."""
    return list(await uow.execute(_OPEN, {"cohort_id": cohort_id}))


async def list_namesakes(uow: UnitOfWork, cohort_id: UUID, names: list[str]) -> list[Any]:
    """Returns the unclaimed seats of a class that bear one of these names."""
    return list(await uow.execute(_NAMESAKES, {"cohort_id": cohort_id, "names": names}))


async def access_request(uow: UnitOfWork, cohort_id: UUID, request_id: UUID) -> Any:
    """Returns a request of a class.

    Raises:
        NotFound: the class has none of this id.

    """
    row = (await uow.execute(_ONE, {"cohort_id": cohort_id, "request_id": request_id})).one_or_none()
    if row is None:
        raise NotFound("kernel.claims.request_not_found")
    return row
