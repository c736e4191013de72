"""Lets a few machines at a time measure their bandwidth, so that thirty at once do not measure each other.

Owns, in Redis (all web processes together): the tests that have been begun, the line of those that wait, the lanes of
those that measure, and how many bytes the tests may cost the server each minute. Refuses nobody who waits; whoever stops
asking loses his place, whoever dawdles loses his lane. Lua here is the only writer of these keys.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from redis.asyncio import Redis

from kernel.classroom.devices.measures import DOWNLOAD_BYTES, UPLOAD_BYTES
from kernel.classroom.devices.rules import Served
from kernel.errors import Conflict, NotFound, TooMany
from kernel.ids import new_id

TOKEN_PATTERN = r"^[A-Za-z0-9_-]{32}$"  # noqa: S105  the shape of one, not one
_TOKEN_BYTES = 24
_WAITING, _SEEN, _LANES, _TURN = "kd:dv-waiting", "kd:dv-seen", "kd:dv-lanes", "kd:dv-turn"

_UNKNOWN, _HAD_ITS_TURN = -1, -2

_ENTER = """
local now, token = tonumber(ARGV[1]), ARGV[2]
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[5]))) do
  redis.call('ZREM', KEYS[1], gone)
  redis.call('ZREM', KEYS[2], gone)
end
if redis.call('ZSCORE', KEYS[3], token) then return {1, 0} end
if redis.call('EXISTS', KEYS[5]) == 0 then return {-1, 0} end
if redis.call('HGET', KEYS[5], 'granted') then return {-2, 0} end
if not redis.call('ZSCORE', KEYS[1], token) then redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[6]), token) end
redis.call('ZADD', KEYS[2], now, token)
local ahead = redis.call('ZRANK', KEYS[1], token)
local busy = redis.call('ZCARD', KEYS[3])
local spent = tonumber(redis.call('GET', KEYS[4]) or '0')
if ahead < tonumber(ARGV[3]) - busy and spent + tonumber(ARGV[6]) <= tonumber(ARGV[7]) then
  redis.call('ZREM', KEYS[1], token)
  redis.call('ZREM', KEYS[2], token)
  redis.call('ZADD', KEYS[3], now + tonumber(ARGV[4]), token)
  redis.call('INCRBY', KEYS[4], ARGV[6])
  redis.call('EXPIRE', KEYS[4], 120)
  redis.call('HSET', KEYS[5], 'granted', now)
  return {1, 0}
end
return {0, ahead + busy}
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of all tests together. A room of thirty passes in under two minutes even over a poor Wi-Fi."""

    lanes: int = 3
    lane_ms: int = 15_000
    """Longer than a download and an upload may take; then the lane is given on."""
    patience_ms: int = 6_000
    """A page asks every second; one that has been closed is forgotten after this."""
    starts_per_minute: int = 120
    bytes_per_minute: int = 600_000_000
    test_lives: timedelta = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test stands: in a lane, or behind `ahead` others."""

    granted: bool
    ahead: int


@dataclass(frozen=True, slots=True)
class Run:
    """One test, from the page's first request on. `check_id` is the id of the record it may leave: one, however often it is sent."""

    check_id: UUID
    served: Served


class Lanes:
    """The tests of the whole installation."""

    def __init__(self, redis: Redis, limits: Limits | None = None) -> None:
        self._redis = redis
        self._limits = limits or Limits()

    async def begin(self, now: datetime) -> str:
        """Returns the token of a new test.

        Raises:
            TooMany: more have begun this minute than rooms could hold.

        """
        key = f"kd:dv-starts:{_ms(now) // 60_000}"
        begun = await self._redis.incr(key)
        await self._redis.expire(key, 120)
        if begun > self._limits.starts_per_minute:
            raise TooMany("kernel.devices.too_many_tests")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        async with self._redis.pipeline() as pipe:
            pipe.hset(_test(token), "check", str(new_id().int))
            pipe.hset(_test(token), "began", str(_ms(now)))
            pipe.expire(_test(token), self._limits.test_lives)
            await pipe.execute()
        return token

    async def find(self, token: str, now: datetime) -> Run:
        """Returns a test that has been begun.

        Raises:
            NotFound: there is none of that token, or it is too old.

        """
        fields = await self._redis.hgetall(_test(token))
        if not fields:
            raise NotFound("kernel.devices.test_not_found")
        elapsed = max(0, _ms(now) - int(fields[b"began"]))
        served = Served(int(fields.get(b"down", 0)), int(fields.get(b"up", 0)), elapsed)
        return Run(UUID(int=int(fields[b"check"])), served)

    async def enter(self, token: str, now: datetime) -> Place:
        """Takes a free lane, else a place in the line; asked again and again until it is granted.

        Raises:
            NotFound: there is no such test.
            Conflict: it has had its turn.

        """
        limits = self._limits
        keys = [_WAITING, _SEEN, _LANES, f"kd:dv-bytes:{_ms(now) // 60_000}", _test(token), _TURN]
        numbers = (limits.lanes, limits.lane_ms, limits.patience_ms, DOWNLOAD_BYTES + UPLOAD_BYTES)
        args = (_ms(now), token, *numbers, limits.bytes_per_minute)
        granted, ahead = await self._redis.eval(_ENTER, len(keys), *keys, *args)
        if granted == _UNKNOWN:
            raise NotFound("kernel.devices.test_not_found")
        if granted == _HAD_ITS_TURN:
            raise Conflict("kernel.devices.test_over")
        return Place(granted=bool(granted), ahead=ahead)

    async def leave(self, token: str) -> None:
        """Gives lane or place to the next; leaving twice is harmless."""
        async with self._redis.pipeline() as pipe:
            for key in (_WAITING, _SEEN, _LANES):
                pipe.zrem(key, token)
            await pipe.execute()

    async def spend_download(self, token: str, now: datetime) -> int:
        """Returns how many bytes may be sent: all of them, once.

        Raises:
            Conflict: the test is in no lane, or has been served.

        """
        await self._check_lane(token, now)
        if await self._redis.hincrby(_test(token), "down", DOWNLOAD_BYTES) > DOWNLOAD_BYTES:
            await self._redis.hincrby(_test(token), "down", -DOWNLOAD_BYTES)
            raise Conflict("kernel.devices.test_over")
        return DOWNLOAD_BYTES

    async def spend_upload(self, token: str, now: datetime, size: int) -> None:
        """Counts a piece that was received.

        Raises:
            Conflict: the test is in no lane, or would send more than it may.

        """
        await self._check_lane(token, now)
        if await self._redis.hincrby(_test(token), "up", size) > UPLOAD_BYTES:
            await self._redis.hincrby(_test(token), "up", -size)
            raise Conflict("kernel.devices.test_over")

    async def _check_lane(self, token: str, now: datetime) -> None:
        ends = await self._redis.zscore(_LANES, token)
        if ends is None or ends <= _ms(now):
            raise Conflict("kernel.devices.no_lane")


def _test(token: str) -> str:
    return f"kd:dv-test:{token}"


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
