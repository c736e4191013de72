"""The migrations build what the models say: tables, columns, indexes, and every rule a row must keep."""

import re

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Table, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from app.embedded import postgres
from tests.kernel.fingerprint import TABLES

_CHECKS = text("""
    SELECT r.relname AS table_name, c.conname AS name, pg_get_constraintdef(c.oid) AS rule
      FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
     WHERE c.contype = 'c' AND n.nspname = 'public'
""")
_LITERAL = re.compile(r"'([^']*)'")


def checks_of(table: Table) -> set[tuple[str, str, frozenset[str]]]:
    """Returns (table, name, texts named in the rule) of every CHECK a model declares, its columns' included."""
    declared = [*table.constraints, *(rule for column in table.columns for rule in column.constraints)]
    return {
        (table.name, str(rule.name), frozenset(_LITERAL.findall(str(rule.sqltext))))
        for rule in declared
        if isinstance(rule, CheckConstraint)
    }


class TestMigrations:
    async def test_leave_nothing_for_autogenerate(self, database: postgres.Urls) -> None:
        assert TABLES

        def differences(connection: Connection) -> list[object]:
            return list(compare_metadata(MigrationContext.configure(connection), SQLModel.metadata))

        engine = create_async_engine(database.owner, poolclass=NullPool)
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []

    async def test_put_every_check_of_the_models_into_the_database(self, database: postgres.Urls) -> None:
        """Autogenerate does not see CHECKs; a state the code does not know must be refused by the row itself."""
        engine = create_async_engine(database.owner, poolclass=NullPool)
        async with engine.connect() as connection:
            there = {
                (row.table_name, row.name, frozenset(_LITERAL.findall(row.rule)))
                for row in await connection.execute(_CHECKS)
            }
        declared = set().union(*(checks_of(table) for table in SQLModel.metadata.tables.values()))
        assert declared - there == set()
        assert there - declared == set()
