"""The models say what the migrations make, and the migrations can be taken back."""

import re
from asyncio import to_thread
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Table, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from app.embedded import postgres
from kernel.database import migrate
from tests.kernel.fingerprint import TABLES

# What Alembic does not compare: CHECKs, policies, rights, functions, sequences.
_SHAPE = text("""
    SELECT 'check ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'policy ' || tablename || ' ' || policyname || ' ' || qual || ' ' || coalesce(with_check, '') FROM pg_policies
    UNION ALL SELECT 'right ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants
               WHERE grantee = 'kaidian_app'
    UNION ALL SELECT 'function ' || oid::regprocedure || ' ' || prosrc FROM pg_proc
               WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
""")
_CHECKS = text("""
    SELECT conrelid::regclass::text AS place, conname AS name, pg_get_constraintdef(oid) AS rule FROM pg_constraint
     WHERE contype = 'c' AND connamespace = 'public'::regnamespace
""")

_LITERAL = re.compile(r"'([^']*)'")


@pytest.fixture
def fresh() -> Iterator[postgres.Cluster]:
    """Yields a PostgreSQL without a schema."""
    with postgres.throwaway() as cluster:
        yield cluster


async def shape(owner_url: str) -> set[str]:
    """Returns everything a migration may make, one line each."""
    engine = create_async_engine(owner_url, poolclass=NullPool)
    async with engine.connect() as connection:
        lines = {row.line for row in await connection.execute(_SHAPE)}
    await engine.dispose()
    return {line for line in lines if "alembic_version" not in line}


class TestModels:
    async def test_say_what_the_migrations_make(self, admin_engine: AsyncEngine) -> None:
        def differences(connection: Connection) -> list[Any]:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, SQLModel.metadata))

        async with admin_engine.connect() as connection:
            assert await connection.run_sync(differences) == []

    async def test_name_the_checks_the_migrations_make(self, admin_engine: AsyncEngine) -> None:
        """Autogenerate does not see CHECKs; a state the code does not know must be refused by the row itself."""
        async with admin_engine.connect() as connection:
            made = {(row.place, row.name, _words(row.rule)) for row in await connection.execute(_CHECKS)}
        tables = SQLModel.metadata.tables.values()
        assert set().union(*(_checks_of(table) for table in tables)) == made
        assert len(TABLES) == len(SQLModel.metadata.tables)


def _checks_of(table: Table) -> set[tuple[str, str, frozenset[str]]]:
    """Returns (table, name, texts in the rule) of every CHECK a model declares, its columns' own included."""
    declared = [*table.constraints, *(rule for column in table.columns for rule in column.constraints)]
    return {
        (table.name, str(rule.name), _words(str(rule.sqltext)))
        for rule in declared
        if isinstance(rule, CheckConstraint)
    }


def _words(rule: str) -> frozenset[str]:
    return frozenset(_LITERAL.findall(rule))


class TestMigrations:
    async def test_go_up_down_and_up(self, fresh: postgres.Cluster) -> None:
        owner, role = fresh.urls.owner, migrate.app_role_of(fresh.urls.app)

        # Alembic runs a loop of its own, so it needs a thread of its own.
        async def run(step: Any) -> None:
            await to_thread(step, owner, app_role=role)

        empty = await shape(owner)
        await run(migrate.upgrade)
        up = await shape(owner)
        assert len(up) > 300
        await run(migrate.downgrade)
        assert await shape(owner) == empty
        await run(migrate.upgrade)
        assert await shape(owner) == up
        current, head = await to_thread(migrate.status, owner, app_role=role)
        assert current == head is not None
