"""What of a class a rollback puts back, as words to compare, and the lecturer's and a buyer's requests."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.sandbox.snapshots import rules
from tests.kernel.fingerprint import fingerprint
from tests.world import Person, World

CLOCK = "SELECT clock_state, sim_anchor_at, class_anchor_ms FROM kernel_sandbox"
# What a rollback leaves alone, and the engine rooms that also hold the kernel's own facts (compared by their market rows).
NOT_COMPARED = frozenset(rules.STAYS) | {"kernel_outbox", "kernel_inbox", "kernel_idempotent_answer"}
MARKET_ROWS = text("""
    SELECT md5(coalesce(string_agg(o::text || coalesce(i::text, ''), '|' ORDER BY o.seq, i.handler), '')) AS word
      FROM kernel_outbox o LEFT JOIN kernel_inbox i ON i.event_id = o.id
     WHERE o.sandbox_id = :id AND o.aggregate_kind NOT LIKE 'kernel.%'
""")
ANSWERS = text("""
    SELECT md5(coalesce(string_agg(a::text, '|' ORDER BY a::text), '')) AS word FROM kernel_idempotent_answer a
     WHERE a.realm_id = :id AND a.operation LIKE '% /api/v1/mall/%'
""")


async def market_of(admin: AsyncEngine, sandbox_id: UUID) -> dict[str, str]:
    """Returns one word per table of what a rollback must put back, and the clock's place in simulated and class time."""
    words = await fingerprint(admin, sandbox_id, without=NOT_COMPARED)
    del words["kernel_sandbox"]
    async with admin.connect() as connection:
        for name, statement in (("facts", MARKET_ROWS), ("answers", ANSWERS)):
            words[name] = (await connection.execute(statement, {"id": sandbox_id})).scalar_one()
        clock = (await connection.execute(text(f"{CLOCK} WHERE id = :id"), {"id": sandbox_id})).one()
    return {**words, "clock": str(clock)}


async def snapshot(world: World, name: str = "第一节课") -> str:
    return str((await world.lecturer.post("/sandbox/snapshots", {"name": name}, status=201))["id"])


async def roll_back(world: World, snapshot_id: str, *, status: int = 200, **options: Any) -> Any:
    return await world.lecturer.post(f"/sandbox/snapshots/{snapshot_id}/roll-back", status=status, **options)


async def buy(buyer: Person, sku_id: Any) -> Any:
    line = {"sku_id": str(sku_id), "quantity": 1}
    return await buyer.post("/mall/trades", {"lines": [line], "expected_total_fen": 5900}, status=201)
