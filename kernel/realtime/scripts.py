"""Lua in Redis: several keys read and written in one step."""

from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


class Script:
    """Lua run by its digest, sent in full the first time a server sees it."""

    def __init__(self, *parts: str) -> None:
        self._text = "".join(parts)
        self._digest = sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    async def run(self, redis: Redis, keys: list[str], *args: str | int) -> Any:
        """Returns the answer of the script."""
        try:
            return await redis.evalsha(self._digest, len(keys), *keys, *args)
        except NoScriptError:
            return await redis.eval(self._text, len(keys), *keys, *args)
