"""Interventions (讲师操作): what a lecturer did in a class, kept as a flag on the evidence. Written here, never changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from kernel.classroom.console.models import Intervention
from kernel.classroom.service import Home
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

INTERVENTION = table_of(Intervention)


async def record(
    uow: UnitOfWork,
    home: Home,
    *,
    kind: str,
    seat_id: UUID | None,
    reason: str = "",
    params: Mapping[str, Any] | None = None,
) -> None:
    """Notes what the acting person did to one learner, or without a seat to the whole class.

    `kind` is a noun and a past participle: `claim.undone`. `params` are what the words about it need, no personal data.
    """
    await uow.execute(
        insert(INTERVENTION),
        {
            "id": new_id(),
            "institution_id": home.institution_id,
            "region_code": home.region_code,
            "cohort_id": home.cohort_id,
            "seat_id": seat_id,
            "kind": kind,
            "account_id": uow.actor.account_id,
            "author": uow.actor.display_name,
            "reason": reason,
            "params": dict(params or {}),
            "sim_at": uow.now.sim_at if uow.scope is not None else None,
            "at": uow.now.at,
        },
    )
