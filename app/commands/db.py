"""`kaidian db`: the schema of the database, whether the installation runs or not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.commands import environment, prepare
from app.commands.terminal import Terminal
from app.embedded.postgres import Cluster
from app.supervisor import lock
from app.supervisor.lock import InstanceLock
from kernel import settings
from kernel.database import migrate


def migrate_to_head(data_dir: Path) -> int:
    """Brings the schema up to date; returns the exit code."""
    with running(data_dir):
        prepare.run(demo=False)
    return show_status(data_dir)


def show_status(data_dir: Path) -> int:
    """Prints present and newest revision; returns 1 when they differ."""
    with running(data_dir):
        app_role = migrate.app_role_of(settings.load().database_url)
        present, newest = migrate.status(prepare.owner_url(), app_role=app_role)
    Terminal().say(f"数据库：{present or '空'}；最新：{newest or '空'}")
    return 0 if present == newest else 1


@contextmanager
def running(data_dir: Path) -> Iterator[None]:
    """Has the database running and its addresses in our environment; starts it for the moment if it does not run."""
    installation = environment.installation(data_dir)
    os.environ.update({**installation.variables(demo=False), **installation.owner_variables()})
    settings.load.cache_clear()
    if installation.cluster is None or lock.running_instance(data_dir) is not None:
        yield
        return
    with InstanceLock(data_dir), _started(installation.cluster):
        yield


@contextmanager
def _started(cluster: Cluster) -> Iterator[None]:
    cluster.clear_remains()
    try:
        cluster.start()
        yield
    finally:
        cluster.stop()
