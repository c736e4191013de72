"""What a class's rows look like, all of them, so that a test can say that nothing changed."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import SQLModel

import kernel.tables
import mall.tables

TABLES = (*kernel.tables.TABLES, *mall.tables.TABLES)  # named here, so that the metadata is complete


def tables_of_a_class() -> list[str]:
    """Returns the names of the tables whose rows belong to one sandbox."""
    return sorted(name for name, table in SQLModel.metadata.tables.items() if "sandbox_id" in table.columns)


async def fingerprint(admin: AsyncEngine, sandbox_id: UUID, *, without: frozenset[str] = frozenset()) -> dict[str, str]:
    """Returns one word per table that changes when any row of the sandbox is added, changed or removed."""
    parts = [
        f"""SELECT '{name}' AS name, coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS word
              FROM {name} t WHERE t.sandbox_id = :sandbox_id"""
        for name in tables_of_a_class()
        if name not in without
    ]
    parts.append(
        "SELECT 'kernel_sandbox', coalesce(md5(string_agg(t::text, '|')), '') FROM kernel_sandbox t WHERE id = :sandbox_id"
    )
    async with admin.connect() as connection:
        rows = await connection.execute(text(" UNION ALL ".join(parts)), {"sandbox_id": sandbox_id})
        return {row.name: row.word for row in rows}
