"""The `KAIDIAN_*` variables the children are started with.

Owns: which servers are ours and which are the user's own, and handing addresses down. A server the user names, in the
environment or in `.env`, is used instead of ours.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from app import installation as installations
from app.embedded import places, postgres, redis
from app.embedded.places import CHECKOUT, Places
from app.tls.files import Files

DATABASE_URL = "KAIDIAN_DATABASE_URL"
DATABASE_OWNER_URL = "KAIDIAN_DATABASE_OWNER_URL"
REDIS_URL = "KAIDIAN_REDIS_URL"
WEB_DIST = "KAIDIAN_WEB_DIST"
KEY_FILE = "KAIDIAN_KEY_FILE"
DECIDED = "KAIDIAN_DECIDED"
"""Which addresses a supervisor has chosen: a command that a child of his starts does not take them for the user's."""


class OwnerUrlMissing(Exception):  # noqa: N818 -- reads as the sentence it is
    """The user brings his own PostgreSQL, but not the address for migrations."""

    title = "使用自己的 PostgreSQL 还缺一个地址"
    cure = "请同时设置 KAIDIAN_DATABASE_OWNER_URL（数据库所有者，只用于迁移）。角色的建法见 app/embedded/roles.sql。"


@dataclass(frozen=True)
class Installation:
    """The servers of one data folder; None means the user brings his own."""

    places: Places
    cluster: postgres.Cluster | None
    redis: redis.Server | None

    def variables(self, *, demo: bool) -> dict[str, str]:
        """Returns what every child of ours gets in its environment; the owner's address is not among it."""
        given = {name: value for name, value in user_variables().items() if name != DATABASE_OWNER_URL}
        defaults = {
            WEB_DIST: str(CHECKOUT / "web" / "dist"),
            KEY_FILE: str(self.key_file),
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # glibc's arena per thread costs a threaded worker tens of megabytes
        }
        decided = {"KAIDIAN_DATA_DIR": str(self.places.data_dir), "KAIDIAN_DEMO": "true" if demo else "false"}
        if self.cluster is not None:
            decided[DATABASE_URL] = self.cluster.urls.app
        if self.redis is not None:
            decided[REDIS_URL] = self.redis.url
        decided[DECIDED] = " ".join(name for name in (DATABASE_URL, REDIS_URL) if name in decided)
        return {**defaults, **given, **decided}

    @property
    def key_file(self) -> Path:
        """Where the key file of this data folder lies, whether it is there or not."""
        given = user_variables().get(KEY_FILE)
        chosen = Path(given) if given else installations.default_key_file(installations.ensure_id(self.places.data_dir))
        return chosen.absolute()

    def owner_variables(self) -> dict[str, str]:
        """Returns the owner's address, for migrations alone: web and workers never see it."""
        url = user_variables()[DATABASE_OWNER_URL] if self.cluster is None else self.cluster.urls.owner
        return {DATABASE_OWNER_URL: url}


def certificates() -> Files:
    """Returns where the class's certificates lie: beside the key files, outside data folder and backups."""
    given = user_variables().get(KEY_FILE)
    folder = Path(given).absolute().parent if given else installations.keys_folder()
    return Files(folder / "tls")


def user_variables() -> dict[str, str]:
    """Returns the `KAIDIAN_*` variables the user has set; the environment goes before `.env`."""
    from_file = {name: value for name, value in dotenv_values(CHECKOUT / ".env").items() if value is not None}
    ours = {DECIDED, *os.environ.get(DECIDED, "").split()}
    everything = {**from_file, **{name: value for name, value in os.environ.items() if name not in ours}}
    return {name: value for name, value in everything.items() if name.startswith("KAIDIAN_")}


def installation(data_dir: Path) -> Installation:
    """Returns the servers of `data_dir`, none of them started.

    Raises:
        OwnerUrlMissing: the user's own PostgreSQL is named without its owner's address.
        ProgramMissing, NoUnprivilegedAccount, UnsafeFolder: see `app.embedded`.

    """
    given = user_variables()
    if DATABASE_URL in given and DATABASE_OWNER_URL not in given:
        raise OwnerUrlMissing
    chosen = places.choose(data_dir)
    cluster = None
    if DATABASE_URL not in given:
        log = chosen.logs / "postgres.log"
        cluster = postgres.Cluster(chosen.postgres, chosen.sockets, account=chosen.account, log=log)
    server = None
    if REDIS_URL not in given:
        server = redis.Server(chosen.redis, chosen.sockets, log=chosen.logs / "redis.log")
    return Installation(chosen, cluster, server)
