"""People with passwords, in classes and in roles, and a way to sign in as a browser does."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.http import session
from kernel.identity import passwords
from kernel.identity.models import Role
from kernel.ids import new_id
from kernel.runtime import Runtime
from tests.world import Person, World, client_of, sign_in

PASSWORD = "correct horse"
HASH = passwords.hash_now(PASSWORD)


@dataclass(slots=True)
class Door:
    """Where people sign in; each browser keeps its own cookie."""

    world: World
    clients: list[AsyncClient]

    def browser(self) -> AsyncClient:
        """Returns a browser in which nobody is signed in."""
        client = client_of(self.world.app, None)
        self.clients.append(client)
        return client

    async def try_password(self, login: str, password: str, client: AsyncClient | None = None) -> Response:
        """Returns the answer to a log-in."""
        chosen = client or self.browser()
        return await chosen.post("/api/v1/session", json={"login": login, "password": password})

    async def enter(self, login: str, password: str = PASSWORD) -> AsyncClient:
        """Returns a signed-in browser."""
        client = self.browser()
        response = await self.try_password(login, password, client)
        assert response.status_code == 201, response.text
        client.headers[session.CSRF_HEADER] = response.json()["csrf_token"]
        return client


@pytest.fixture
async def door(world: World) -> AsyncIterator[Door]:
    """Yields the log-in of a class's server."""
    opened = Door(world, [])
    yield opened
    for client in opened.clients:
        await client.aclose()


async def login_of(world: World, person: Person) -> str:
    """Gives a person `PASSWORD` and returns his log-in name."""
    async with world.runtime.enter_system() as uow:
        values = {"hash": HASH, "id": person.account_id}
        await uow.execute(text("UPDATE kernel_account SET password_hash = :hash WHERE id = :id"), values)
        return str((await uow.execute(text("SELECT login FROM kernel_account WHERE id = :id"), values)).scalar_one())


@dataclass(frozen=True, slots=True)
class House:
    """An institution of its own."""

    id: UUID
    region_code: str


async def make_house(runtime: Runtime, *, region_code: str = "610100", name: str = "示例培训学校") -> House:
    """Adds an institution."""
    async with runtime.enter_system() as uow:
        return House(await classroom.add_institution(uow, region_code=region_code, name=name), region_code)


async def house_of(world: World) -> House:
    """Returns the institution of a class."""
    async with world.runtime.enter_system() as uow:
        found = text("SELECT institution_id, region_code FROM kernel_sandbox WHERE id = :id")
        row = (await uow.execute(found, {"id": world.sandbox_id})).one()
    return House(row.institution_id, row.region_code)


MakeStaff = Callable[..., Awaitable[Person]]


@pytest.fixture
def new_staff(world: World) -> MakeStaff:
    """Returns a factory of signed-in people with one role."""

    async def make(role: Role, *, house: House | None = None, region: str = "") -> Person:
        async with world.runtime.enter_system() as uow:
            account_id = await classroom.add_account(
                uow,
                institution_id=None if house is None else house.id,
                region_code="" if house is None else house.region_code,
                login=new_id().hex,
                password_hash=HASH,
                display_name="测试人员",
            )
            granted = await classroom.grant(
                uow,
                account_id=account_id,
                role=role,
                institution_id=None if house is None else house.id,
                region_code=region or ("" if house is None else house.region_code),
            )
            person = Person(world.sandbox_id, None, "测试人员", account_id)
            await sign_in(uow, person, grant_id=granted)
        person.client = client_of(world.app, person.token)
        return person

    return make


def refusal(response: Response) -> tuple[int, str]:
    """Returns status and code of a problem."""
    return response.status_code, response.json()["code"]


def field_refusal(response: Response) -> tuple[str, str]:
    """Returns pointer and code of the one wrong field."""
    assert response.status_code == 422, response.text
    [error] = response.json()["errors"]
    return error["pointer"], error["code"]
