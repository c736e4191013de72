"""Reads of the log of log-ins. Which rows a person sees is the database's wall; ids are ordered by time."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, text

from kernel.identity.logins.schemas import LoginPage, LoginRow
from kernel.unit_of_work import UnitOfWork

PAGE = 50
_BEFORE = "(CAST(:before AS uuid) IS NULL OR e.id < CAST(:before AS uuid))"
_COLUMNS = """
    SELECT e.id, e.account_id, a.login, a.display_name, e.outcome, e.address, e.browser, e.at
      FROM kernel_login_event e JOIN kernel_account a ON a.id = e.account_id
"""
_ALL = text(f"{_COLUMNS} WHERE {_BEFORE} ORDER BY e.id DESC LIMIT {PAGE + 1}")
_OWN = text(f"{_COLUMNS} WHERE e.account_id = :account_id AND {_BEFORE} ORDER BY e.id DESC LIMIT {PAGE + 1}")


async def list_own(uow: UnitOfWork, before: UUID | None) -> LoginPage:
    """Returns a page of the acting person's own log-ins."""
    return _page(await uow.execute(_OWN, {"account_id": uow.actor.account_id, "before": before}))


async def list_all(uow: UnitOfWork, before: UUID | None) -> LoginPage:
    """Returns a page of the log-ins this person may see: of his class, his institution, his region."""
    return _page(await uow.execute(_ALL, {"before": before}))


def _page(result: CursorResult[Any]) -> LoginPage:
    rows = [LoginRow.model_validate(row._mapping) for row in result]
    return LoginPage(rows=rows[:PAGE], next_before=rows[PAGE - 1].id if len(rows) > PAGE else None)
