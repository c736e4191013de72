"""Ends log-in sessions before their time and keeps why, so that the page which is still open can say it.

Owns `kernel_ended_session`: only the hash of a token, so whoever is told the reason held the session. Refuses to decide
whose sessions end; a person who signs out himself needs to be told nothing and is `identity.service`'s.
"""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import TextClause, text

from kernel.identity.models import SessionEnd
from kernel.unit_of_work import UnitOfWork


class _Which(StrEnum):
    """The sessions of an account that end together."""

    ALL = "account_id = :account_id"
    OTHERS = "account_id = :account_id AND token_hash <> :token_hash"
    IN_CLASS = "account_id = :account_id AND cohort_id = :cohort_id"
    IN_HOUSE = """account_id = :account_id AND cohort_id IN (
        SELECT t.cohort_id FROM kernel_teaching_assignment t
         WHERE t.account_id = :account_id AND t.institution_id = :institution_id)"""
    IN_ROLE = "grant_id = :grant_id"


def _statement(which: _Which) -> TextClause:
    # A program is told 401 as ever; only a page has somebody before it.
    return text(f"""
        WITH gone AS (DELETE FROM kernel_login_session WHERE {which.value} RETURNING token_hash, kind, expires_at)
        INSERT INTO kernel_ended_session (token_hash, reason, ended_at, expires_at)
        SELECT token_hash, CAST(:reason AS varchar), CAST(:now AS timestamptz), expires_at FROM gone WHERE kind = 'browser'
    """)


_END = {which: _statement(which) for which in _Which}


async def end_all(uow: UnitOfWork, reason: SessionEnd, *, account_id: UUID) -> None:
    """Ends every session and API token of an account. Needs the system scope, as all here do."""
    await _end(uow, _Which.ALL, reason, account_id=account_id)


async def end_others(uow: UnitOfWork, reason: SessionEnd, *, account_id: UUID, token_hash: bytes) -> None:
    """Ends every session and API token of an account but one."""
    await _end(uow, _Which.OTHERS, reason, account_id=account_id, token_hash=token_hash)


async def end_in_class(uow: UnitOfWork, reason: SessionEnd, *, account_id: UUID, cohort_id: UUID) -> None:
    """Ends what an account has open in one class."""
    await _end(uow, _Which.IN_CLASS, reason, account_id=account_id, cohort_id=cohort_id)


async def end_teaching(uow: UnitOfWork, reason: SessionEnd, *, account_id: UUID, institution_id: UUID) -> None:
    """Ends what an account has open in the classes it teaches for an institution."""
    await _end(uow, _Which.IN_HOUSE, reason, account_id=account_id, institution_id=institution_id)


async def end_in_role(uow: UnitOfWork, reason: SessionEnd, *, grant_id: UUID) -> None:
    """Ends what is open in one role."""
    await _end(uow, _Which.IN_ROLE, reason, grant_id=grant_id)


async def _end(uow: UnitOfWork, which: _Which, reason: SessionEnd, **values: UUID | bytes) -> None:
    await uow.execute(_END[which], {**values, "reason": reason, "now": uow.now.at})
