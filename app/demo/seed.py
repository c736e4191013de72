"""Fills an empty database with the demo class, once.

Stores and goods go through the mall's own services, so nothing here can be in a state that the product could not reach.
"""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import text

from app.demo import shelves
from app.demo.people import LEARNERS, LECTURER, PASSWORD
from kernel.actor import Actor, ActorKind
from kernel.classroom import service as classroom
from kernel.classroom.service import Learner
from kernel.identity import passwords
from kernel.identity.models import Role
from kernel.runtime import Runtime
from kernel.sandbox import clockwork
from kernel.settings import Settings
from mall.public import enrol, open_sandbox_books, open_shop_with_goods

REGION_CODE = "610100"
SEED = 20261012
STARTS_SIM_AT = datetime(2026, 10, 12, 9, 0)  # noqa: DTZ001  simulated time has no zone
_GOODS = Path(__file__).with_name("goods.toml")


class _Organisation(TypedDict):
    institution_id: UUID
    region_code: str


_LOCK = text("SELECT pg_advisory_xact_lock(7220012)")
_EXISTS = text("SELECT 1 FROM kernel_account WHERE login = :login")


async def seed(settings: Settings) -> bool:
    """Makes the demo class unless it is there; returns whether it was made. All of it or nothing per class."""
    runtime = Runtime.open(settings, application_name="kaidian-demo")
    try:
        made = await _seat_people(runtime)
        if made is None:
            return False
        sandbox_id, seats = made
        await _open_shops(runtime, sandbox_id, seats)
        return True
    finally:
        await runtime.close()


async def _seat_people(runtime: Runtime) -> tuple[UUID, dict[int, UUID]] | None:
    password_hash = passwords.hash_now(PASSWORD)
    async with runtime.enter_system() as uow:
        await uow.execute(_LOCK)
        if (await uow.execute(_EXISTS, {"login": LECTURER.login})).one_or_none() is not None:
            return None
        institution_id = await classroom.add_institution(uow, region_code=REGION_CODE, name="沙盘示例培训学校")
        org = _Organisation(institution_id=institution_id, region_code=REGION_CODE)
        home = await classroom.add_cohort(uow, **org, name="2026 年第 3 期 网创（电商）12 班", is_trial=True)
        seats: dict[int, UUID] = {}
        for number, learner in enumerate(LEARNERS, start=1):
            account_id = await classroom.add_account(
                uow, **org, login=learner.login, password_hash=password_hash, display_name=learner.display_name
            )
            who = Learner(number=number, account_id=account_id, display_name=learner.display_name)
            seats[number] = await classroom.add_seat(uow, home, who)
        lecturer_id = await classroom.add_account(
            uow, **org, login=LECTURER.login, password_hash=password_hash, display_name=LECTURER.display_name
        )
        await classroom.grant(uow, account_id=lecturer_id, role=Role.LECTURER, **org)
        await classroom.assign_lecturer(uow, home, lecturer_id)
        sandbox_id = await classroom.open_class(
            uow, home, starts_sim_at=STARTS_SIM_AT, seed=SEED, sandbox_name="12 班实训商城"
        )
    return sandbox_id, seats


async def _open_shops(runtime: Runtime, sandbox_id: UUID, seats: dict[int, UUID]) -> None:
    async with runtime.enter_sandbox(sandbox_id) as uow:
        await open_sandbox_books(uow)
        for seat_id in seats.values():
            await enrol(uow, seat_id)
    shops: list[dict[str, Any]] = tomllib.loads(_GOODS.read_text(encoding="utf-8"))["shops"]
    for shop in shops:
        owner = Actor(ActorKind.LEARNER, seat_id=seats[shop["seat"]])
        async with runtime.enter_sandbox(sandbox_id, actor=owner) as uow:
            await open_shop_with_goods(uow, name=shop["name"], intro=shop["intro"], goods=_goods_of(shop))
    async with runtime.enter_sandbox(sandbox_id) as uow:
        await clockwork.start(uow)


def _goods_of(shop: dict[str, Any]) -> list[dict[str, Any]]:
    return [*shop["goods"], *(shelves.item(shelves.named(title)) for title in shop["more"])]
