"""Lists the places of an account, moves a session into another, and remembers the last one for the next log-in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.identity import regions
from kernel.identity.places.schemas import PlaceChoice, PlaceKind, PlaceView
from kernel.unit_of_work import UnitOfWork

# A person is told of all his places wherever he is now, so these are asked in the system scope, by his own account.
_PLACES = text("""
    SELECT 'class' AS kind, c.id, CASE WHEN t.id IS NULL THEN 'learner' ELSE 'lecturer' END AS role, c.name AS title,
           i.name AS subtitle, '' AS region, c.state, c.closed_at IS NOT NULL AS is_over
      FROM kernel_cohort c
      LEFT JOIN kernel_institution i ON i.institution_id = c.institution_id
      LEFT JOIN kernel_seat s ON s.cohort_id = c.id AND s.account_id = :account_id AND s.withdrawn_at IS NULL
      LEFT JOIN kernel_teaching_assignment t ON t.cohort_id = c.id AND t.account_id = :account_id
                                            AND kernel_is_lecturer_of(t.account_id, t.institution_id)
     WHERE s.id IS NOT NULL OR t.id IS NOT NULL
    UNION ALL
    SELECT 'role', g.id, g.role, coalesce(i.name, ''), '', g.region_code, NULL, false
      FROM kernel_role_grant g
      LEFT JOIN kernel_institution i ON i.institution_id = g.institution_id
     WHERE g.account_id = :account_id AND g.revoked_at IS NULL
     ORDER BY is_over, kind, id DESC
     LIMIT 100
""")
_CURRENT = text("SELECT cohort_id, grant_id FROM kernel_login_session WHERE token_hash = :token_hash")
_MOVE = text("""
    UPDATE kernel_login_session SET cohort_id = :cohort_id, grant_id = :grant_id WHERE token_hash = :token_hash
""")
_REMEMBER = text("""
    UPDATE kernel_account SET last_cohort_id = :cohort_id, last_grant_id = :grant_id WHERE id = :account_id
""")
_LAST = text("SELECT last_cohort_id, last_grant_id FROM kernel_account WHERE id = :account_id")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a session is: in a class, in a role, or nowhere."""

    cohort_id: UUID | None
    grant_id: UUID | None


async def list_own(uow: UnitOfWork, *, token_hash: bytes) -> list[PlaceView]:
    """Returns the acting person's places: classes that go on, roles, classes that are over."""
    async with uow.as_system():
        current = (await uow.execute(_CURRENT, {"token_hash": token_hash})).one()
        rows = (await uow.execute(_PLACES, {"account_id": uow.actor.account_id})).all()
    return [_view(row, is_current=row.id in {current.cohort_id, current.grant_id}) for row in rows]


async def move(uow: UnitOfWork, choice: PlaceChoice, *, token_hash: bytes) -> None:
    """Moves the acting person's session into one of his places, from the next request on.

    Raises:
        NotFound: it is none of his.

    """
    place = Place(
        cohort_id=choice.id if choice.kind is PlaceKind.CLASS else None,
        grant_id=choice.id if choice.kind is PlaceKind.ROLE else None,
    )
    values = {"cohort_id": place.cohort_id, "grant_id": place.grant_id}
    async with uow.as_system():
        rows = (await uow.execute(_PLACES, {"account_id": uow.actor.account_id})).all()
        if (choice.kind.value, choice.id) not in {(row.kind, row.id) for row in rows}:
            raise NotFound("kernel.identity.place_not_found")
        await uow.execute(_MOVE, {**values, "token_hash": token_hash})
        await uow.execute(_REMEMBER, {**values, "account_id": uow.actor.account_id})


async def remembered(uow: UnitOfWork, found: Any) -> Place:
    """Returns where a session starts: where the account was last, else what `kernel_find_login` proposes.

    Needs the system scope. A class that is over is not gone back to by itself.
    """
    last = (await uow.execute(_LAST, {"account_id": found.id})).one()
    rows = (await uow.execute(_PLACES, {"account_id": found.id})).all()
    still = {row.id for row in rows if not row.is_over}
    if last.last_cohort_id in still or last.last_grant_id in still:
        return Place(cohort_id=last.last_cohort_id, grant_id=last.last_grant_id)
    return Place(cohort_id=found.cohort_id, grant_id=found.grant_id)


def _view(row: Any, *, is_current: bool) -> PlaceView:
    return PlaceView(
        kind=PlaceKind(row.kind),
        id=row.id,
        role=row.role,
        title=row.title or (regions.name_of(row.region) if row.region else ""),
        subtitle=row.subtitle or "",
        state=row.state,
        is_current=is_current,
    )
