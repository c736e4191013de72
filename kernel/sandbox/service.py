"""Opens sandboxes. Running them is the runner's, moving their clock is clockwork's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert

from kernel.clock import ClockState
from kernel.ids import new_id
from kernel.sandbox.models import Sandbox
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

SANDBOX = table_of(Sandbox)
DEFAULT_SPEED = 24
"""One real hour is one simulated day. Source: DESIGN §4.6."""


@dataclass(frozen=True, slots=True)
class SandboxPlan:
    """What a new sandbox needs to be told."""

    institution_id: UUID
    region_code: str
    cohort_id: UUID
    name: str
    seed: int
    policy: str
    starts_sim_at: datetime


async def open_sandbox(uow: UnitOfWork, plan: SandboxPlan) -> UUID:
    """Opens a sandbox, paused at its first simulated moment at 24×. Needs the system scope."""
    sandbox_id = new_id()
    await uow.execute(
        insert(SANDBOX),
        {
            "id": sandbox_id,
            "institution_id": plan.institution_id,
            "region_code": plan.region_code,
            "cohort_id": plan.cohort_id,
            "name": plan.name,
            "seed": plan.seed,
            "policy": plan.policy,
            "starts_sim_at": plan.starts_sim_at,
            "clock_state": ClockState.PAUSED,
            "clock_version": 0,
            "speed": DEFAULT_SPEED,
            "sim_anchor_at": plan.starts_sim_at,
            "class_anchor_ms": 0,
            "real_anchor_at": uow.now.at,
            "beat_at": uow.now.at,
            "resume_after_jump": False,
        },
    )
    return sandbox_id
