"""Removes what has served its time: sessions, answers, counts and log of log-ins, rosters, people past their date.

Owns no table and no business row; facts, timers and ledgers stay, they are the record of a class. Safe twice and at any
time.
"""

from datetime import timedelta

import structlog
from sqlalchemy import text

from kernel.classroom.roster import service as rosters
from kernel.identity.guard.rules import FORGOTTEN_AFTER
from kernel.identity.logins.rules import KEPT as LOGINS_KEPT
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated command gets its first answer. A browser repeats within minutes; a week covers a phone left open."""

_SESSIONS = text("DELETE FROM kernel_login_session WHERE expires_at <= :now")
_ENDED = text("DELETE FROM kernel_ended_session WHERE expires_at <= :now")
_ANSWERS = text("DELETE FROM kernel_idempotent_answer WHERE at < :before")
_GUARDS = text("DELETE FROM kernel_login_guard WHERE failed_at < :before")
_LOGINS = text("DELETE FROM kernel_login_event WHERE at < :before")
_LEAVING = "SELECT id FROM kernel_person WHERE delete_on < :today"
_PEOPLE = (
    text(f"UPDATE kernel_seat SET person_id = NULL WHERE person_id IN ({_LEAVING})"),
    text(f"UPDATE kernel_account SET person_id = NULL WHERE person_id IN ({_LEAVING})"),
    text("DELETE FROM kernel_person WHERE delete_on < :today"),
)
"""A person goes on the date he was told; what he did in a class stays, under the name of his seat."""


async def prune(runtime: Runtime) -> int:
    """Removes all of these and returns how many rows that were."""
    async with runtime.enter_system() as uow:
        removed = (await uow.execute(_SESSIONS, {"now": uow.now.at})).rowcount
        removed += (await uow.execute(_ENDED, {"now": uow.now.at})).rowcount
        removed += (await uow.execute(_ANSWERS, {"before": uow.now.at - ANSWERS_KEPT})).rowcount
        removed += (await uow.execute(_GUARDS, {"before": uow.now.at - FORGOTTEN_AFTER})).rowcount
        removed += (await uow.execute(_LOGINS, {"before": uow.now.at - LOGINS_KEPT})).rowcount
        for statement in _PEOPLE:
            removed += (await uow.execute(statement, {"today": uow.now.at.date()})).rowcount
        await rosters.remove_old(uow, uow.now.at)
    if removed:
        log.info("pruning.removed", rows=removed)
    return removed
