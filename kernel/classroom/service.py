"""Makes classes and seats people in them: institutions, accounts, cohorts, learners' seats, lecturers, the opening."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import insert, text

from kernel.classroom import queries, rules
from kernel.classroom.events import ClassOpened, LearnerSeated
from kernel.classroom.models import Cohort, CohortState, Seat, TeachingAssignment
from kernel.classroom.rules import LECTURERS_AT_MOST, SEATS_AT_MOST
from kernel.errors import Conflict
from kernel.identity.models import Account, Institution, Role, RoleGrant
from kernel.ids import new_id
from kernel.sandbox import service as sandboxes
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

INSTITUTION = table_of(Institution)
ACCOUNT = table_of(Account)
GRANT = table_of(RoleGrant)
COHORT = table_of(Cohort)
SEAT = table_of(Seat)
TEACHING = table_of(TeachingAssignment)

POLICY = "teaching-1"
DAY_STARTS = time(9)
"""At what simulated hour a new class's market begins."""

_OPEN = text("""
    UPDATE kernel_cohort SET state = 'open', opened_at = :now WHERE id = :cohort_id AND state = 'planned' RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Home:
    """The class a row belongs to, with the institution and region above it."""

    cohort_id: UUID
    institution_id: UUID
    region_code: str


@dataclass(frozen=True, slots=True)
class Learner:
    """Who is to be seated. Without a number he gets the lowest free one."""

    display_name: str
    number: int | None = None
    account_id: UUID | None = None
    person_id: UUID | None = None
    import_id: UUID | None = None


async def add_institution(uow: UnitOfWork, *, region_code: str, name: str) -> UUID:
    """Adds an institution. Needs the system scope."""
    institution_id = new_id()
    await uow.execute(insert(INSTITUTION), {"institution_id": institution_id, "region_code": region_code, "name": name})
    return institution_id


async def add_account(
    uow: UnitOfWork, *, institution_id: UUID | None, region_code: str, login: str, password_hash: str, display_name: str
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


async def grant(
    uow: UnitOfWork, *, account_id: UUID, role: Role, institution_id: UUID | None = None, region_code: str = ""
) -> UUID:
    """Lets an account act in a role outside a class. Needs the system scope or a right over the organisation."""
    grant_id = new_id()
    await uow.execute(
        insert(GRANT),
        {
            "id": grant_id,
            "account_id": account_id,
            "role": role,
            "institution_id": institution_id,
            "region_code": region_code,
            "granted_at": uow.now.at,
        },
    )
    return grant_id


async def add_cohort(
    uow: UnitOfWork,
    *,
    institution_id: UUID,
    region_code: str,
    name: str,
    starts_on: date | None = None,
    is_trial: bool = False,
) -> Home:
    """Plans a class with a fresh class code. Needs the system scope or the institution's."""
    home = Home(cohort_id=new_id(), institution_id=institution_id, region_code=region_code)
    await uow.execute(
        insert(COHORT),
        {
            "id": home.cohort_id,
            "institution_id": institution_id,
            "region_code": region_code,
            "name": name,
            "code": rules.code_of(secrets.randbits(64)),
            "state": CohortState.PLANNED,
            "is_trial": is_trial,
            "starts_on": starts_on,
            "created_at": uow.now.at,
        },
    )
    return home


async def access_home(uow: UnitOfWork, cohort_id: UUID) -> Home:
    """Returns the place of a class this person may see.

    Raises:
        NotFound: there is none, or it is hidden from him.

    """
    row = await queries.access_cohort(uow, cohort_id)
    return Home(cohort_id=row.id, institution_id=row.institution_id, region_code=row.region_code)


async def add_seat(uow: UnitOfWork, home: Home, learner: Learner) -> UUID:
    """Seats a learner; in a class that is already open he counts as late and joins its market.

    Locks the class, so that two lecturers never give one number twice.

    Raises:
        Conflict: all thirty seats are taken (article 7), or the class is over.
        Conflict: the number is taken, by the database's uniqueness.

    """
    cohort = await queries.lock_cohort(uow, home.cohort_id)
    if cohort.state == CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    free = rules.first_free(await queries.list_numbers(uow, home.cohort_id))
    if free is None:
        raise Conflict("kernel.classroom.class_full", limit=SEATS_AT_MOST)
    seat_id = new_id()
    await uow.execute(
        insert(SEAT),
        {
            "id": seat_id,
            "institution_id": home.institution_id,
            "region_code": home.region_code,
            "cohort_id": home.cohort_id,
            "person_id": learner.person_id,
            "account_id": learner.account_id,
            "import_id": learner.import_id,
            "number": learner.number or free,
            "display_name": learner.display_name,
            "pin_failures": 0,
            "is_late": cohort.state == CohortState.OPEN,
            "seated_at": uow.now.at,
            "claimed_at": None if learner.account_id is None else uow.now.at,
        },
    )
    if cohort.state == CohortState.OPEN:
        uow.publish(LearnerSeated(sandbox_id=uow.sandbox.id, seat_id=seat_id))
    return seat_id


async def assign_lecturer(uow: UnitOfWork, home: Home, account_id: UUID) -> None:
    """Lets a lecturer teach a class.

    Raises:
        Conflict: the class has its two lecturers already (article 7).

    """
    await queries.lock_cohort(uow, home.cohort_id)
    taken = await queries.list_places(uow, home.cohort_id)
    free = next((place for place in range(1, LECTURERS_AT_MOST + 1) if place not in taken), None)
    if free is None:
        raise Conflict("kernel.classroom.lecturers_full", limit=LECTURERS_AT_MOST)
    await uow.execute(
        insert(TEACHING),
        {
            "id": new_id(),
            "institution_id": home.institution_id,
            "region_code": home.region_code,
            "cohort_id": home.cohort_id,
            "account_id": account_id,
            "place": free,
            "assigned_at": uow.now.at,
        },
    )


async def open_class(
    uow: UnitOfWork,
    home: Home,
    *,
    starts_sim_at: datetime | None = None,
    seed: int | None = None,
    sandbox_name: str | None = None,
) -> UUID:
    """Opens a planned class: makes its sandbox, paused, and lets everybody seated into it. Returns the sandbox.

    The rest of the transaction is inside the new sandbox. The simulated calendar begins on the class's first day.

    Raises:
        Conflict: nobody is seated yet, or the class has been opened before.

    Emits: ClassOpened.

    """
    cohort = await queries.lock_cohort(uow, home.cohort_id)
    seat_ids = await queries.list_seat_ids(uow, home.cohort_id)
    if not seat_ids:
        raise Conflict("kernel.classroom.nobody_seated")
    if (await uow.execute(_OPEN, {"cohort_id": home.cohort_id, "now": uow.now.at})).one_or_none() is None:
        raise Conflict("kernel.classroom.opened_before")
    first_day = cohort.starts_on or uow.now.at.date()
    plan = sandboxes.SandboxPlan(
        institution_id=home.institution_id,
        region_code=home.region_code,
        cohort_id=home.cohort_id,
        name=sandbox_name or cohort.name,
        seed=secrets.randbits(62) if seed is None else seed,
        policy=POLICY,
        starts_sim_at=starts_sim_at or datetime.combine(first_day, DAY_STARTS),
    )
    async with uow.as_system():
        sandbox_id = await sandboxes.open_sandbox(uow, plan)
    await uow.enter(sandbox_id)
    uow.publish(ClassOpened(sandbox_id=sandbox_id, cohort_id=home.cohort_id, seat_ids=seat_ids))
    return sandbox_id
