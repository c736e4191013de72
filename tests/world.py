"""Factories of a class: sandboxes with seated, signed-in people, their stores and goods, and HTTP clients for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import insert, text

from app import modules
from kernel.actor import Actor, ActorKind
from kernel.classroom import service as classroom
from kernel.classroom.service import Home, Learner
from kernel.clock import BEAT_GRACE
from kernel.http import session
from kernel.identity.models import Role, SessionKind
from kernel.identity.service import LOGIN_SESSION
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.sandbox import lease
from kernel.sandbox.runner import Runner, TimerHandler
from kernel.unit_of_work import UnitOfWork
from mall import public as mall
from tests.goods import DRY_GOODS
from tests.manual_clock import ManualClock

STARTS_SIM_AT = datetime(2026, 10, 12, 9, 0)  # noqa: DTZ001  simulated time has no zone
_keys = count(1)


@dataclass(slots=True)
class Person:
    """Someone signed in, with an HTTP client of his own."""

    sandbox_id: UUID
    seat_id: UUID | None
    name: str
    account_id: UUID
    token: str = field(default_factory=session.new_token)
    client: AsyncClient | None = None

    @property
    def actor(self) -> Actor:
        kind = ActorKind.LECTURER if self.seat_id is None else ActorKind.LEARNER
        return Actor(kind, account_id=self.account_id, seat_id=self.seat_id, display_name=self.name)

    async def send(self, method: str, path: str, *, key: str | None = None, **options: Any) -> Response:
        """Sends a request of this person to `/api/v1{path}`; a POST gets a fresh Idempotency-Key unless given one."""
        assert self.client is not None
        headers: dict[str, str] = dict(options.pop("headers", {}))
        if method == "POST":
            headers.setdefault("Idempotency-Key", key or f"test-key-{next(_keys):08d}")
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **options)

    async def get(self, path: str, *, status: int = 200, **params: Any) -> Any:
        """Returns the JSON of a GET that must answer `status`."""
        return _json(await self.send("GET", path, params=params), status)

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, status: int = 200, **options: Any) -> Any:
        """Returns the JSON of a POST that must answer `status`."""
        return _json(await self.send("POST", path, json=body, **options), status)

    async def put(self, path: str, body: Mapping[str, Any], *, status: int = 200) -> Any:
        """Returns the JSON of a PUT that must answer `status`."""
        return _json(await self.send("PUT", path, json=body), status)


def _json(response: Response, status: int) -> Any:
    assert response.status_code == status, f"{response.status_code}: {response.text}"
    return response.json() if response.content else None


@dataclass(slots=True)
class World:
    """One class: its sandbox, its learners by seat number from 1, its lecturer."""

    runtime: Runtime
    app: FastAPI
    home: Home
    sandbox_id: UUID
    learners: list[Person]
    lecturer: Person

    async def open_shop(self, owner: Person, name: str, goods: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Opens a store with goods through the mall's own services and returns the seller's rows, in the given order."""
        async with self.runtime.enter_sandbox(self.sandbox_id, actor=owner.actor) as uow:
            await mall.open_shop_with_goods(uow, name=name, intro="", goods=goods)
        rows = (await owner.get("/mall/desk/products", size=100))["rows"]
        found = [next(row for row in rows if row["title"] == item["title"]) for item in goods]
        return [{**row, "sku_id": row["skus"][0]["id"]} for row in found]

    def runner(self, handlers: Mapping[str, TimerHandler] | None = None, holder: str = "test") -> Runner:
        """Returns a runner of this world's sandboxes, with the product's own timer handlers unless given others."""
        chosen = modules.timer_handlers() if handlers is None else handlers
        return Runner(runtime=self.runtime, handlers=chosen, holder=holder)

    async def pass_time(self, wall: ManualClock, *, runner: Runner | None = None, **duration: float) -> None:
        """Lets real time pass while a runner runs the sandbox: a heartbeat every few seconds, timers as they fall due."""
        runner = runner or self.runner()
        end = wall.at + timedelta(**duration)
        async with self.runtime.enter_system() as uow:
            token = await lease.take(uow, self.sandbox_id, holder=runner.holder)
        assert token is not None, "another runner holds the sandbox"
        while True:
            await runner.beat(self.sandbox_id, token)
            while (await runner.fire_next(self.sandbox_id, token)).more:
                pass
            if wall.at >= end:
                break
            wall.at = min(wall.at + BEAT_GRACE * 0.8, end)
        async with self.runtime.enter_sandbox(self.sandbox_id) as uow:
            await lease.give_back(uow, token)

    async def with_role(self, role: Role | None, **where: Any) -> Person:
        """Signs somebody in who is in no class and acts in a role of this class's institution and region, or in none."""
        async with self.runtime.enter_system() as uow:
            account_id = await classroom.add_account(
                uow, institution_id=None, region_code="", login=new_id().hex, password_hash="-", display_name="某人"
            )
            place = {"institution_id": self.home.institution_id, "region_code": self.home.region_code, **where}
            grant_id = None if role is None else await classroom.grant(uow, account_id=account_id, role=role, **place)
            person = Person(self.sandbox_id, None, "某人", account_id)
            await sign_in(uow, person, grant_id=grant_id)
        person.client = client_of(self.app, person.token)
        return person

    async def reconcile(self) -> Any:
        """Returns the lecturer's reconciliation."""
        return await self.lecturer.get("/mall/reconciliation")


def item(title: str = "测试蜂蜜", *, price: int = 5900, cost: int = 3100, stock: int = 10) -> dict[str, Any]:
    """Returns one of the goods of a store."""
    return {
        "title": title,
        "category": "dry-goods",
        "attributes": DRY_GOODS,
        "art": "honey",
        "text": "",
        "stock": stock,
        "fen": [price, price + 1000, cost],
    }


async def make_world(runtime: Runtime, app: FastAPI, *, learners: int = 3) -> World:
    """Opens a class of its own: tests share a database and never see each other's rows."""
    async with runtime.enter_system() as uow:
        institution_id = await classroom.add_institution(uow, region_code="610100", name="示例培训学校")
        home = await classroom.add_cohort(uow, institution_id=institution_id, region_code="610100", name="测试班")
        people = [await _seat(uow, home=home, number=number) for number in range(learners + 1)]
        sandbox_id = await classroom.open_class(uow, home, starts_sim_at=STARTS_SIM_AT, seed=1, sandbox_name="测试场次")
        for person in people:
            person.sandbox_id = sandbox_id
        await uow.flush_events()
        await uow.execute(text("DELETE FROM kernel_outbox"))  # the opening was told long ago
    async with runtime.enter_sandbox(sandbox_id) as uow:
        await mall.open_sandbox_books(uow)
        for person in people[1:]:
            assert person.seat_id is not None
            await mall.enrol(uow, person.seat_id)
    for person in people:
        person.client = client_of(app, person.token)
    return World(runtime, app, home, sandbox_id, people[1:], people[0])


async def _seat(uow: UnitOfWork, *, home: Home, number: int) -> Person:
    """Signs in the learner of a seat, or as number 0 the lecturer."""
    name = f"学员{number}"
    account_id = await classroom.add_account(
        uow,
        institution_id=home.institution_id,
        region_code=home.region_code,
        login=new_id().hex,
        password_hash="no password",
        display_name=name,
    )
    seat_id: UUID | None = None
    if number == 0:
        await classroom.grant(
            uow,
            account_id=account_id,
            role=Role.LECTURER,
            institution_id=home.institution_id,
            region_code=home.region_code,
        )
        await classroom.assign_lecturer(uow, home, account_id)
    else:
        seat_id = await classroom.add_seat(uow, home, Learner(name, number=number, account_id=account_id))
    person = Person(home.cohort_id, seat_id, name, account_id)
    await sign_in(uow, person, cohort_id=home.cohort_id)
    return person


async def sign_in(
    uow: UnitOfWork, person: Person, *, cohort_id: UUID | None = None, grant_id: UUID | None = None
) -> None:
    """Opens a session for a person's token in a class or a role. Needs the system scope."""
    await uow.execute(
        insert(LOGIN_SESSION),
        {
            "token_hash": session.hash_of(person.token),
            "id": new_id(),
            "account_id": person.account_id,
            "kind": SessionKind.BROWSER,
            "cohort_id": cohort_id,
            "grant_id": grant_id,
            "read_only": False,
            "created_at": uow.now.at,
            "expires_at": uow.now.at + timedelta(days=365),
        },
    )


def client_of(app: FastAPI, token: str | None) -> AsyncClient:
    """Returns an HTTP client; with a token it carries the session cookie and the CSRF header of its page."""
    headers = {} if token is None else {session.CSRF_HEADER: session.csrf_token_of(token)}
    cookies = {} if token is None else {session.COOKIE: token}
    transport = ASGITransport(app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://kaidian.test", headers=headers, cookies=cookies)


async def count_rows(runtime: Runtime, sandbox_id: UUID, table: str) -> int:
    """Returns how many rows of a table a sandbox has."""
    async with runtime.enter_sandbox(sandbox_id) as uow:
        return int((await uow.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())
