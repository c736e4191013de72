"""`kaidian prepare`: migrates the database and, for a demo, fills it; a short program that `kaidian up` runs.

Its own process, so that what it imports does not stay in the supervisor's memory.
"""

import asyncio

from app.commands.environment import OwnerUrlMissing
from app.demo import seed, still_open
from kernel import settings
from kernel.database import migrate


def owner_url() -> str:
    """Returns the address migrations run under.

    Raises:
        OwnerUrlMissing: it is not set.

    """
    url = settings.load().database_owner_url
    if url is None:
        raise OwnerUrlMissing
    return url.get_secret_value()


def run(*, demo: bool) -> None:
    """Brings the schema up to date and, if `demo`, makes the demo class unless it is there."""
    app_role = migrate.app_role_of(settings.load().database_url)
    migrate.upgrade(owner_url(), app_role=app_role)
    if demo:
        asyncio.run(seed.seed(settings.load()))


def open_demo_accounts() -> int:
    """Returns how many demo accounts could sign in with the public password."""
    return asyncio.run(still_open.count(settings.load()))
