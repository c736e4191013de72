"""A throw-away installation for measuring: durable PostgreSQL, Redis, a class of thirty with a thousand goods, one web process.

Its PostgreSQL has the settings of a real one (fsync on). No workers run: nothing is due, and they would only share the cores.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psutil
from sqlalchemy import text

from app.commands.processes import QUIET
from app.demo import shelves
from app.embedded import postgres, redis
from app.embedded.places import CHECKOUT
from kernel.actor import Actor, ActorKind
from kernel.classroom import service as classroom
from kernel.classroom.service import Learner
from kernel.crypto import keyfile
from kernel.crypto.keyring import Keyring
from kernel.database import migrate
from kernel.http import session
from kernel.runtime import Runtime
from kernel.sandbox import clockwork
from kernel.settings import Settings
from loadtests import floor
from loadtests.client import Visitor
from loadtests.journeys import Mall
from mall import public as mall
from tests.world import Person, sign_in

STARTS_SIM_AT = datetime(2026, 10, 12, 9, 0)  # noqa: DTZ001  simulated time has no zone
PATIENCE_SECONDS = 60
_GOODS = text("""
    SELECT p.shop_id, p.id, k.id AS sku_id FROM mall_product p JOIN mall_sku k ON k.product_id = p.id ORDER BY p.shop_id, p.id
""")
_SHOPS = text("SELECT id, seat_id FROM mall_shop")


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: both servers, who visits, what there is to buy."""

    web: psutil.Process
    floor: psutil.Process
    postgres: psutil.Process
    web_port: int
    floor_port: int
    tokens: tuple[str, ...]
    mall: Mall

    def visitors(self) -> list[Visitor]:
        """Returns the learners, signed in."""
        return [
            Visitor(
                number=number,
                port=self.web_port,
                headers=f"Cookie: {session.COOKIE}={token}\r\n{session.CSRF_HEADER}: {session.csrf_token_of(token)}\r\n",
            )
            for number, token in enumerate(self.tokens)
        ]

    def strangers(self) -> list[Visitor]:
        """Returns as many visitors of the floor app."""
        return [Visitor(number=number, port=self.floor_port) for number in range(len(self.tokens))]


@contextlib.contextmanager
def opened(*, users: int, goods: int) -> Iterator[Bench]:
    """Yields a running installation and takes it down afterwards."""
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(postgres.throwaway(durable=True))
        server = stack.enter_context(redis.throwaway())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        migrate.upgrade(cluster.urls.owner, app_role=migrate.app_role_of(cluster.urls.app))
        keys = folder / "throwaway.keys"
        keyfile.write_new(keys, Keyring.generate("0123456789abcdef").as_text())
        variables = {
            "KAIDIAN_DATABASE_URL": cluster.urls.app,
            "KAIDIAN_REDIS_URL": server.url,
            "KAIDIAN_KEY_FILE": str(keys),
            "KAIDIAN_DATA_DIR": str(folder / "var"),
        }
        settings = Settings(
            _env_file=None, database_url=cluster.urls.app, redis_url=server.url, key_file=keys, data_dir=folder / "var"
        )
        tokens, found = asyncio.run(_fill(settings, users=users, goods=goods))
        asyncio.run(_lay_floor(cluster.urls.admin))
        web_port, floor_port = _free_port(), _free_port()
        web = stack.enter_context(_serving("app.http:create_app", web_port, variables, folder, "--factory"))
        bare = stack.enter_context(
            _serving("loadtests.floor:app", floor_port, {"FLOOR_URL": _plain(cluster.urls.admin)}, folder)
        )
        yield Bench(web, bare, _postmaster(cluster), web_port, floor_port, tokens, found)


async def _fill(settings: Settings, *, users: int, goods: int) -> tuple[tuple[str, ...], Mall]:
    """Opens a class with a store for each user and returns their session tokens, and the goods by store."""
    runtime = Runtime.open(settings, application_name="loadtest")
    try:
        async with runtime.enter_system() as uow:
            institution_id = await classroom.add_institution(uow, region_code="610100", name="测速培训学校")
            home = await classroom.add_cohort(uow, institution_id=institution_id, region_code="610100", name="测速班")
            people = []
            for number in range(1, users + 1):
                account_id = await classroom.add_account(
                    uow,
                    institution_id=institution_id,
                    region_code="610100",
                    login=f"visitor-{number}",
                    password_hash="no password",  # noqa: S106  nobody logs in with one
                    display_name=f"学员{number}",
                )
                learner = Learner(f"学员{number}", number=number, account_id=account_id)
                seat_id = await classroom.add_seat(uow, home, learner)
                people.append(Person(home.cohort_id, seat_id, f"学员{number}", account_id))
                await sign_in(uow, people[-1], cohort_id=home.cohort_id)
            sandbox_id = await classroom.open_class(
                uow, home, starts_sim_at=STARTS_SIM_AT, seed=1, sandbox_name="测速场次"
            )
        return tuple(person.token for person in people), await _stock(runtime, sandbox_id, people, goods)
    finally:
        await runtime.close()


async def _stock(runtime: Runtime, sandbox_id: UUID, people: list[Person], goods: int) -> Mall:
    async with runtime.enter_sandbox(sandbox_id) as uow:
        await mall.open_sandbox_books(uow)
        for person in people:
            await mall.enrol(uow, _seat_of(person))
    each = -(-goods // len(people))
    for number, person in enumerate(people):
        owner = Actor(ActorKind.LEARNER, account_id=person.account_id, seat_id=person.seat_id)
        async with runtime.enter_sandbox(sandbox_id, actor=owner) as uow:
            shelf = [_item(number * each + place) for place in range(each)]
            await mall.open_shop_with_goods(uow, name=f"测速店 {number + 1:02d}", intro="", goods=shelf)
    async with runtime.enter_sandbox(sandbox_id) as uow:
        await clockwork.start(uow)
        owners = {row.seat_id: row.id for row in await uow.execute(_SHOPS)}
        by_shop: dict[UUID, list[dict[str, Any]]] = {shop_id: [] for shop_id in owners.values()}
        for row in await uow.execute(_GOODS):
            by_shop[row.shop_id].append({"id": str(row.id), "sku_id": str(row.sku_id)})
    return Mall(tuple(tuple(by_shop[owners[_seat_of(person)]]) for person in people))


def _seat_of(person: Person) -> UUID:
    if person.seat_id is None:
        raise ValueError("a visitor has a seat")
    return person.seat_id


def _item(number: int) -> dict[str, Any]:
    """Returns one of the example goods without specs, cheap enough to buy of every store, with stock for hours."""
    known = shelves.load()
    item = shelves.item(known[number % len(known)])
    plain = {name: value for name, value in item.items() if name not in {"specs", "skus"}}
    price = 500 + number * 7 % 1500
    return {
        **plain,
        "title": f"{item['title'][:25]} {number:04d}",
        "fen": [price, price + 100, 300],
        "stock": 1_000_000,
    }


async def _lay_floor(url: str) -> None:
    connection = await asyncpg.connect(_plain(url))
    await connection.execute(floor.SCHEMA)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://")


@contextlib.contextmanager
def _serving(
    target: str, port: int, variables: Mapping[str, str], folder: Path, *options: str
) -> Iterator[psutil.Process]:
    """Yields one uvicorn process, started as the product starts its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIDIAN_")}
    environment |= {**variables, "PYTHONPATH": str(CHECKOUT), "MALLOC_ARENA_MAX": "2"}
    command = [sys.executable, "-m", "uvicorn", target, *options, "--host", "127.0.0.1", "--port", str(port), *QUIET]
    with (folder / f"{port}.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log)  # noqa: S603  our own
    try:
        _wait_for(port, server, folder / f"{port}.log")
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    path = "hello" if "floor" in " ".join(map(str, server.args)) else "health/ready"  # type: ignore[arg-type]
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=2):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {log.read_text()[-2000:]}")


def _postmaster(cluster: postgres.Cluster) -> psutil.Process:
    return psutil.Process(int((cluster.data_dir / "postmaster.pid").read_text().splitlines()[0]))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
