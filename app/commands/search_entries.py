"""Makes the search entries of goods that have none, or one cut by older code: after an upgrade, once for each class."""

from sqlalchemy import text

from kernel.runtime import Runtime
from kernel.settings import Settings
from mall.public import fill_search

_SANDBOXES = text("SELECT id FROM kernel_sandbox ORDER BY id")


async def fill(settings: Settings) -> int:
    """Fills the entries of every class, each in a transaction of its own; returns how many were made."""
    runtime = Runtime.open(settings, application_name="kaidian-search")
    try:
        async with runtime.enter_system() as uow:
            sandbox_ids = list((await uow.execute(_SANDBOXES)).scalars())
        made = 0
        for sandbox_id in sandbox_ids:
            async with runtime.enter_sandbox(sandbox_id) as uow:
                made += await fill_search(uow)
        return made
    finally:
        await runtime.close()
