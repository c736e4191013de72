"""Measures log-ins of a crowd from one address against one web process: ``python -m tests.kernel.identity.crowd``.

Two scenes: a class of thirty within ten seconds, and 150 wrong passwords at once with one right among them. The floor
beside them is what the hashes alone cost on this machine. Prints; asserts nothing about time.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from httpx import AsyncClient, Limits

from app.commands import ports, processes
from app.embedded import postgres, redis
from kernel.classroom import service as classroom
from kernel.crypto import keyfile
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.identity import passwords
from kernel.runtime import Runtime
from kernel.settings import Settings

PASSWORD = "correct horse"
CLASS = 30
WRONG = 150
SPREAD_SECONDS = 10.0


@contextmanager
def installation(folder: Path) -> Iterator[Settings]:
    """Yields the settings of a fresh installation."""
    key_file = folder / "crowd.keys"
    keyfile.write_new(key_file, Keyring.generate("0123456789abcdef").as_text())
    with postgres.throwaway() as cluster, redis.throwaway() as server:
        migrate.upgrade(cluster.urls.owner, app_role=migrate.app_role_of(cluster.urls.app))
        yield Settings(
            _env_file=None,
            database_url=cluster.urls.app,
            redis_url=server.url,
            data_dir=folder / "var",
            key_file=key_file,
        )


@asynccontextmanager
async def web_process(settings: Settings) -> AsyncIterator[AsyncClient]:
    """Yields a client of one web process."""
    port = ports.choose(processes.HOST, None)
    names = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "KEY_FILE": settings.key_file}
    environment = {**os.environ, **{f"KAIDIAN_{name}": str(value) for name, value in names.items()}}
    environment["KAIDIAN_DATA_DIR"] = str(settings.data_dir)
    argv = [sys.executable, "-m", "uvicorn", "app.http:create_app", "--factory", "--port", str(port), *processes.QUIET]
    server = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL)  # noqa: ASYNC220 -- a measurement waits
    try:
        url = f"http://{processes.HOST}:{port}"
        while not processes.answers(f"{url}/health/ready"):
            await asyncio.sleep(0.2)
        async with AsyncClient(base_url=url, timeout=60, limits=Limits(max_connections=None)) as client:
            yield client
    finally:
        server.terminate()
        server.wait(20)


async def log_in(client: AsyncClient, login: str, password: str) -> tuple[int, float]:
    """Returns status and seconds of one log-in."""
    began = time.perf_counter()
    response = await client.post("/api/v1/session", json={"login": login, "password": password})
    return response.status_code, time.perf_counter() - began


async def _later(delay: float, client: AsyncClient, login: str) -> tuple[int, float]:
    await asyncio.sleep(delay)
    return await log_in(client, login, PASSWORD)


async def _people(settings: Settings) -> None:
    runtime = Runtime.open(settings, application_name="crowd")
    password_hash = passwords.hash_now(PASSWORD)
    async with runtime.enter_system() as uow:
        for number in range(CLASS + 1):
            name = f"xueyuan{number:02d}"
            await classroom.add_account(
                uow, institution_id=None, region_code="", login=name, password_hash=password_hash, display_name=name
            )
    await runtime.close()


def _tell(scene: str, answers: list[tuple[int, float]]) -> None:
    statuses = sorted({status for status, _ in answers})
    counts = {status: sum(answer[0] == status for answer in answers) for status in statuses}
    sys.stdout.write(f"{scene}: {counts}, slowest {max(seconds for _, seconds in answers):.2f} s\n")


async def measure(settings: Settings) -> None:
    """Plays the scenes and prints what they cost."""
    await _people(settings)
    began = time.perf_counter()
    await asyncio.gather(*(passwords.matches(PASSWORD, None) for _ in range(CLASS)))
    sys.stdout.write(f"floor, {CLASS} hashes in two threads: {time.perf_counter() - began:.2f} s\n")
    async with web_process(settings) as client:
        logins = [f"xueyuan{number:02d}" for number in range(CLASS)]
        spread = [_later(SPREAD_SECONDS * n / CLASS, client, login) for n, login in enumerate(logins)]
        _tell(f"{CLASS} log-ins within {SPREAD_SECONDS:.0f} s", await asyncio.gather(*spread))
        _tell(f"{CLASS} log-ins at once", await asyncio.gather(*(log_in(client, name, PASSWORD) for name in logins)))
        for scene, name in (("of one name", "nobody"), ("of as many names", "nobody{}")):
            wrong = [asyncio.create_task(log_in(client, name.format(n), "wrong")) for n in range(WRONG)]
            await asyncio.sleep(0.5)  # the wrong ones are in the line by now
            _tell(f"a right one among {WRONG} wrong {scene}", [await log_in(client, f"xueyuan{CLASS}", PASSWORD)])
            _tell(f"  the {WRONG} wrong", await asyncio.gather(*wrong))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, installation(Path(place)) as found:
        asyncio.run(measure(found))
