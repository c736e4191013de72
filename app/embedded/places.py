"""Where the embedded servers keep data and sockets.

Everything lives in the data folder (``var/`` by default) unless that is impossible: a socket's name may hold 107 bytes,
and under root the unprivileged account must be able to reach its folder. `Places.notes` tells each departure.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.embedded import account
from app.embedded.account import Account

CHECKOUT = Path(__file__).resolve().parents[2]
SOCKET_NAME_LIMIT = 100  # sockaddr_un holds 107 bytes and a NUL; a little is kept back
LONGEST_SOCKET = ".s.PGSQL.5432"
PASSWORDS = "postgres-passwords.json"
ELSEWHERE = "postgres-elsewhere"
"""A file in the data folder that says where its database is, if not in it."""
SYSTEM_DATA = Path("/var/lib")


class UnsafeFolder(Exception):  # noqa: N818 -- reads as the sentence it is
    """A folder under the shared temporary directory belongs to somebody else."""


class DatabaseElsewhere(Exception):  # noqa: N818 -- reads as the sentence it is
    """A data folder was carried here without its database, which lay outside it; starting would begin an empty one."""

    def __init__(self, postgres: str, inside: Path) -> None:
        super().__init__(
            f"这个数据文件夹里没有数据库，它原来在 {postgres}。请把那个文件夹一起复制成 {inside}，再启动。"
        )


@dataclass(frozen=True)
class Places:
    """The folders of one installation and the account its PostgreSQL runs under (None: the present one)."""

    data_dir: Path
    postgres: Path
    redis: Path
    sockets: Path
    logs: Path
    account: Account | None
    notes: tuple[str, ...]


def choose(data_dir: Path) -> Places:
    """Chooses and creates the folders for `data_dir`.

    Raises:
        DatabaseElsewhere: this is a copy without its database.
        UnsafeFolder: the short socket folder exists and is not ours.
        NoUnprivilegedAccount: under root, without an account to drop to.

    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
    postgres, who, notes = _postgres_folder(data_dir)
    sockets = socket_folder(data_dir, who)
    if sockets.parent != data_dir:
        notes.append(f"套接字放在 {sockets}：数据文件夹的路径太长、含有逗号，或数据库账户进不去。")
    return Places(
        data_dir=data_dir,
        postgres=postgres,
        redis=data_dir / "redis",
        sockets=sockets,
        logs=data_dir / "log",
        account=who,
        notes=tuple(notes),
    )


def system_home() -> Path:
    """Returns the folder outside the checkout that root may need; named after the checkout, shared with nobody."""
    return SYSTEM_DATA / f"kaidian-{_short_hash(CHECKOUT)}"


def _postgres_folder(data_dir: Path) -> tuple[Path, Account | None, list[str]]:
    inside = data_dir / "postgres"
    who = account.for_data(inside)
    if who is None:
        _refuse_without_database(data_dir, inside, inside)
        return inside, None, []
    outside = system_home() / f"data-{_short_hash(data_dir)}" / "postgres"
    if account.can_enter(data_dir, who) and not (outside / "PG_VERSION").exists():
        _refuse_without_database(data_dir, inside, outside)
        return inside, who, [f"以 root 运行：数据库改用账户 {who.name}，数据在 {inside}。"]
    _refuse_without_database(data_dir, inside, outside)
    outside.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    (data_dir / ELSEWHERE).write_text(str(outside), encoding="utf-8")
    if (inside / "PG_VERSION").exists() and not outside.exists():
        _bring_out(inside, outside)
    who = account.for_data(outside)
    name = who.name if who else ""
    return outside, who, [f"以 root 运行：数据库改用账户 {name}，它进不了 {data_dir}，所以数据在 {outside}。"]


def _refuse_without_database(data_dir: Path, inside: Path, outside: Path) -> None:
    """Passes unless this folder's database is known to lie where this start would not look.

    Raises:
        DatabaseElsewhere: it does.

    """
    with contextlib.suppress(FileNotFoundError):
        told = (data_dir / ELSEWHERE).read_text(encoding="utf-8").strip()
        if told != str(outside) and not any((place / "PG_VERSION").exists() for place in (inside, outside)):
            raise DatabaseElsewhere(told, inside)


def _bring_out(inside: Path, outside: Path) -> None:
    """Copies a cluster from a folder that was brought here, and that the server's account cannot enter."""
    half_done = outside.with_name(outside.name + ".copy")
    shutil.rmtree(half_done, ignore_errors=True)
    shutil.copytree(inside, half_done, symlinks=True)
    shutil.copyfile(inside.with_name(PASSWORDS), outside.with_name(PASSWORDS))
    outside.with_name(PASSWORDS).chmod(0o600)
    half_done.rename(outside)


def socket_folder(data_dir: Path, who: Account | None) -> Path:
    """Returns a private folder for sockets, inside `data_dir` if their names stay short enough, and creates it.

    Raises:
        UnsafeFolder: somebody else made the folder in the temporary directory before us.

    """
    inside = data_dir / "run"
    fits = len(os.fsencode(inside / LONGEST_SOCKET)) < SOCKET_NAME_LIMIT
    is_one_host = "," not in str(inside)  # PostgreSQL's clients read a comma as a list of servers
    if fits and is_one_host and (who is None or account.can_enter(data_dir, who)):
        return _private_folder(inside, who)
    base = Path(tempfile.gettempdir())
    if len(os.fsencode(base)) > SOCKET_NAME_LIMIT // 2 or (who is not None and not account.can_enter(base, who)):
        base = Path("/tmp")  # noqa: S108 -- the folder below is checked to be ours and closed to others
    return _private_folder(base / f"kaidian-{os.getuid()}-{_short_hash(data_dir)}", who)


def _private_folder(folder: Path, who: Account | None) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid not in {os.geteuid(), who.uid if who else os.geteuid()} or not folder.is_dir():
        raise UnsafeFolder(str(folder))
    folder.chmod(0o700)
    account.give(folder, who)
    return folder


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
