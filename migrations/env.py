"""Alembic's entry: one history for all packages, run as the owner role with lock and statement time-outs."""

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import kernel.tables
import mall.tables

METADATA = SQLModel.metadata
TABLES = (*kernel.tables.TABLES, *mall.tables.TABLES)  # named here, so that the metadata is complete


def run(connection: Connection) -> None:
    """Runs the pending migrations on an open connection."""
    connection.execute(text("SET lock_timeout = '4s'"))
    connection.execute(text("SET statement_timeout = '60s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def main() -> None:
    """Connects as the owner and migrates."""
    engine = create_async_engine(context.config.attributes["owner_url"], poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(main())
