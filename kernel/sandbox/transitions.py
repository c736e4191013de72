"""The one way to change a state: compare-and-set on the row, then a line in the append-only log."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, update
from sqlmodel import SQLModel

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.lifecycle import Machine, Step
from kernel.sandbox.models import StateLog
from kernel.unit_of_work import UnitOfWork


def table_of(model: type[SQLModel]) -> Table:
    """Returns the Core table behind a table class."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


async def transition(
    uow: UnitOfWork,
    machine: Machine,
    model: type[SQLModel],
    entity_id: UUID,
    *,
    state: str,
    event: str,
    party: StrEnum,
    values: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Step:
    """Moves one row from `state` on `event`, sets `values` with it, and logs who did it when.

    Locks the row until commit. `params` are what the timeline needs to say about this change.

    Raises:
        Conflict: `<machine>.not_possible`, or `<machine>.changed` when the row left `state` in the meantime.

    """
    step = machine.step(state, event, party)
    table = table_of(model)
    result = await uow.execute(
        update(table)
        .where(table.c.id == entity_id, table.c.state == state)
        .values(state=step.target, **dict(values or {}))
    )
    if result.rowcount != 1:
        raise Conflict(f"{machine.name}.changed", state=state, event=event)
    await log(uow, machine, entity_id, from_state=state, event=event, to_state=step.target, party=party, params=params)
    return step


async def log(
    uow: UnitOfWork,
    machine: Machine,
    entity_id: UUID,
    *,
    from_state: str | None,
    event: str,
    to_state: str,
    party: StrEnum,
    params: Mapping[str, Any] | None = None,
) -> None:
    """Writes one line of the state log; called directly only for the birth of an entity."""
    await uow.execute(
        insert(StateLog),
        {
            "id": new_id(),
            "sandbox_id": uow.sandbox.id,
            "machine": machine.name,
            "entity_id": entity_id,
            "from_state": from_state,
            "event": event,
            "to_state": to_state,
            "actor_kind": party.value,
            "actor_id": uow.actor.id,
            "params": dict(params or {}),
            "sim_at": uow.now.sim_at,
            "at": uow.now.at,
        },
    )
