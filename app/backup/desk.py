"""Where the web process and the worker meet over a backup: the wish for one, and that one is being made.

Two keys in Redis. Losing them loses a wish, which the person sees and repeats; the schedule is not in them.
"""

from redis.asyncio import Redis

from app.backup.schemas import BackupState

_ASKED = "kd:backup:asked"
_RUNNING = "kd:backup:running"
WISH_SECONDS = 120
RUN_SECONDS = 3600


async def ask(redis: Redis) -> None:
    """Leaves the wish for a backup; several before it is made are one."""
    await redis.set(_ASKED, "1", ex=WISH_SECONDS)


async def take_wish(redis: Redis) -> bool:
    """Takes the wish, if there is one."""
    return bool(await redis.delete(_ASKED))


async def begin(redis: Redis) -> bool:
    """Says that a backup is being made; False when one is."""
    return bool(await redis.set(_RUNNING, "1", ex=RUN_SECONDS, nx=True))


async def end(redis: Redis) -> None:
    """Says that it is over."""
    await redis.delete(_RUNNING)


async def state(redis: Redis) -> BackupState:
    """Returns whether a backup is on its way."""
    running, asked = await redis.mget(_RUNNING, _ASKED)
    if running is not None:
        return BackupState.RUNNING
    return BackupState.IDLE if asked is None else BackupState.ASKED
