"""Runs the one migration history as the owner role.

The application role gets its rights here and is owner of nothing, so that forced row-level security binds it.
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config(owner_url: str, app_role: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["owner_url"] = owner_url
    config.attributes["app_role"] = app_role
    return config


def app_role_of(database_url: str) -> str:
    """Returns the name of the role that the application logs in with.

    Raises:
        ValueError: the URL names no user.

    """
    name = make_url(database_url).username
    if not name:
        raise ValueError("KAIDIAN_DATABASE_URL names no user")
    return name


def upgrade(owner_url: str, *, app_role: str, revision: str = "head") -> None:
    """Brings the schema up to a revision, the newest by default."""
    command.upgrade(_config(owner_url, app_role), revision)


def downgrade(owner_url: str, *, app_role: str, revision: str = "base") -> None:
    """Takes the schema down to a revision, an empty database by default. Loses data: for tests and emergencies."""
    command.downgrade(_config(owner_url, app_role), revision)


def write_revision(owner_url: str, *, app_role: str, message: str) -> None:
    """Writes a new migration from the difference between models and database, to be read and edited."""
    command.revision(_config(owner_url, app_role), message=message, autogenerate=True)


def status(owner_url: str, *, app_role: str) -> tuple[str | None, str | None]:
    """Returns the revision of the database and the newest one there is."""
    head = ScriptDirectory.from_config(_config(owner_url, app_role)).get_current_head()
    return asyncio.run(_current(owner_url)), head


def knows(revision: str) -> bool:
    """Says whether a revision is one of ours: the present one or one from before."""
    script = ScriptDirectory(str(MIGRATIONS))
    return revision in {known.revision for known in script.walk_revisions()}


async def _current(owner_url: str) -> str | None:
    engine = create_async_engine(owner_url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    finally:
        await engine.dispose()
