"""A PostgreSQL cluster of our own: life, account, roles, remains of a killed one."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.embedded import account, postgres, process
from app.embedded.postgres import Cluster, Role
from tests.app.conftest import is_gone, is_root, wait_until


def cluster_in(folder: Path) -> Cluster:
    return Cluster(folder / "postgres", folder, account=account.for_data(folder / "postgres"), throwaway=True)


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with postgres.throwaway() as cluster:
        yield cluster


async def rows(url: str, sql: str) -> list[tuple[object, ...]]:
    engine = create_async_engine(url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(sql))]
    finally:
        await engine.dispose()


class TestLife:
    def test_keeps_its_rows_over_stop_and_start(self, open_folder: Path) -> None:
        cluster = cluster_in(open_folder)
        cluster.start()
        try:
            cluster.run_sql("CREATE TABLE kept AS SELECT 42 AS answer", database=postgres.DATABASE)
            cluster.stop()
            assert not cluster.is_ready()
            cluster.start()
            assert cluster.run_sql("SELECT answer FROM kept", database=postgres.DATABASE) == "42\n"
        finally:
            cluster.stop()

    def test_an_interrupted_first_time_leaves_nothing_that_looks_finished(self, open_folder: Path) -> None:
        cluster = cluster_in(open_folder)
        left_over = open_folder / "postgres.new"
        left_over.mkdir()
        (left_over / "PG_VERSION").write_text("18\n")
        cluster.ensure_initialised()
        assert (cluster.data_dir / "postgresql.conf").exists()
        assert not left_over.exists()

    def test_throws_away_its_folder(self) -> None:
        with postgres.throwaway() as cluster:
            folder = cluster.data_dir.parent
            assert folder.exists()
        assert not folder.exists()

    def test_reports_the_end_of_the_log_when_it_cannot_start(self, open_folder: Path) -> None:
        cluster = cluster_in(open_folder)
        cluster.ensure_initialised()
        (cluster.data_dir / "postgresql.conf").write_text("no_such_setting = 1\n")
        with pytest.raises(process.NotStarted, match="no_such_setting"):
            cluster.start()


class TestAccount:
    def test_never_runs_as_root_and_its_folder_is_private(self, running: Cluster) -> None:
        pid = int((running.data_dir / "postmaster.pid").read_text().splitlines()[0])
        uid = psutil.Process(pid).uids().real
        assert uid != 0
        assert (uid == os.geteuid()) is not is_root()
        assert running.data_dir.stat().st_mode & 0o777 == 0o700

    def test_listens_on_the_socket_only(self, running: Cluster) -> None:
        pid = int((running.data_dir / "postmaster.pid").read_text().splitlines()[0])
        assert psutil.Process(pid).net_connections("inet") == []

    def test_passwords_are_readable_by_their_owner_only(self, running: Cluster) -> None:
        file = running.data_dir.with_name("postgres-passwords.json")
        assert file.stat().st_mode & 0o777 == 0o600


class TestRoles:
    def test_the_app_role_is_neither_owner_nor_superuser(self, running: Cluster) -> None:
        flags = "rolsuper, rolbypassrls, rolcreatedb, rolcreaterole"
        assert running.run_sql(f"SELECT {flags} FROM pg_roles WHERE rolname = 'kaidian_app'") == "f|f|f|f\n"
        owned = "SELECT count(*) FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid AND d.deptype = 'o'"
        assert running.run_sql(f"{owned} WHERE rolname = 'kaidian_app'") == "0\n"

    def test_the_owner_role_is_no_superuser(self, running: Cluster) -> None:
        sql = "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'kaidian_owner'"
        assert running.run_sql(sql) == "f|f\n"

    async def test_addresses_log_in_as_their_role(self, running: Cluster) -> None:
        assert await rows(running.urls.app, "SELECT current_user") == [(Role.APP,)]
        assert await rows(running.urls.owner, "SELECT current_user") == [(Role.OWNER,)]

    async def test_the_app_role_may_not_create_tables(self, running: Cluster) -> None:
        with pytest.raises(DBAPIError, match="permission denied"):
            await rows(running.urls.app, "CREATE TABLE mine (id int)")

    async def test_a_wrong_password_is_refused(self, running: Cluster) -> None:
        wrong = running.urls.app.replace("kaidian_app:", "kaidian_app:not-")
        with pytest.raises(Exception, match="password authentication failed"):
            await rows(wrong, "SELECT 1")

    def test_a_database_can_be_made_twice_and_dropped(self, running: Cluster) -> None:
        running.ensure_roles("another")
        running.ensure_roles("another")
        listed = "SELECT count(*) FROM pg_database WHERE datname = 'another'"
        assert running.run_sql(listed) == "1\n"
        running.drop_database("another")
        assert running.run_sql(listed) == "0\n"


class TestSettings:
    def test_sorts_and_folds_without_the_machine_s_locale(self, running: Cluster) -> None:
        sql = (
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'kaidian'"
        )
        assert running.run_sql(sql) == "b|C.UTF-8|UTF8\n"
        assert running.run_sql("SELECT current_setting('data_checksums')") == "on\n"

    def test_a_lasting_cluster_is_durable(self, open_folder: Path) -> None:
        lasting = " ".join(Cluster(open_folder / "postgres", open_folder).command().argv)
        assert "fsync" not in lasting
        assert "synchronous_commit" not in lasting

    async def test_folder_with_spaces_and_chinese_characters(self, open_folder: Path) -> None:
        folder = open_folder / '开店 沙盘 "一"'
        folder.mkdir()
        account.give(folder, account.for_data(folder / "missing"))
        cluster = cluster_in(folder)
        cluster.start()
        try:
            assert quote(str(folder)) in cluster.urls.app
            assert await rows(cluster.urls.app, "SELECT 1") == [(1,)]
        finally:
            cluster.stop()


class TestRemains:
    def test_a_pid_file_naming_another_program_is_removed(self, open_folder: Path) -> None:
        cluster = cluster_in(open_folder)
        cluster.ensure_initialised()
        pid_file = cluster.data_dir / "postmaster.pid"
        pid_file.write_text(f"{os.getpid()}\n{cluster.data_dir}\n")
        cluster.clear_remains()
        assert not pid_file.exists()

    def test_a_server_left_over_is_ended_first(self, open_folder: Path) -> None:
        first = cluster_in(open_folder)
        first.start()
        pid = int((first.data_dir / "postmaster.pid").read_text().splitlines()[0])
        second = cluster_in(open_folder)
        second.clear_remains()
        wait_until(lambda: is_gone(psutil.Process(pid)) if psutil.pid_exists(pid) else True)
        first.stop()
        second.start()
        second.stop()
