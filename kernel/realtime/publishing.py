"""Writes frames into Redis, and reads them back after a gap. Lua here is the only writer of these keys.

For a topic of a sandbox there are a hash (`…:head`: epoch, seq, last turn told), a capped stream of its last frames
(`…:log`, entry id = seq) and a channel. An *epoch* is one unbroken life of that history. It ends when the keys are
lost or expire, and also when Redis restarts: a server that came back from an older dump would count the same numbers
again, so the server's run id is part of the head. Whoever holds another epoch takes a new snapshot.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

import orjson
from redis.asyncio import Redis

from kernel.realtime.scripts import Script
from kernel.realtime.topics import Payload, encode

HISTORY_FRAMES = 500
HISTORY_SECONDS = 24 * 3600
ONCE_SECONDS = 3600
FRAME_BYTES = 32 * 1024

_TURNS = "kd:rt-turns"
"""One line for all sandboxes: a handler reads several topics in one transaction. It says nothing of any of them."""

RESYNC = "resync"
"""The frame type, in any topic, that means: you hear no more of it; join again without `after_seq`."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far a topic has come: `seq` counts its frames within an epoch, from 1."""

    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One frame as Redis keeps it. `body` is its JSON from `"type"` on, closing brace included."""

    head: Head
    body: str


@dataclass(frozen=True, slots=True)
class History:
    """A topic's head and the frames that were asked for, read in one step."""

    head: Head
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """A place in the order in which state was read; see `take_turn`. Numbers of two lives cannot be compared."""

    life: str
    number: int


# A *life* is an unbroken count. `revive` returns the one under `key`, beginning it anew if the key or the server's
# memory is gone. ARGV[1] is the name of a life to begin.
_REVIVE = """
local function revive(key)
  local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
  local known = redis.call('HMGET', key, 'run', 'life')
  if known[1] == run then return known[2], false end
  redis.call('DEL', key)
  redis.call('HSET', key, 'run', run, 'life', ARGV[1])
  return ARGV[1], true
end
"""

# KEYS[1] head, KEYS[2] log; ARGV[2] how long they outlive this use, in seconds.
_HEAD = """
local function head()
  local epoch, fresh = revive(KEYS[1])
  if fresh then redis.call('DEL', KEYS[2]) end
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  redis.call('EXPIRE', KEYS[2], ARGV[2])
  return epoch, tonumber(redis.call('HGET', KEYS[1], 'seq') or '0')
end
"""

_READ = Script(
    _REVIVE,
    _HEAD,
    """
local epoch, seq = head()
if ARGV[3] == '' then return {epoch, seq, {}} end
return {epoch, seq, redis.call('XRANGE', KEYS[2], ARGV[3], '+', 'COUNT', ARGV[4])}
""",
)

_TAKE_TURN = Script(
    _REVIVE,
    """
local life = revive(KEYS[1])
return {life, redis.call('HINCRBY', KEYS[1], 'number', 1)}
""",
)

# The key that says “already published” is written last: a script that fails half-way has published nothing for good.
_PUBLISH = Script(
    _REVIVE,
    _HEAD,
    """
local once, turns = KEYS[3], KEYS[4]
local channel, body, resync, cap = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local turn_life, turn, once_seconds = ARGV[7], tonumber(ARGV[8]), ARGV[9]
if redis.call('EXISTS', once) == 1 then return false end
local epoch = head()
if turn_life ~= '' then
  local told = redis.call('HMGET', KEYS[1], 'told_life', 'told')
  if turn_life ~= revive(turns) then
    body = resync
  elseif told[1] == turn_life and turn < tonumber(told[2]) then
    redis.call('SET', once, '', 'EX', once_seconds)
    return false
  else
    redis.call('HSET', KEYS[1], 'told_life', turn_life, 'told', turn)
  end
end
local seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', cap, seq .. '-0', 'body', body)
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('PUBLISH', channel, epoch .. ' ' .. seq .. ' ' .. body)
redis.call('SET', once, '', 'EX', once_seconds)
return seq
""",
)


def body_of(frame_type: str, data: str) -> str:
    """Returns the part of a frame that every epoch and seq share; `data` is JSON text."""
    return f'"type":{orjson.dumps(frame_type).decode()},"data":{data}}}'


RESYNC_BODY = body_of(RESYNC, "null")


def channel_of(sandbox_id: UUID, topic: str) -> str:
    """Returns the channel of a topic, which also begins the names of its keys."""
    return f"kd:rt:{sandbox_id}:{topic}"


def entry_of(message: bytes) -> Entry:
    """Reads one message of a channel."""
    epoch, seq, body = message.decode().split(" ", 2)
    return Entry(Head(epoch, int(seq)), body)


async def publish(
    redis: Redis,
    *,
    sandbox_id: UUID,
    topic: str,
    type: str,  # noqa: A002  the name it has on the wire
    data: Payload,
    once_key: str,
    turn: Turn | None = None,
) -> int | None:
    """Tells a topic's listeners a new state, and returns the frame's seq, or None when it had nothing to tell.

    `data` holds absolute values, never differences. Call it after the commit of what it tells, and before the event
    is marked as handled: then a crash repeats it, and `once_key` (event id and handler; unique within topic and type,
    kept an hour) drops the repetition. `turn` is needed when `data` was read from the database rather than carried by
    the event.

    Raises:
        ValueError: the frame is larger than 32 KiB; a topic tells what changed, not a whole page.
        RedisError: Redis does not answer; the caller's retry is the remedy.

    """
    body = body_of(type, encode(data))
    if len(body.encode()) > FRAME_BYTES:
        raise ValueError(f"a frame {type} of {len(body)} characters is too large")
    channel = channel_of(sandbox_id, topic)
    keys = [*_keys(channel), f"kd:rt-once:{sandbox_id}:{topic}:{type}:{once_key}", _TURNS]
    order = (turn.life, turn.number) if turn is not None else ("", 0)
    told = (channel, body, RESYNC_BODY, HISTORY_FRAMES)
    seq = await _PUBLISH.run(redis, keys, _new_life(), HISTORY_SECONDS, *told, *order, ONCE_SECONDS)
    return None if seq is None else int(seq)


async def resync(redis: Redis, sandbox_id: UUID, *, once_key: str) -> int:
    """Tells the listeners of every topic of a sandbox to join afresh, and returns how many topics there were.

    For a change of everything at once. A topic nobody has heard or told of yet has no head and needs nothing.
    """
    told = 0
    async for key in redis.scan_iter(match=f"{channel_of(sandbox_id, '*')}:head", count=500):
        channel = key.decode().removesuffix(":head")
        keys = [*_keys(channel), f"{channel.replace('kd:rt:', 'kd:rt-once:', 1)}:{RESYNC}:{once_key}", _TURNS]
        order = (channel, RESYNC_BODY, RESYNC_BODY, HISTORY_FRAMES, "", 0, ONCE_SECONDS)
        await _PUBLISH.run(redis, keys, _new_life(), HISTORY_SECONDS, *order)
        told += 1
    return told


async def take_turn(redis: Redis) -> Turn:
    """Takes a place in line *before* reading the state that is to be published.

    Two handlers that read at different moments may publish in the other order, and an old value would stand last. A
    frame whose turn is before one already told in its topic is therefore dropped. Nothing is lost by it: every commit
    is followed by a turn and then a read, so the highest turn, whose frame is never dropped, has read every commit. A
    turn from before Redis was lost cannot be compared; its frame becomes a `resync`, and listeners read for
    themselves.
    """
    life, number = await _TAKE_TURN.run(redis, [_TURNS], _new_life())
    return Turn(life.decode(), int(number))


async def read(redis: Redis, channel: str, *, after: Head | None, limit: int) -> History:
    """Reads a topic's head and at most `limit` frames after `after`, in one step; begins an epoch if there is none."""
    first = "" if after is None else f"{after.seq + 1}-0"
    epoch, seq, rows = await _READ.run(redis, _keys(channel), _new_life(), HISTORY_SECONDS, first, limit)
    head = Head(epoch.decode(), int(seq))
    entries = (Entry(Head(head.epoch, int(key.split(b"-")[0])), fields[1].decode()) for key, fields in rows)
    return History(head, tuple(entries))


def missed(history: History, after: Head) -> tuple[Entry, ...] | None:
    """Returns all frames between `after` and the head of `history`, or None unless they are all there and tell all."""
    if history.head.epoch != after.epoch or history.head.seq < after.seq:
        return None
    if any(entry.body == RESYNC_BODY for entry in history.entries):
        return None
    seqs = [entry.head.seq for entry in history.entries]
    return history.entries if seqs == list(range(after.seq + 1, history.head.seq + 1)) else None


def _keys(channel: str) -> list[str]:
    return [f"{channel}:head", f"{channel}:log"]


def _new_life() -> str:
    return secrets.token_hex(8)
