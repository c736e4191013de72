"""Whether anybody could sign in with the demo's public password: asked before a room full of phones is let in."""

from app.demo.people import ACCOUNTS
from kernel.identity import passwords, queries
from kernel.runtime import Runtime
from kernel.settings import Settings


async def count(settings: Settings) -> int:
    """Returns how many demo accounts are there, not disabled, and still have the public password."""
    runtime = Runtime.open(settings, application_name="kaidian-demo")
    try:
        return sum([await _is_open(runtime, account.login, account.password) for account in ACCOUNTS])
    finally:
        await runtime.close()


async def _is_open(runtime: Runtime, login: str, password: str) -> bool:
    async with runtime.enter_system() as uow:
        row = await queries.find_by_login(uow, login)
    if row is None or row.disabled_at is not None:
        return False
    return await passwords.matches(password, row.password_hash)
