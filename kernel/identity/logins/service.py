"""Writes the log of log-ins."""

from typing import Any

from sqlalchemy import text

from kernel.identity.logins.rules import Origin
from kernel.identity.models import LoginOutcome
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork

# Whoever sits in a class is told of to its institution, not to the one that once made his account.
# For an unknown name the same statement runs and writes nothing, so that its answer takes as long.
_RECORD = text("""
    INSERT INTO kernel_login_event
           (id, account_id, institution_id, region_code, cohort_id, outcome, address, browser, at)
    SELECT :id, a.id, CASE WHEN c.id IS NULL THEN a.institution_id ELSE c.institution_id END,
           coalesce(c.region_code, a.region_code), :cohort_id, :outcome, :address, :browser, :at
      FROM kernel_account a LEFT JOIN kernel_cohort c ON c.id = :cohort_id
     WHERE a.id = :account_id
""")


async def record(uow: UnitOfWork, found: Any, outcome: LoginOutcome, origin: Origin) -> None:
    """Notes one try under the account that `queries.find_by_login` found, if any. Needs the system scope."""
    await uow.execute(
        _RECORD,
        {
            "id": new_id(),
            "account_id": None if found is None else found.id,
            "cohort_id": None if found is None else found.cohort_id,
            "outcome": outcome.value,
            "address": origin.address,
            "browser": origin.browser,
            "at": uow.now.at,
        },
    )
