"""The list of a class as its lecturer sees it: rows, counts, and what may be done to each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.classroom import queries as classes
from kernel.classroom.models import CohortState
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.classroom.seats import queries, rules
from kernel.classroom.seats.schemas import SeatListView, SeatRow
from kernel.unit_of_work import UnitOfWork

access_class = classes.access_cohort


async def view_list(uow: UnitOfWork, cohort_id: UUID) -> SeatListView:
    """Returns the list of a class.

    Raises:
        NotFound: there is no such class, or it is hidden from this person.

    """
    cohort = await classes.access_cohort(uow, cohort_id)
    rows = [_row(row, CohortState(cohort.state), uow.now.at) for row in await queries.list_seats(uow, cohort_id)]
    return SeatListView(
        cohort_id=cohort.id,
        class_name=cohort.name,
        class_code=cohort.code,
        class_state=CohortState(cohort.state),
        seats_at_most=SEATS_AT_MOST,
        seated=sum(row.state is not rules.SeatState.WITHDRAWN for row in rows),
        claimed=sum(row.state is rules.SeatState.CLAIMED for row in rows),
        open_requests=await queries.count_open_requests(uow, cohort_id),
        rows=rows,
    )


async def view_seat(uow: UnitOfWork, cohort_id: UUID, seat_id: UUID) -> SeatRow:
    """Returns one seat of the list."""
    cohort = await classes.access_cohort(uow, cohort_id)
    return _row(await queries.access_seat(uow, cohort_id, seat_id), CohortState(cohort.state), uow.now.at)


def _row(row: Any, cohort_state: CohortState, now: datetime) -> SeatRow:
    state = rules.state_of(row.account_id, row.withdrawn_at)
    is_locked = rules.is_locked(state, row.pin_locked_until, now)
    return SeatRow(
        id=row.id,
        number=row.number,
        name=row.display_name,
        state=state,
        account_id=row.account_id,
        login=row.login,
        claimed_at=row.claimed_at,
        claim_browser=row.claim_browser,
        has_pin=row.pin_sealed is not None,
        pin_failures=row.pin_failures if state is rules.SeatState.UNCLAIMED else 0,
        is_locked=is_locked,
        locked_until=row.pin_locked_until if is_locked else None,
        is_late=row.is_late,
        has_person=row.person_id is not None,
        withdrawn_at=row.withdrawn_at,
        actions=list(rules.actions(state, cohort_state)),
    )
