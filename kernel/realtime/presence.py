"""Who has a page open (在线): one small hash a sandbox in Redis, written by the sockets themselves every few seconds.

Nothing is written when a socket closes: a learner may have other pages open, and a phone that falls silent does not say
goodbye. He counts as there until `GRACE_SECONDS` after the last beat of any of his sockets. Times are Redis's own, so that
several web processes agree. Losing the hash costs a quarter of a minute of not knowing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from redis.asyncio import Redis

from kernel.realtime.scripts import Script

BEAT_SECONDS = 15.0
GRACE_SECONDS = 35
"""Two missed beats."""

_KEPT_SECONDS = 7 * 86_400
"""“Last seen” reaches over a weekend; then the key goes by itself."""

# Field: seat. Value: “since last”, both unix seconds; `since` stands as long as no two beats are further apart than ARGV[2].
_MARK = Script(
    """
local now = tonumber(redis.call('TIME')[1])
local known = redis.call('HGET', KEYS[1], ARGV[1])
local since = now
if known then
  local first, last = string.match(known, '(%d+) (%d+)')
  if now - tonumber(last) <= tonumber(ARGV[2]) then since = tonumber(first) end
end
redis.call('HSET', KEYS[1], ARGV[1], since .. ' ' .. now)
redis.call('EXPIRE', KEYS[1], ARGV[3])
return since
"""
)


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is there; `since` when he came, or was last seen."""

    online: bool
    since: datetime


async def mark(redis: Redis, sandbox_id: UUID, seat_id: UUID) -> None:
    """Notes that a learner has a page open now."""
    await _MARK.run(redis, [_key(sandbox_id)], str(seat_id), GRACE_SECONDS, _KEPT_SECONDS)


async def read(redis: Redis, sandbox_id: UUID) -> dict[UUID, Presence]:
    """Returns everybody who had a page open within the last week."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.time()
        pipe.hgetall(_key(sandbox_id))
        (now, _), fields = await pipe.execute()
    return {UUID(seat.decode()): _presence(value.decode(), now) for seat, value in fields.items()}


def _presence(value: str, now: int) -> Presence:
    since, last = (int(part) for part in value.split())
    online = now - last <= GRACE_SECONDS
    return Presence(online, datetime.fromtimestamp(since if online else last, UTC))


def _key(sandbox_id: UUID) -> str:
    return f"kd:presence:{sandbox_id}"
