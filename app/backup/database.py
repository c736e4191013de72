"""Dumps and restores the database with PostgreSQL's own programs, as its owner.

The owner obeys row-level security like everybody; to read all rows for a backup he says so (`kaidian.scope = 'backup'`,
see `kernel.database.rls`). Rows are restored before the walls stand, so that needs no such word.
"""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from urllib.parse import parse_qs, unquote, urlsplit

import orjson

from app.backup.errors import BackupFailed
from app.embedded import process, programs
from app.embedded.process import Piped, ProgramFailed

_OPTIONS = "-c kaidian.scope=backup -c client_min_messages=warning -c timezone=UTC -c statement_timeout=0"
_END = "--end--"
_COUNTING = """
SELECT string_agg(format('SELECT %L AS name, count(*) AS n FROM public.%I', tablename, tablename), ' UNION ALL ')
    AS counting FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' \\gset
"""
_COUNTS = "(SELECT json_object_agg(name, n) FROM (:counting) counted)"
# One transaction that counts and, as long as it is open, lends its view of the rows to pg_dump.
_MOMENT = f"""
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
{_COUNTING}
SELECT json_build_object('snapshot', pg_export_snapshot(), 'at', clock_timestamp(),
    'revision', (SELECT version_num FROM alembic_version), 'server', current_setting('server_version'),
    'size_bytes', pg_database_size(current_database()), 'counts', {_COUNTS});
\\echo {_END}
"""
_TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public';"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the database; `snapshot` lends it to pg_dump."""

    snapshot: str
    at: datetime
    revision: str
    server: str
    size_bytes: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Database:
    """A database, by the environment that libpq's programs read; it contains the owner's password."""

    environment: Mapping[str, str]

    @classmethod
    def at(cls, url: str) -> "Database":
        """Returns the database of an SQLAlchemy address."""
        parts = urlsplit(url)
        given = {
            "PGHOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
            "PGPORT": str(parts.port or 5432),
            "PGUSER": unquote(parts.username or ""),
            "PGPASSWORD": unquote(parts.password or ""),
            "PGDATABASE": unquote(parts.path.removeprefix("/")),
            "PGOPTIONS": _OPTIONS,
            "PGCONNECT_TIMEOUT": "10",
        }
        return cls({name: value for name, value in given.items() if value})

    @contextlib.contextmanager
    def moment(self) -> Iterator[Moment]:
        """Yields one moment of the database, held until the end.

        Raises:
            BackupFailed: the database does not answer, or not to its owner.

        """
        with self._piped("psql", "-XqAt", "-v", "ON_ERROR_STOP=1") as psql:
            with contextlib.suppress(BrokenPipeError):  # its words follow
                psql.input.write(_MOMENT.encode())
                psql.input.flush()
            lines: list[bytes] = []
            while (line := psql.output.readline()).strip() != _END.encode():
                if not line:
                    psql.running.wait()
                    raise psql.failure()
                lines.append(line)
            content = orjson.loads(b"".join(lines))
            yield Moment(**{**content, "at": datetime.fromisoformat(content["at"])})

    @contextlib.contextmanager
    def dump(self, moment: Moment) -> Iterator[IO[bytes]]:
        """Yields the dump of a moment as it comes; whoever leaves early ends it.

        Raises:
            BackupFailed: pg_dump failed.

        """
        options = ("--format=custom", "--compress=gzip:3", "--enable-row-security", f"--snapshot={moment.snapshot}")
        with self._piped("pg_dump", *options) as dump:
            yield dump.output
            dump.finish()

    @contextlib.contextmanager
    def restore(self) -> Iterator[IO[bytes]]:
        """Yields where a dump is to be written; all of it is there afterwards, or nothing.

        Raises:
            BackupFailed: pg_restore failed.

        """
        options = ("--format=custom", "--no-owner", "--exit-on-error", "--single-transaction")
        with self._piped("pg_restore", *options, f"--dbname={self.environment['PGDATABASE']}") as restoring:
            try:
                yield restoring.input
                restoring.input.close()
            except BrokenPipeError:
                restoring.running.wait()
                raise restoring.failure() from None
            restoring.finish()

    def counts(self) -> dict[str, int]:
        """Returns the rows of every table."""
        counted: dict[str, int] = orjson.loads(self.run(f"{_COUNTING}SELECT {_COUNTS};"))
        return counted

    def is_empty(self) -> bool:
        """Says whether there is no table."""
        return self.run(_TABLES).strip() == "0"

    def run(self, sql: str) -> str:
        """Runs a script and returns bare rows.

        Raises:
            BackupFailed: a statement failed.

        """
        command = [str(programs.postgres_bin(None) / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        with _explained():
            return process.run(command, env=self.environment, stdin=sql)

    @contextlib.contextmanager
    def _piped(self, program: str, *options: str) -> Iterator[Piped]:
        command = [str(programs.postgres_bin(None) / program), *options]
        with _explained(), process.piped(command, env=self.environment) as running:
            yield running


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except ProgramFailed as failure:
        reason = " ".join(failure.output.split())[:300]
        raise BackupFailed("app.backup.database_refuses", reason=reason) from failure
