"""The migration that gives each institution its own record of a person: what was there before is told apart rightly."""

from asyncio import to_thread
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import postgres
from kernel.database import migrate

BEFORE = "20261124_9"
OURS, THEIRS = UUID(int=1), UUID(int=2)
ALONE, SHARED, FORMER = UUID(int=11), UUID(int=12), UUID(int=13)
TEACHER, TAKEN = UUID(int=21), UUID(int=22)

_ROWS = f"""
    INSERT INTO kernel_cohort (id, institution_id, region_code, name, code, state, is_trial, created_at)
    VALUES ('{OURS}', '{OURS}', '6101', '甲班', 'AAAAAA', 'planned', false, now()),
           ('{THEIRS}', '{THEIRS}', '5101', '乙班', 'BBBBBB', 'planned', false, now());
    INSERT INTO kernel_person (id, name, phone_sealed, phone_key, education, purpose, delete_on, created_at, updated_at)
    SELECT id, '周新', 'sealed', 'key', '大专', '示例', '2029-01-01', now(), now()
      FROM unnest(ARRAY['{ALONE}', '{SHARED}', '{FORMER}']::uuid[]) AS p (id);
    INSERT INTO kernel_seat (id, institution_id, region_code, cohort_id, person_id, number, display_name, pin_failures,
                             is_late, seated_at)
    SELECT gen_random_uuid(), house, '', house, person, number, '周新', 0, false, now()
      FROM (VALUES ('{OURS}'::uuid, '{ALONE}'::uuid, 1), ('{OURS}', '{SHARED}', 2), ('{THEIRS}', '{SHARED}', 1))
           AS s (house, person, number);
    INSERT INTO kernel_account (id, institution_id, region_code, login, password_hash, display_name, disabled_at)
    VALUES ('{TEACHER}', '{OURS}', '6101', 'lin', '-', '林老师', NULL),
           ('{TAKEN}', '{OURS}', '6101', 'gao', '-', '高老师', now());
    INSERT INTO kernel_role_grant (id, account_id, role, institution_id, region_code, granted_at, revoked_at)
    VALUES (gen_random_uuid(), '{TAKEN}', 'lecturer', '{OURS}', '6101', now(), now());
    INSERT INTO kernel_teaching_assignment (id, institution_id, region_code, cohort_id, account_id, place, assigned_at)
    VALUES (gen_random_uuid(), '{OURS}', '6101', '{OURS}', '{TEACHER}', 1, now()),
           (gen_random_uuid(), '{OURS}', '6101', '{OURS}', '{TAKEN}', 2, now());
    INSERT INTO kernel_login_event (id, account_id, institution_id, region_code, cohort_id, outcome, address, browser, at)
    VALUES (gen_random_uuid(), '{TEACHER}', '{OURS}', '6101', '{THEIRS}', 'ok', '', '', now())
"""
_RECORDS = (
    "SELECT person_id, institution_id, id = person_id, phone_sealed, education FROM kernel_person_record ORDER BY 1, 2"
)
_LIVE = "SELECT account_id FROM kernel_role_grant WHERE revoked_at IS NULL"
_CLOSED = "SELECT id, disabled_by FROM kernel_account WHERE disabled_at IS NOT NULL"
_TOLD = "SELECT institution_id, region_code FROM kernel_login_event"
_BACK = "SELECT id, name, phone_sealed FROM kernel_person ORDER BY 1"


@pytest.fixture
def fresh() -> Iterator[postgres.Cluster]:
    """Yields a PostgreSQL without a schema."""
    with postgres.throwaway() as cluster:
        yield cluster


async def ask(cluster: postgres.Cluster, *statements: str) -> list[list[tuple[object, ...]]]:
    """Runs statements as the superuser, whom no wall stops, and returns the rows of each that has some."""
    engine = create_async_engine(cluster.urls.admin, poolclass=NullPool)
    async with engine.begin() as connection:
        results = [await connection.execute(text(statement)) for statement in statements]
        rows = [[tuple(row) for row in result] if result.returns_rows else [] for result in results]
    await engine.dispose()
    return rows


async def test_tells_apart_what_stood_in_one_row(fresh: postgres.Cluster) -> None:
    owner, role = fresh.urls.owner, migrate.app_role_of(fresh.urls.app)
    await to_thread(migrate.upgrade, owner, app_role=role, revision=BEFORE)
    await ask(fresh, *_ROWS.split(";"))
    await to_thread(migrate.upgrade, owner, app_role=role)
    records, live, closed, told = await ask(fresh, _RECORDS, _LIVE, _CLOSED, _TOLD)
    assert records == [
        (ALONE, OURS, True, b"sealed", "大专"),
        (SHARED, OURS, False, None, None),
        (SHARED, THEIRS, False, None, None),
    ]
    assert live == [(TEACHER,)]
    assert closed == [(TAKEN, "operator")]
    assert told == [(THEIRS, "5101")]
    await to_thread(migrate.downgrade, owner, app_role=role, revision=BEFORE)
    [back] = await ask(fresh, _BACK)
    assert back == [(ALONE, "周新", b"sealed"), (SHARED, "周新", None), (FORMER, "", None)]
