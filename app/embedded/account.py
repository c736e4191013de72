"""The account that server programs run under, and what it can reach.

PostgreSQL refuses to run as root. Under root we drop to an account that exists already; we never create one and never
widen the rights of a folder that is not ours.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


class NoUnprivilegedAccount(Exception):  # noqa: N818 -- reads as the sentence it is
    """We run as root and the machine has no account to drop to."""


@dataclass(frozen=True)
class Account:
    """An operating system account by number; `name` is for messages."""

    name: str
    uid: int
    gid: int


def for_data(folder: Path) -> Account | None:
    """Returns the account to run a server with data in `folder` under; None means the present one.

    Under root that is the owner of existing data, so that data made by an ordinary user stay his; else ``nobody``.

    Raises:
        NoUnprivilegedAccount: there is no ``nobody``.

    """
    if os.geteuid() != 0:
        return None
    try:
        owner = folder.stat().st_uid
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    except FileNotFoundError:
        return _nobody()
    except KeyError:
        return _nobody()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise NoUnprivilegedAccount from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def can_enter(folder: Path, account: Account) -> bool:
    """Says whether `account` may pass through `folder` and every folder above it; a missing one counts as passable."""
    return all(_may_search(step, account) for step in [folder, *folder.parents])


def _may_search(folder: Path, account: Account) -> bool:
    try:
        status = folder.stat()
    except FileNotFoundError:
        return True
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def give(path: Path, account: Account | None) -> None:
    """Hands one file or folder of ours to `account`; nothing to do when we do not drop privileges."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
