"""The migrations can be taken back and made again; that they make what the models say is `tests.kernel.test_migrations`."""

from asyncio import to_thread
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import postgres
from kernel.database import migrate

# Everything a migration may make, what Alembic does not compare included.
_SHAPE = text("""
    SELECT 'check ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'policy ' || tablename || ' ' || qual || ' ' || with_check FROM pg_policies
    UNION ALL SELECT 'right ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants
               WHERE grantee = 'kaidian_app'
    UNION ALL SELECT 'function ' || oid::regprocedure || ' ' || prosrc FROM pg_proc
               WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'sequence ' || sequencename FROM pg_sequences WHERE schemaname = 'public'
""")


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
