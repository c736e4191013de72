"""Reads of identity."""

from typing import Any

from sqlalchemy import text

from kernel.unit_of_work import UnitOfWork

_BY_LOGIN = text("SELECT * FROM kernel_find_login(:login)")
_MYSELF = text("""
    SELECT a.id, a.login, a.display_name, s.name AS sandbox_name, c.name AS cohort_name, seat.number AS seat_number,
           seat.display_name AS seat_display_name, c.id AS cohort_id, c.state AS cohort_state,
           a.must_change_password, a.password_reset_at, a.password_reset_by, i.name AS institution_name
      FROM kernel_account a
      LEFT JOIN kernel_sandbox s ON s.id = :sandbox_id
      LEFT JOIN kernel_cohort c ON c.id = :cohort_id
      LEFT JOIN kernel_institution i ON i.institution_id = :institution_id
      LEFT JOIN kernel_seat seat ON seat.id = :seat_id
     WHERE a.id = :account_id
""")


async def find_by_login(uow: UnitOfWork, login: str) -> Any:
    """Returns an account with its hash and where its session starts, or `None`; the only way to a hash."""
    return (await uow.execute(_BY_LOGIN, {"login": login})).one_or_none()


async def view_myself(uow: UnitOfWork) -> Any:
    """Returns the account, sandbox and seat of the acting person."""
    scope_id = uow.scope.id if uow.scope is not None else None
    return (
        await uow.execute(
            _MYSELF,
            {
                "account_id": uow.actor.account_id,
                "cohort_id": uow.actor.cohort_id,
                "sandbox_id": scope_id,
                "seat_id": uow.actor.seat_id,
                "institution_id": uow.actor.institution_id,
            },
        )
    ).one()
