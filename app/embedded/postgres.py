"""One PostgreSQL cluster in a folder, on a Unix socket only.

Owns: initdb, settings for a small PC, roles and passwords, start and stop. Refuses: tables (`migrations/`), keeping the
server alive (`app.supervisor`). `Cluster` serves `kaidian up` and, with ``throwaway=True``, tests; `throwaway()` makes,
starts and removes such a cluster.
"""

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import quote

import psutil

from app.embedded import account, places, process, programs
from app.embedded.account import Account
from app.embedded.process import Command, ProgramFailed

PORT = 5432  # only part of the socket's name
DATABASE = "kaidian"
ROLES_SQL = Path(__file__).with_name("roles.sql")

# Two cores, thirty people. Durable: a lesson's marks are worth an fsync. JIT costs more than these short queries take.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "512MB",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] %u ",
}
# Folders of a cluster that may be empty, and that archives and some copiers therefore leave out. Parents first.
EMPTY_FOLDERS = (
    *("pg_commit_ts", "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp"),
    *("pg_tblspc", "pg_twophase", "pg_logical", "pg_logical/mappings", "pg_logical/snapshots"),
    *("pg_wal/archive_status", "pg_wal/summaries"),
)
# For tests only: a power cut may destroy the cluster.
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


class DataOfAnother(Exception):  # noqa: N818 -- reads as the sentence it is
    """The data folder belongs to another account, and we are not root."""


class Role(StrEnum):
    """The three roles: `ADMIN` is the supervisor's superuser, the others see `roles.sql`."""

    ADMIN = "kaidian_admin"
    OWNER = "kaidian_owner"
    APP = "kaidian_app"


@dataclass(frozen=True)
class Urls:
    """SQLAlchemy addresses (asyncpg) of one database, by role."""

    app: str
    owner: str
    admin: str


class Cluster:
    """A cluster in `data_dir` with its socket in `socket_dir`.

    `account` is whom the server runs as (None: the present account); both folders must be within its reach, which
    `places.choose` sees to. Passwords lie beside the data, readable by the present account only.
    """

    def __init__(
        self,
        data_dir: Path,
        socket_dir: Path,
        *,
        account: Account | None = None,
        throwaway: bool = False,
        log: Path | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.socket_dir = socket_dir.resolve()
        self.account = account
        self.throwaway = throwaway
        self.log = log or self.data_dir.with_name("postgres.log")
        self.bin = programs.postgres_bin(account)
        self._process: subprocess.Popen[bytes] | None = None
        self._passwords: dict[str, str] | None = None

    @property
    def is_initialised(self) -> bool:
        return (self.data_dir / "PG_VERSION").exists()

    @property
    def urls(self) -> Urls:
        return Urls(app=self.url(Role.APP), owner=self.url(Role.OWNER), admin=self.url(Role.ADMIN))

    def url(self, role: Role, database: str = DATABASE) -> str:
        """Returns the address of `database` for `role`; it contains the password."""
        host = quote(str(self.socket_dir), safe="/")
        return f"postgresql+asyncpg://{role}:{self._password(role)}@/{quote(database)}?host={host}"

    def ensure_initialised(self) -> None:
        """Makes the cluster the first time; an interrupted attempt leaves nothing that looks like one.

        Raises:
            DataOfAnother: the data were made by another account.
            ProgramFailed: initdb failed.

        """
        if self.is_initialised:
            self._mend_copy()
            self._refuse_data_of_another()
            return
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        half_done = self.data_dir.with_name(self.data_dir.name + ".new")
        shutil.rmtree(half_done, ignore_errors=True)
        half_done.mkdir(mode=0o700)
        account.give(half_done, self.account)
        password_file = half_done.with_suffix(".pw")
        try:
            password_file.write_text(self._password(Role.ADMIN))
            password_file.chmod(0o600)
            account.give(password_file, self.account)
            self._initdb(half_done, password_file)
        finally:
            password_file.unlink(missing_ok=True)
        half_done.rename(self.data_dir)

    def _initdb(self, folder: Path, password_file: Path) -> None:
        """Runs initdb: C.UTF-8 by PostgreSQL's own provider, so that the order of rows never depends on the machine."""
        hba = "local all all scram-sha-256\n"
        process.run(
            [
                str(self.bin / "initdb"),
                "-D",
                str(folder),
                "--username",
                Role.ADMIN,
                "--pwfile",
                str(password_file),
                "--auth",
                "scram-sha-256",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
                "--locale-provider",
                "builtin",
                "--builtin-locale",
                "C.UTF-8",
                "--text-search-config",
                "simple",
                "--data-checksums",
                *(["--no-sync"] if self.throwaway else []),
            ],
            account=self.account,
        )
        (folder / "pg_hba.conf").write_text(hba)

    def command(self) -> Command:
        """Returns how to start the server in the foreground; it shuts down cleanly when its starter dies."""
        settings = {**SETTINGS, **(THROWAWAY_SETTINGS if self.throwaway else {})}
        folder = str(self.socket_dir).replace('"', '""')
        settings["unix_socket_directories"] = f'"{folder}"'
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Command(
            argv=(str(self.bin / "postgres"), "-D", str(self.data_dir), "-p", str(PORT), *options),
            account=self.account,
            death_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
        )

    def clear_remains(self) -> None:
        """Ends a server left over from a killed start, and removes a pid file that names no server of ours.

        Call it only while holding the lock of the data folder.
        """
        pid_file = self.data_dir / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        left_over = _postgres_process(pid, self.data_dir)
        if left_over is None:
            pid_file.unlink(missing_ok=True)
            # In a copied folder it may name a process that lives, but is no server of this socket.
            (self.socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
            return
        for step in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate shutdown; both keep the data whole
            with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                left_over.send_signal(step)
                left_over.wait(10)
                return

    def is_ready(self) -> bool:
        """Says whether the server accepts connections."""
        try:
            process.run(
                [str(self.bin / "pg_isready"), "-q", "-h", str(self.socket_dir), "-p", str(PORT), "-U", Role.ADMIN]
            )
        except ProgramFailed:
            return False
        return True

    def start(self, *, patience_seconds: float = 30) -> None:
        """Initialises if needed, starts the server, waits until it answers, and sets up roles and database.

        Raises:
            NotStarted: it ended, or did not answer in time.

        """
        self.ensure_initialised()
        self._process = process.spawn(self.command(), log=self.log)
        try:
            process.wait_until_ready(self._process, self.is_ready, log=self.log, patience_seconds=patience_seconds)
        except BaseException:
            self.stop()
            raise
        self.ensure_roles()

    def stop(self) -> None:
        """Shuts down what `start` started; open connections are cut. Does nothing when it is not running."""
        if self._process is not None:
            process.end(self._process, STOP_STEPS)
            self._process = None

    def ensure_roles(self, database: str = DATABASE) -> None:
        """Creates roles, passwords and `database` as `roles.sql` says; safe to repeat."""
        names = {"owner_password": self._password(Role.OWNER), "app_password": self._password(Role.APP)}
        variables = "".join(f"\\set {name} '{value}'\n" for name, value in {**names, "database": database}.items())
        self.run_sql(variables + ROLES_SQL.read_text())

    def drop_database(self, database: str) -> None:
        """Removes one database, cutting its connections."""
        self.run_sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE);')

    def run_sql(self, sql: str, *, database: str = "postgres") -> str:
        """Runs a psql script as superuser and returns bare rows.

        Raises:
            ProgramFailed: a statement failed.

        """
        return process.run(
            [str(self.bin / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database],
            env={
                "PGHOST": str(self.socket_dir),
                "PGPORT": str(PORT),
                "PGUSER": Role.ADMIN,
                "PGPASSWORD": self._password(Role.ADMIN),
                "PGOPTIONS": "-c client_min_messages=warning",
            },
            stdin=sql,
        )

    def _password(self, role: Role) -> str:
        if self._passwords is None:
            self._passwords = _read_or_make_passwords(self.data_dir.with_name(places.PASSWORDS))
        return self._passwords[role]

    def _mend_copy(self) -> None:
        """Gives data that were copied without owner, mode or empty folders back what the server insists on."""
        owner = self.data_dir.stat().st_uid
        if self.account is not None and owner != self.account.uid:  # root's, or nobody's on this machine
            for path in (self.data_dir, *self.data_dir.rglob("*")):
                os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)
        elif self.account is None and owner != os.geteuid():
            return
        self.data_dir.chmod(0o700)
        for name in EMPTY_FOLDERS:
            folder = self.data_dir / name
            if not folder.exists():
                folder.mkdir(mode=0o700)
                account.give(folder, self.account)

    def _refuse_data_of_another(self) -> None:
        owner = self.data_dir.stat().st_uid
        if owner != (self.account.uid if self.account else os.geteuid()):
            raise DataOfAnother(str(self.data_dir))


STOP_STEPS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))


@contextlib.contextmanager
def throwaway(*, durable: bool = False) -> Iterator[Cluster]:
    """Yields a running cluster in a temporary folder, as root or not, and removes both afterwards.

    `durable` gives it the settings of a real one, for measuring; otherwise a power cut may destroy it.
    """
    folder = Path(tempfile.mkdtemp(prefix="kaidian-", dir=_open_temporary_folder()))
    who = account.for_data(folder / "postgres")
    try:
        account.give(folder, who)
        cluster = Cluster(folder / "postgres", folder, account=who, throwaway=not durable)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _open_temporary_folder() -> Path:
    """Returns the temporary folder, or ``/tmp`` where that is too long for a socket or closed to the account."""
    folder = Path(tempfile.gettempdir()).resolve()
    who = account.for_data(folder / "postgres")
    if len(os.fsencode(folder)) > places.SOCKET_NAME_LIMIT // 2 or (who and not account.can_enter(folder, who)):
        return Path("/tmp")  # noqa: S108 -- mkdtemp makes a private folder inside
    return folder


def _read_or_make_passwords(file: Path) -> dict[str, str]:
    if not file.exists():
        made = {role: secrets.token_hex(16) for role in Role}
        half_done = file.with_suffix(".new")
        with open(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:  # noqa: PTH123 -- a mode from the first byte
            json.dump(made, stream)
        half_done.rename(file)
    content: dict[str, str] = json.loads(file.read_text())
    return content


def _postgres_process(pid: int, data_dir: Path) -> psutil.Process | None:
    """Returns the process `pid` if it is the postmaster of `data_dir`."""
    try:
        candidate = psutil.Process(pid)
        command_line = candidate.cmdline()
    except psutil.Error:
        return None
    is_ours = "postgres" in candidate.name() and str(data_dir) in command_line
    return candidate if is_ours else None
