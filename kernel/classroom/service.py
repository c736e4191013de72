"""Seats people: institutions, accounts, cohorts, learners' seats, lecturers' assignments."""

from uuid import UUID

from sqlalchemy import insert

from kernel.classroom.models import Cohort, Seat, TeachingAssignment
from kernel.identity.models import Account, Institution
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

INSTITUTION = table_of(Institution)
ACCOUNT = table_of(Account)
COHORT = table_of(Cohort)
SEAT = table_of(Seat)
TEACHING = table_of(TeachingAssignment)


async def add_institution(uow: UnitOfWork, *, region_code: str, name: str) -> UUID:
    """Adds an institution. Needs the system scope."""
    institution_id = new_id()
    await uow.execute(insert(INSTITUTION), {"institution_id": institution_id, "region_code": region_code, "name": name})
    return institution_id


async def add_account(
    uow: UnitOfWork, *, institution_id: UUID, region_code: str, login: str, password_hash: str, display_name: str
) -> UUID:
    """Adds an account. Needs the system scope."""
    account_id = new_id()
    await uow.execute(
        insert(ACCOUNT),
        {
            "id": account_id,
            "institution_id": institution_id,
            "region_code": region_code,
            "login": login,
            "password_hash": password_hash,
            "display_name": display_name,
        },
    )
    return account_id


async def add_cohort(uow: UnitOfWork, *, institution_id: UUID, region_code: str, name: str) -> UUID:
    """Adds a cohort. Needs the system scope."""
    cohort_id = new_id()
    await uow.execute(
        insert(COHORT),
        {"id": cohort_id, "institution_id": institution_id, "region_code": region_code, "name": name},
    )
    return cohort_id


async def add_seat(uow: UnitOfWork, *, sandbox_id: UUID, account_id: UUID, number: int, display_name: str) -> UUID:
    """Seats a learner in a sandbox."""
    seat_id = new_id()
    await uow.execute(
        insert(SEAT),
        {
            "id": seat_id,
            "sandbox_id": sandbox_id,
            "account_id": account_id,
            "number": number,
            "display_name": display_name,
        },
    )
    return seat_id


async def assign_lecturer(uow: UnitOfWork, *, sandbox_id: UUID, account_id: UUID) -> None:
    """Lets a lecturer teach a sandbox."""
    await uow.execute(insert(TEACHING), {"id": new_id(), "sandbox_id": sandbox_id, "account_id": account_id})
