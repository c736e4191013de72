"""The wall between classes stands in the database: tried on every table, as the role the application logs in with."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from app.embedded import postgres
from kernel.database.violations import sqlstate_of
from kernel.http import session
from kernel.identity.models import Role
from kernel.runtime import Runtime
from tests.kernel.busy_class import Busy
from tests.kernel.class_rows import CLASS_TABLES
from tests.kernel.fingerprint import TABLES, fingerprint, tables_of_a_class
from tests.world import Person

SIGN_INS = "kernel_login_session"  # opened by `kernel_enter_session` only, before there is a scope
OF_A_CLASS = [table for table in tables_of_a_class() if table != SIGN_INS]
EVERY = sorted(str(table.__tablename__) for table in TABLES)
APPEND_ONLY = {
    "kernel_device_check",
    "kernel_intervention",
    "kernel_reveal",
    "kernel_state_log",
    "mall_parcel_track",
    "mall_shop_name",
    "mall_stock_move",
    "mall_trade_line",
    "mall_transfer",
}
BY_FUNCTION = {"kernel_snapshot", "kernel_snapshot_chunk"}
"""Read by the application, written by functions of the database alone."""
ENGINE_ROOMS = {"kernel_inbox", "kernel_lease", "kernel_outbox", "kernel_timer"}
REFUSED = "42501"

_UNPROTECTED = text("""
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'f', 'm', 'v') AND c.relname <> 'alembic_version'
       AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*'
                             AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL))
     ORDER BY 1
""")


async def unprotected(connection: AsyncConnection) -> list[str]:
    """Returns the tables and views without a forced wall for reading and writing."""
    return [row.relname for row in await connection.execute(_UNPROTECTED)]


async def count(admin: AsyncEngine, table: str, sandbox_id: UUID) -> int:
    """Returns how many rows of a sandbox are really there."""
    async with admin.connect() as connection:
        statement = text(f"SELECT count(*) FROM {table} WHERE sandbox_id = :id")
        return int((await connection.execute(statement, {"id": sandbox_id})).scalar_one())


async def a_row_of(admin: AsyncEngine, table: str, sandbox_id: UUID) -> dict[str, Any]:
    """Returns one row of a sandbox without what the database generates."""
    generated = {column.name for column in SQLModel.metadata.tables[table].columns if column.identity is not None}
    async with admin.connect() as connection:
        statement = text(f"SELECT * FROM {table} WHERE sandbox_id = :id LIMIT 1")
        row = (await connection.execute(statement, {"id": sandbox_id})).one()
    return {name: value for name, value in row._mapping.items() if name not in generated}


class TestWall:
    async def test_stands_around_every_table(self, runtime: Runtime) -> None:
        async with runtime.engine.connect() as connection:
            assert await unprotected(connection) == []

    async def test_would_be_missed(self, admin: AsyncEngine) -> None:
        async with admin.connect() as connection:
            await connection.execute(text("CREATE TABLE mall_forgotten (sandbox_id uuid)"))
            await connection.execute(text("ALTER TABLE mall_forgotten ENABLE ROW LEVEL SECURITY"))
            assert await unprotected(connection) == ["mall_forgotten"]
            await connection.rollback()

    async def test_knows_every_table(self, admin: AsyncEngine) -> None:
        async with admin.connect() as connection:
            rows = await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
            assert {row.tablename for row in rows} - {"alembic_version"} == set(EVERY)


class TestQueryWithoutFilter:
    async def test_sees_nothing_of_another_class(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        mine, theirs = busy.world.sandbox_id, other_busy.world.sandbox_id
        for table in OF_A_CLASS:
            assert await count(admin, table, theirs) > 0, f"{table} is empty: this would prove nothing"
            async with busy.world.runtime.enter_sandbox(mine) as uow:
                rows = await uow.execute(text(f"SELECT DISTINCT sandbox_id FROM {table}"))
                assert {row.sandbox_id for row in rows} == {mine}, table

    async def test_sees_no_sign_in_at_all(self, busy: Busy) -> None:
        for person in (busy.buyer, busy.world.lecturer):
            async with busy.world.runtime.enter_session(session.hash_of(person.token)) as uow:
                assert (await uow.execute(text(f"SELECT count(*) FROM {SIGN_INS}"))).scalar_one() == 0

    async def test_sees_nothing_without_a_scope(self, busy: Busy, admin: AsyncEngine, runtime: Runtime) -> None:
        async with admin.connect() as connection:
            for table in EVERY:
                assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() > 0, table
        async with runtime.engine.connect() as connection:
            for table in EVERY:
                assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0, table
        assert busy.world.runtime is runtime

    async def test_sees_only_engine_rooms_in_the_system_scope(self, busy: Busy, runtime: Runtime) -> None:
        seen: set[str] = set()
        async with runtime.enter_system() as uow:
            for table in OF_A_CLASS:
                statement = text(f"SELECT 1 FROM {table} WHERE sandbox_id = :id LIMIT 1")
                row = (await uow.execute(statement, {"id": busy.world.sandbox_id})).one_or_none()
                seen |= {table} if row is not None else set()
        assert seen == ENGINE_ROOMS

    async def test_sees_no_other_class_of_the_same_institution(
        self, busy: Busy, other_busy: Busy, runtime: Runtime
    ) -> None:
        mine, theirs = busy.world.sandbox_id, other_busy.world.sandbox_id
        async with runtime.enter_system() as uow:
            statement = text("""
                UPDATE kernel_sandbox SET institution_id = (SELECT institution_id FROM kernel_sandbox WHERE id = :mine)
                 WHERE id = :theirs
            """)
            await uow.execute(statement, {"mine": mine, "theirs": theirs})
        for person in (busy.buyer, busy.world.lecturer):
            async with runtime.enter_session(session.hash_of(person.token)) as uow:
                rows = list(await uow.execute(text("SELECT id FROM kernel_sandbox")))
                assert [row.id for row in rows] == [mine]
                paused = await uow.execute(text("UPDATE kernel_sandbox SET speed = 1"))
                assert paused.rowcount == 1

    async def test_cannot_switch_the_wall_off(self, runtime: Runtime) -> None:
        async with runtime.engine.connect() as connection:
            await connection.execute(text("SET LOCAL row_security = off"))
            with pytest.raises(ProgrammingError) as refusal:
                await connection.execute(text("SELECT 1 FROM mall_trade"))
        assert sqlstate_of(refusal.value) == REFUSED

    async def test_forgets_its_scope_with_the_transaction(self, busy: Busy) -> None:
        async with busy.world.runtime.engine.connect() as connection:
            enter = text("SELECT sandbox_id FROM kernel_enter_sandbox(:id)")
            assert (await connection.execute(enter, {"id": busy.world.sandbox_id})).scalar_one()
            assert (await connection.execute(text("SELECT count(*) FROM mall_trade"))).scalar_one() > 0
            await connection.commit()
            assert (await connection.execute(text("SELECT count(*) FROM mall_trade"))).scalar_one() == 0


class TestClassRows:
    """What belongs to a class before, beside and after its market: seats, people, timetable, notices, evidence."""

    async def seen(self, busy: Busy, person: Person, cohort_id: UUID) -> set[str]:
        """Returns the tables in which a signed-in person sees a row of a class, `kernel_person` among them."""
        tables: set[str] = set()
        async with busy.world.runtime.enter_session(session.hash_of(person.token)) as uow:
            for table in CLASS_TABLES:
                statement = text(f"SELECT 1 FROM {table} WHERE cohort_id = :id LIMIT 1")
                tables |= {table} if (await uow.execute(statement, {"id": cohort_id})).first() else set()
            people = text("""
                SELECT 1 FROM kernel_person WHERE id = ANY(:ids)
            """)
            tables |= {"kernel_person"} if (await uow.execute(people, {"ids": [busy.person_id]})).first() else set()
        return tables

    async def test_are_whole_to_the_lecturer_and_without_people_to_a_learner(self, busy: Busy) -> None:
        mine = busy.world.home.cohort_id
        assert await self.seen(busy, busy.world.lecturer, mine) == {*CLASS_TABLES, "kernel_person"}
        hidden = {"kernel_login_event", "kernel_roster_import"}
        assert await self.seen(busy, busy.buyer, mine) == {*CLASS_TABLES} - hidden

    async def test_are_nothing_to_another_class(self, busy: Busy, other_busy: Busy) -> None:
        for person in (busy.buyer, busy.world.lecturer):
            own_person = {"kernel_person"} if person is busy.world.lecturer else set()
            assert await self.seen(busy, person, other_busy.world.home.cohort_id) == own_person
            async with busy.world.runtime.enter_session(session.hash_of(person.token)) as uow:
                cohorts = await uow.execute(text("SELECT id FROM kernel_cohort"))
                assert [row.id for row in cohorts] == [busy.world.home.cohort_id]

    @pytest.mark.parametrize(
        ("role", "where", "sees"),
        [
            (Role.INSTITUTION, {}, {*CLASS_TABLES, "kernel_person"}),
            (Role.INSTITUTION, {"institution_id": UUID(int=1)}, set()),
            (Role.OFFICER, {"region_code": "6101"}, {*CLASS_TABLES, "kernel_person"}),
            (Role.OFFICER, {"region_code": "6102"}, set()),
            (Role.OPERATOR, {}, {"kernel_login_event"}),
            (Role.SCORER, {}, set()),
            (Role.SUPPLIER, {}, set()),
            (Role.LECTURER, {}, set()),
        ],
    )
    async def test_are_open_to_institution_and_region_alone(
        self, busy: Busy, role: Role, where: dict[str, Any], sees: set[str]
    ) -> None:
        person = await busy.world.with_role(role, **where)
        assert await self.seen(busy, person, busy.world.home.cohort_id) == sees
        async with busy.world.runtime.enter_session(session.hash_of(person.token)) as uow:
            for table in OF_A_CLASS:
                assert (await uow.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0, table

    async def test_cannot_be_written_into_another_class(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        theirs = other_busy.world.home.cohort_id
        for table in CLASS_TABLES:
            async with admin.connect() as connection:
                statement = text(f"SELECT * FROM {table} WHERE cohort_id = :id LIMIT 1")
                row = dict((await connection.execute(statement, {"id": theirs})).one()._mapping)
            with pytest.raises(ProgrammingError) as refusal:
                async with busy.world.runtime.enter_session(session.hash_of(busy.world.lecturer.token)) as uow:
                    await uow.execute(SQLModel.metadata.tables[table].insert(), row)
            assert sqlstate_of(refusal.value) == REFUSED, table


class TestWriting:
    async def test_into_another_class_is_refused(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        theirs = other_busy.world.sandbox_id
        before = await fingerprint(admin, theirs)
        for table in OF_A_CLASS:
            row = await a_row_of(admin, table, theirs)
            with pytest.raises(ProgrammingError) as refusal:
                async with busy.world.runtime.enter_sandbox(busy.world.sandbox_id) as uow:
                    await uow.execute(SQLModel.metadata.tables[table].insert(), row)
            assert sqlstate_of(refusal.value) == REFUSED, table
            assert ("row-level security" in str(refusal.value)) == (table not in BY_FUNCTION), table
        assert await fingerprint(admin, theirs) == before

    async def test_cannot_move_a_row_into_another_class(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        theirs = other_busy.world.sandbox_id
        before = await fingerprint(admin, theirs)
        for table in OF_A_CLASS:
            with pytest.raises(ProgrammingError) as refusal:
                async with busy.world.runtime.enter_sandbox(busy.world.sandbox_id) as uow:
                    await uow.execute(text(f"UPDATE {table} SET sandbox_id = :id"), {"id": theirs})
            assert sqlstate_of(refusal.value) == REFUSED, table
        assert await fingerprint(admin, theirs) == before

    async def test_reaches_no_row_of_another_class(self, busy: Busy, other_busy: Busy, admin: AsyncEngine) -> None:
        theirs = other_busy.world.sandbox_id
        before = await fingerprint(admin, theirs)
        async with busy.world.runtime.enter_sandbox(busy.world.sandbox_id) as uow:
            for table in sorted(set(OF_A_CLASS) - APPEND_ONLY - BY_FUNCTION):
                where = f"{table} WHERE sandbox_id = :id"
                assert (await uow.execute(text(f"DELETE FROM {where}"), {"id": theirs})).rowcount == 0, table
        assert await fingerprint(admin, theirs) == before

    @pytest.mark.parametrize("table", sorted(APPEND_ONLY))
    @pytest.mark.parametrize("statement", ["UPDATE {0} SET id = {0}.id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    async def test_leaves_what_is_append_only(self, runtime: Runtime, table: str, statement: str) -> None:
        with pytest.raises(ProgrammingError) as refusal:
            async with runtime.enter_system() as uow:
                await uow.execute(text(statement.format(table)))
        assert sqlstate_of(refusal.value) == REFUSED

    @pytest.mark.parametrize("table", sorted(BY_FUNCTION))
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {} SET sandbox_id = sandbox_id",
            "DELETE FROM {}",
            "TRUNCATE {} CASCADE",
            "INSERT INTO {0} SELECT * FROM {0}",
        ],
    )
    async def test_leaves_to_functions_what_is_theirs(self, runtime: Runtime, table: str, statement: str) -> None:
        with pytest.raises(ProgrammingError) as refusal:
            async with runtime.enter_system() as uow:
                await uow.execute(text(statement.format(table)))
        assert sqlstate_of(refusal.value) == REFUSED

    async def test_may_change_everything_else(self, runtime: Runtime) -> None:
        statement = text("""
            SELECT relname FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
               AND has_table_privilege(current_user, oid, 'SELECT')
               AND NOT has_table_privilege(current_user, oid, 'UPDATE')
               AND NOT has_table_privilege(current_user, oid, 'DELETE')
        """)
        async with runtime.engine.connect() as connection:
            assert {row.relname for row in await connection.execute(statement)} == APPEND_ONLY | BY_FUNCTION


class TestRole:
    async def test_is_neither_owner_nor_superuser(self, runtime: Runtime) -> None:
        async with runtime.engine.connect() as connection:
            role = (
                await connection.execute(
                    text("""
                        SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication
                          FROM pg_roles WHERE rolname = current_user
                    """)
                )
            ).one()
            assert tuple(role) == ("kaidian_app", False, False, False, False, False)
            owned = text("""
                SELECT (SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole)
                     + (SELECT count(*) FROM pg_proc WHERE proowner = current_user::regrole)
                     + (SELECT count(*) FROM pg_database WHERE datdba = current_user::regrole)
                     + (SELECT count(*) FROM pg_namespace WHERE nspowner = current_user::regrole)
                     + (SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole)
            """)
            assert (await connection.execute(owned)).scalar_one() == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE mine (id int)",
            "ALTER TABLE mall_trade NO FORCE ROW LEVEL SECURITY",
            "DROP POLICY mall_trade_wall ON mall_trade",
            "SET ROLE kaidian_owner",
        ],
    )
    async def test_may_not_tear_the_wall_down(self, runtime: Runtime, statement: str) -> None:
        with pytest.raises(ProgrammingError) as refusal:
            async with runtime.enter_system() as uow:
                await uow.execute(text(statement))
        assert sqlstate_of(refusal.value) == REFUSED

    async def test_owner_obeys_the_wall_as_well(self, busy: Busy, database: postgres.Urls) -> None:
        engine = create_async_engine(database.owner, poolclass=NullPool)
        async with engine.connect() as connection:
            for table in OF_A_CLASS:
                statement = text(f"SELECT count(*) FROM {table} WHERE sandbox_id = :id")
                assert (await connection.execute(statement, {"id": busy.world.sandbox_id})).scalar_one() == 0, table
        await engine.dispose()
