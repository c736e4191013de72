"""Plans classes, changes them before they open, opens and closes them, and says who teaches them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text, update

from kernel.actor import ActorKind
from kernel.classroom import queries as classes
from kernel.classroom import service as classroom
from kernel.classroom.classes import queries
from kernel.classroom.classes.schemas import ClassChange, ClassCreate
from kernel.classroom.console import interventions
from kernel.classroom.models import CohortState
from kernel.classroom.service import COHORT, Home
from kernel.classroom.timetable import service as timetable
from kernel.errors import Conflict, Forbidden, Invalid, NotFound
from kernel.identity import endings
from kernel.identity.models import SessionEnd
from kernel.sandbox import clockwork
from kernel.unit_of_work import UnitOfWork

_CLOSE = text("""
    UPDATE kernel_cohort SET state = 'closed', closed_at = :now WHERE id = :cohort_id AND state = 'open' RETURNING id
""")
_MARKET = text("SELECT id FROM kernel_sandbox WHERE cohort_id = :cohort_id")
_TEACHING = text("""
    SELECT t.id, t.account_id, a.display_name AS name FROM kernel_teaching_assignment t
      JOIN kernel_account a ON a.id = t.account_id
     WHERE t.cohort_id = :cohort_id ORDER BY t.place
""")
_UNASSIGN = text("DELETE FROM kernel_teaching_assignment WHERE id = :id")
_IS_LECTURER = text("SELECT kernel_is_lecturer_of(:account_id, :institution_id)")
_NAME = text("SELECT display_name FROM kernel_account WHERE id = :account_id")
_RELEASE = text("""
    DELETE FROM kernel_teaching_assignment t USING kernel_cohort c
     WHERE t.account_id = :account_id AND t.institution_id = :institution_id AND c.id = t.cohort_id
       AND c.state <> 'closed'
    RETURNING t.cohort_id, t.institution_id, t.region_code
""")


@dataclass(frozen=True, slots=True)
class _Teacher:
    """Where a log-in name stood in the request, and whose it is."""

    pointer: str
    account_id: UUID


async def create(uow: UnitOfWork, command: ClassCreate) -> UUID:
    """Plans a class with its lecturers and its timetable, and returns it.

    A lecturer teaches the class he plans; staff of an institution names who teaches.

    Raises:
        Forbidden: the acting person belongs to no institution.
        Invalid: no lecturer is named, one is not the institution's or named twice, or there is no such template.

    """
    async with uow.as_system():
        institution = await queries.find_institution(uow)
        if institution is None:
            raise Forbidden("kernel.classroom.no_institution")
        teachers = await _teachers(uow, command, institution.institution_id)
        home = await classroom.add_cohort(
            uow,
            institution_id=institution.institution_id,
            region_code=institution.region_code,
            name=command.name,
            starts_on=command.starts_on,
            is_trial=command.is_trial,
        )
        for teacher in teachers:
            await classroom.assign_lecturer(uow, home, teacher.account_id)
        if command.template is not None:
            await timetable.fill(uow, home, command.template, command.starts_on, command.skip_dates)
    return home.cohort_id


async def change(uow: UnitOfWork, home: Home, command: ClassChange) -> None:
    """Changes name, first day and purpose of a class; what is absent stays.

    Raises:
        Conflict: the class has opened, and its first day or purpose was to be changed; or it is over.

    """
    cohort = await classes.lock_cohort(uow, home.cohort_id)
    if cohort.state == CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    if cohort.state != CohortState.PLANNED and (command.starts_on, command.is_trial) != (None, None):
        raise Conflict("kernel.classroom.opened_before")
    if command.starts_on is not None:
        await timetable.move_start(uow, home, cohort.starts_on, command.starts_on)
    values = command.model_dump(exclude_none=True, exclude={"starts_on"})
    if values:
        await uow.execute(update(COHORT).where(COHORT.c.id == home.cohort_id).values(**values))


async def close(uow: UnitOfWork, home: Home) -> None:
    """Ends a class (结班): its clock stops for good, nothing is sold any more, its pages can still be read.

    Raises:
        Conflict: it is not open, or its clock is jumping.
    Emits: `ClockChanged`.

    """
    await classes.lock_cohort(uow, home.cohort_id)
    closed = await uow.execute(_CLOSE, {"cohort_id": home.cohort_id, "now": uow.now.at})
    if closed.one_or_none() is None:
        raise Conflict("kernel.classroom.not_running")
    if uow.scope is None:
        async with uow.as_system():
            sandbox_id = (await uow.execute(_MARKET, {"cohort_id": home.cohort_id})).scalar_one()
        await uow.enter(sandbox_id)
    await clockwork.end(uow)
    await interventions.record(uow, home, kind="class.closed", seat_id=None)


async def add_lecturer(uow: UnitOfWork, home: Home, login: str) -> None:
    """Lets a second lecturer of the institution teach a class.

    Raises:
        Conflict: the class has two lecturers (article 7), this one among them or not.
        NotFound: the institution has no such lecturer.
        Invalid: he teaches the class already, or is a learner of it.

    """
    async with uow.as_system():
        account_id = await queries.find_lecturer(uow, login, home.institution_id)
        if account_id is None:
            raise NotFound("kernel.classroom.no_such_lecturer")
        if account_id in {row.account_id for row in await _teaching(uow, home)}:
            raise Invalid.field("/login", "kernel.classroom.teaches_already")
        if await queries.is_seated(uow, home.cohort_id, account_id):
            raise Invalid.field("/login", "kernel.classroom.learns_here")
        await classroom.assign_lecturer(uow, home, account_id)
        [name] = [row.name for row in await _teaching(uow, home) if row.account_id == account_id]
    await interventions.record(uow, home, kind="lecturer.added", seat_id=None, params={"name": name})


async def remove_lecturer(uow: UnitOfWork, home: Home, account_id: UUID) -> None:
    """Takes a lecturer out of a class. That he taught it stays in the record, and keeps him out of its scoring.

    Raises:
        NotFound: he does not teach it.
        Conflict: he is the only one.

    """
    await classes.lock_cohort(uow, home.cohort_id)
    async with uow.as_system():
        teaching = await _teaching(uow, home)
        found = next((row for row in teaching if row.account_id == account_id), None)
        if found is None:
            raise NotFound("kernel.classroom.lecturer_not_found")
        if len(teaching) == 1:
            raise Conflict("kernel.classroom.last_lecturer")
        await uow.execute(_UNASSIGN, {"id": found.id})
    params = {"name": found.name, "account_id": str(account_id)}
    await interventions.record(uow, home, kind="lecturer.removed", seat_id=None, params=params)


async def release_lecturer(uow: UnitOfWork, account_id: UUID, institution_id: UUID) -> None:
    """Takes somebody whose last lecturer's role in an institution is gone out of its classes; his sessions there end.

    Each class has it on record. One that is over keeps him as who taught it, which opens nothing without the role.
    """
    values = {"account_id": account_id, "institution_id": institution_id}
    async with uow.as_system():
        if (await uow.execute(_IS_LECTURER, values)).scalar_one():
            return
        await endings.end_teaching(uow, SessionEnd.TEACHING_ENDED, account_id=account_id, institution_id=institution_id)
        name = (await uow.execute(_NAME, values)).scalar_one()
        params = {"name": name, "account_id": str(account_id)}
        for row in (await uow.execute(_RELEASE, values)).all():
            home = Home(cohort_id=row.cohort_id, institution_id=row.institution_id, region_code=row.region_code)
            await interventions.record(uow, home, kind="lecturer.removed", seat_id=None, params=params)


async def _teachers(uow: UnitOfWork, command: ClassCreate, institution_id: UUID) -> list[_Teacher]:
    teachers: list[_Teacher] = []
    if uow.actor.kind is ActorKind.LECTURER and uow.actor.account_id is not None:
        if command.lecturer is not None:
            raise Invalid.field("/lecturer", "kernel.classroom.lecturer_is_self")
        teachers.append(_Teacher("/lecturer", uow.actor.account_id))
    elif command.lecturer is None:
        raise Invalid.field("/lecturer", "kernel.classroom.lecturer_wanted")
    for pointer, login in (("/lecturer", command.lecturer), ("/second_lecturer", command.second_lecturer)):
        if login is None:
            continue
        account_id = await queries.find_lecturer(uow, login, institution_id)
        if account_id is None:
            raise Invalid.field(pointer, "kernel.classroom.no_such_lecturer")
        if account_id in {teacher.account_id for teacher in teachers}:
            raise Invalid.field(pointer, "kernel.classroom.teaches_already")
        teachers.append(_Teacher(pointer, account_id))
    return teachers


async def _teaching(uow: UnitOfWork, home: Home) -> list[Any]:
    return list(await uow.execute(_TEACHING, {"cohort_id": home.cohort_id}))
