"""Interventions (讲师操作): what a lecturer did in a class, kept as a flag on the evidence. Written here, never changed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.actor import ActorKind
from kernel.classroom import service as classroom
from kernel.classroom.console.models import Intervention
from kernel.classroom.service import Home
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

INTERVENTION = table_of(Intervention)

_SEAT_OF = text("""
    SELECT id FROM kernel_seat WHERE cohort_id = :cohort_id AND account_id = :account_id AND withdrawn_at IS NULL
""")


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


async def note_password_reset(uow: UnitOfWork, account_id: UUID) -> None:
    """Notes that a lecturer gave a learner of his class a temporary password; of anybody else the log-ins tell."""
    if uow.actor.kind is not ActorKind.LECTURER or uow.actor.cohort_id is None:
        return
    params = {"cohort_id": uow.actor.cohort_id, "account_id": account_id}
    seat_id = (await uow.execute(_SEAT_OF, params)).scalar_one_or_none()
    if seat_id is not None:
        home = await classroom.access_home(uow, uow.actor.cohort_id)
        await record(uow, home, kind="password.reset", seat_id=seat_id)
