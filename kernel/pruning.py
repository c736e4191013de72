"""Removes what has served its time: ended log-in sessions, answers nobody will ask for again, files of roster imports.

Owns no table and no business row; facts, timers and ledgers stay, they are the record of a class. Safe twice and at any
time.
"""

from datetime import timedelta

import structlog
from sqlalchemy import text

from kernel.classroom.roster import service as rosters
from kernel.runtime import Runtime

log = structlog.get_logger(__name__)

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated command gets its first answer. A browser repeats within minutes; a week covers a phone left open."""

_SESSIONS = text("DELETE FROM kernel_login_session WHERE expires_at <= :now")
_ANSWERS = text("DELETE FROM kernel_idempotent_answer WHERE at < :before")


async def prune(runtime: Runtime) -> int:
    """Removes ended sessions and old answers, and returns how many rows that were; empties old roster imports."""
    async with runtime.enter_system() as uow:
        removed = (await uow.execute(_SESSIONS, {"now": uow.now.at})).rowcount
        removed += (await uow.execute(_ANSWERS, {"before": uow.now.at - ANSWERS_KEPT})).rowcount
        await rosters.remove_old(uow, uow.now.at)
    if removed:
        log.info("pruning.removed", rows=removed)
    return removed
