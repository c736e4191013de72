"""A Redis that these tests may break: on a Unix socket in a folder of its own, nothing kept on disk."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError


def find_binary() -> str:
    """Returns the redis-server beside this Python (it comes in a wheel), else the one on PATH."""
    beside = Path(sys.executable).with_name("redis-server")
    found = str(beside) if os.access(beside, os.X_OK) else shutil.which("redis-server")
    if found is None:
        raise RuntimeError("no redis-server beside this Python or on PATH")
    return found


async def cut_subscriptions(redis: Redis) -> int:
    """Cuts every subscribed connection, and returns how many there were."""
    return int(await redis.client_kill_filter(_type="pubsub"))


class RedisServer:
    """Starts, stops and restarts one server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"unix://{self._socket}"

    async def start(self) -> None:
        """Returns once it answers."""
        self._process = subprocess.Popen(  # noqa: ASYNC220  our own binary, started in a millisecond
            [find_binary(), "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--dir", str(self._folder)],
            stdout=subprocess.DEVNULL,
        )
        async with Redis.from_url(self.url) as redis, asyncio.timeout(10):
            while True:
                try:
                    await redis.ping()
                except (RedisConnectionError, FileNotFoundError):
                    await asyncio.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        """Kills it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
