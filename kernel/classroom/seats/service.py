"""What a lecturer does to the list of his class: adds by hand, puts right, undoes claims, takes out, takes back.

Each is a guarded UPDATE and, where it touches a learner who is there already, an intervention on his record.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom import queries as classes
from kernel.classroom import rules as class_rules
from kernel.classroom import service as classroom
from kernel.classroom.console import interventions
from kernel.classroom.models import CohortState
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.classroom.seats import people, pins, queries, rules
from kernel.classroom.seats.schemas import SeatAdd, SeatChange
from kernel.classroom.service import Home, Learner
from kernel.crypto.keyring import Keyring
from kernel.errors import Conflict
from kernel.identity import endings
from kernel.identity.models import SessionEnd
from kernel.identity.reach import OWN_HOUSE, USED_ELSEWHERE
from kernel.unit_of_work import UnitOfWork

_CHANGE = text("""
    UPDATE kernel_seat SET display_name = :name, number = :number, person_id = coalesce(person_id, :person_id)
     WHERE id = :seat_id
""")
# His name in other classes is not this lecturer's to change, nor what another institution calls him.
_RENAME_ACCOUNT = text(f"""
    UPDATE kernel_account a SET display_name = :name FROM {OWN_HOUSE} WHERE a.id = :account_id AND NOT {USED_ELSEWHERE}
""")
_RENAME_PERSON = text("""
    UPDATE kernel_person_record r SET name = :name, updated_at = :now
     WHERE r.person_id = :person_id AND r.institution_id = :institution_id
       AND NOT EXISTS (SELECT 1 FROM kernel_seat o
                        WHERE o.person_id = r.person_id AND o.institution_id = r.institution_id AND o.id <> :seat_id)
""")
_UNDO = text("""
    UPDATE kernel_seat
       SET account_id = NULL, claimed_at = NULL, claim_browser = NULL, made_account = false, pin_failures = 0,
           pin_locked_until = NULL, pin_sealed = :sealed
     WHERE id = :seat_id AND account_id = :account_id AND withdrawn_at IS NULL
""")
_DISABLE = text("""
    UPDATE kernel_account a SET disabled_at = :now, disabled_by = :closed_by
     WHERE a.id = :account_id AND a.disabled_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM kernel_seat s WHERE s.account_id = a.id)
       AND NOT EXISTS (SELECT 1 FROM kernel_teaching_assignment t WHERE t.account_id = a.id)
       AND NOT EXISTS (SELECT 1 FROM kernel_role_grant g WHERE g.account_id = a.id AND g.revoked_at IS NULL)
""")
_WITHDRAW = text("UPDATE kernel_seat SET withdrawn_at = :now WHERE id = :seat_id AND withdrawn_at IS NULL")
_READMIT = text("""
    UPDATE kernel_seat SET withdrawn_at = NULL, number = :number WHERE id = :seat_id AND withdrawn_at IS NOT NULL
""")


async def add(uow: UnitOfWork, keyring: Keyring, home: Home, command: SeatAdd) -> UUID:
    """Seats one learner by hand, in a class that is open as a late joiner. Returns the seat.

    Raises:
        Conflict: the class is full (article 7) or over, the number is taken, or the person is seated already.
        Invalid: a number can be none.

    """
    cohort = await classes.lock_cohort(uow, home.cohort_id)
    if command.number is not None and command.number in await classes.list_numbers(uow, home.cohort_id):
        raise Conflict("kernel.seats.number_taken", number=command.number)
    person_id = await people.know(
        uow, keyring, home, name=command.name, id_number=command.id_number, phone=command.phone
    )
    await _enter_market(uow, home)
    learner = Learner(display_name=command.name, number=command.number, person_id=person_id)
    seat_id = await classroom.add_seat(uow, home, learner)
    if cohort.state == CohortState.OPEN:
        await interventions.record(uow, home, kind="learner.added_late", seat_id=seat_id)
    return seat_id


async def _enter_market(uow: UnitOfWork, home: Home) -> None:
    """Enters the market of an open class for whoever is in none, the institution's staff: a late joiner is told there."""
    if uow.scope is not None:
        return
    async with uow.as_system():
        sandbox_id = await queries.find_market(uow, home.cohort_id)
    if sandbox_id is not None:
        await uow.enter(sandbox_id)


async def change(uow: UnitOfWork, keyring: Keyring, home: Home, seat_id: UUID, command: SeatChange) -> None:
    """Puts a learner's name right, before the opening his number too, and adds the numbers nobody knew.

    Raises:
        NotFound: the class has no such seat.
        Conflict: the class is over; the number is another's, or the class is open; or his person is known already.
        Invalid: a number can be none.

    """
    cohort = await classes.lock_cohort(uow, home.cohort_id)
    row = await queries.lock_seat(uow, home.cohort_id, seat_id)
    _check_offered(row, cohort, rules.SeatAction.CHANGE)
    if command.number != row.number:
        if cohort.state != CohortState.PLANNED:
            raise Conflict("kernel.seats.number_fixed")
        if command.number in await classes.list_numbers(uow, home.cohort_id):
            raise Conflict("kernel.seats.number_taken", number=command.number)
    person_id = row.person_id
    if command.id_number is not None or command.phone is not None:
        if person_id is not None:
            raise Conflict("kernel.seats.person_known")
        person_id = await people.know(
            uow, keyring, home, name=command.name, id_number=command.id_number, phone=command.phone
        )
    values = {"seat_id": seat_id, "name": command.name, "number": command.number, "person_id": person_id}
    await uow.execute(_CHANGE, values)
    if command.name != row.display_name:
        await _rename(uow, home, row, command.name)


async def _rename(uow: UnitOfWork, home: Home, row: Any, name: str) -> None:
    """Carries a new name to the account that the seat's claim made, and to what the institution has on record of him.

    Not to an account that is in use elsewhere, nor to the record of somebody who sits in another class of the house.
    """
    values = {"name": name, "institution_id": home.institution_id}
    async with uow.as_system():
        if row.made_account:
            await uow.execute(_RENAME_ACCOUNT, {**values, "account_id": row.account_id})
        person = {"person_id": row.person_id, "seat_id": row.id, "now": uow.now.at}
        await uow.execute(_RENAME_PERSON, {**values, **person})


async def undo_claim(uow: UnitOfWork, keyring: Keyring, home: Home, seat_id: UUID, reason: str) -> None:
    """Takes a seat from whoever claimed it, ends his sessions in the class, and gives the seat another PIN.

    An account that this claim made, and on which nothing else hangs, is disabled. Store and trades stay with the seat.

    Raises:
        NotFound: the class has no such seat.
        Conflict: the seat is not claimed.

    """
    cohort = await classes.access_cohort(uow, home.cohort_id)
    row = await queries.lock_seat(uow, home.cohort_id, seat_id)
    _check_offered(row, cohort, rules.SeatAction.UNDO_CLAIM)
    values = {"seat_id": seat_id, "account_id": row.account_id, "sealed": pins.fresh(keyring, seat_id)}
    await uow.execute(_UNDO, values)
    await pins.forget_told(uow, seat_id)
    async with uow.as_system():
        await endings.end_in_class(uow, SessionEnd.CLAIM_UNDONE, account_id=row.account_id, cohort_id=home.cohort_id)
        if row.made_account:
            await uow.execute(
                _DISABLE, {"account_id": row.account_id, "now": uow.now.at, "closed_by": uow.actor.kind.value}
            )
    await interventions.record(
        uow, home, kind="claim.undone", seat_id=seat_id, reason=reason, params={"number": row.number}
    )


async def withdraw(uow: UnitOfWork, home: Home, seat_id: UUID, reason: str) -> None:
    """Takes a learner out of the class; his store stays as evidence, his number becomes free.

    Raises:
        NotFound: the class has no such seat.
        Conflict: he has withdrawn already.

    """
    cohort = await classes.lock_cohort(uow, home.cohort_id)
    row = await queries.lock_seat(uow, home.cohort_id, seat_id)
    _check_offered(row, cohort, rules.SeatAction.WITHDRAW)
    await uow.execute(_WITHDRAW, {"seat_id": seat_id, "now": uow.now.at})
    await pins.forget_told(uow, seat_id)
    if row.account_id is not None:
        async with uow.as_system():
            await endings.end_in_class(
                uow, SessionEnd.SEAT_WITHDRAWN, account_id=row.account_id, cohort_id=home.cohort_id
            )
    await interventions.record(
        uow, home, kind="learner.withdrawn", seat_id=seat_id, reason=reason, params={"number": row.number}
    )


async def readmit(uow: UnitOfWork, home: Home, seat_id: UUID, reason: str) -> None:
    """Takes a learner back, at his old number or, if it is taken, at the lowest free one.

    Raises:
        NotFound: the class has no such seat.
        Conflict: he has not withdrawn, the class is full (article 7), or his person or account sits there again.

    """
    cohort = await classes.lock_cohort(uow, home.cohort_id)
    row = await queries.lock_seat(uow, home.cohort_id, seat_id)
    _check_offered(row, cohort, rules.SeatAction.READMIT)
    taken = await classes.list_numbers(uow, home.cohort_id)
    free = class_rules.first_free(taken)
    if free is None:
        raise Conflict("kernel.classroom.class_full", limit=SEATS_AT_MOST)
    if await queries.is_seated_again(uow, home.cohort_id, row):
        raise Conflict("kernel.seats.seated_again")
    number = free if row.number in taken else row.number
    await uow.execute(_READMIT, {"seat_id": seat_id, "number": number})
    await interventions.record(
        uow, home, kind="learner.readmitted", seat_id=seat_id, reason=reason, params={"number": number}
    )


def _check_offered(row: Any, cohort: Any, action: rules.SeatAction) -> None:
    """Passes when the action is one that the seat's state offers; the same rule draws the buttons."""
    state = rules.state_of(row.account_id, row.withdrawn_at)
    if action not in rules.actions(state, CohortState(cohort.state)):
        raise Conflict("kernel.seats.not_possible", state=state.value)
