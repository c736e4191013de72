"""Fixtures of the storage tests: a real PostgreSQL, two classes with their people, and the routes behind the edge."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import insert

from app.embedded import postgres
from kernel.classroom import service as classroom
from kernel.classroom.service import Home, Learner
from kernel.database import migrate
from kernel.http import problem, session
from kernel.http.middleware import Edge
from kernel.i18n.catalogue import Catalogue
from kernel.identity.models import Role, SessionKind
from kernel.identity.service import LOGIN_SESSION
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.storage import routes
from kernel.unit_of_work import UnitOfWork

LECTURER = 3
NOWHERE = UUID(int=0)
NOW = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)


class StandingClock:
    """Real time as the tests want it."""

    def now(self) -> datetime:
        return NOW


@dataclass(slots=True)
class Person:
    """Someone signed in; without a seat the lecturer."""

    sandbox_id: UUID = NOWHERE
    seat_id: UUID | None = None
    token: str = field(default_factory=session.new_token)

    @property
    def token_hash(self) -> bytes:
        return session.hash_of(self.token)


@pytest.fixture(scope="package")
def database_url() -> Iterator[str]:
    with postgres.throwaway() as cluster:
        migrate.upgrade(cluster.urls.owner, app_role=migrate.app_role_of(cluster.urls.app))
        yield cluster.urls.app


@pytest.fixture
async def runtime(database_url: str, key_file: Path, tmp_path: Path) -> AsyncIterator[Runtime]:
    settings = Settings(database_url=database_url, data_dir=tmp_path / "var", key_file=key_file, _env_file=None)
    opened = Runtime.open(settings, application_name="storage tests", wall=StandingClock())
    yield opened
    await opened.close()


@pytest.fixture
def media(runtime: Runtime) -> Path:
    return runtime.settings.data_dir / "media"


@dataclass(frozen=True, slots=True)
class Class:
    """One class: two learners and a lecturer."""

    sandbox_id: UUID
    anna: Person
    bo: Person
    lecturer: Person


async def _open_class(runtime: Runtime) -> Class:
    people = [Person(), Person(), Person()]
    async with runtime.enter_system() as uow:
        institution_id = await classroom.add_institution(uow, region_code="110000", name="示范机构")
        home = await classroom.add_cohort(uow, institution_id=institution_id, region_code="110000", name="一班")
        for number, person in enumerate(people, start=1):
            await _sign_in(uow, person, home, number)
        sandbox_id = await classroom.open_class(uow, home)
    for person in people:
        person.sandbox_id = sandbox_id
    return Class(sandbox_id, *people)


async def _sign_in(uow: UnitOfWork, person: Person, home: Home, number: int) -> None:
    account_id = await classroom.add_account(
        uow,
        institution_id=home.institution_id,
        region_code=home.region_code,
        login=new_id().hex,
        password_hash="none",
        display_name="学员",
    )
    if number == LECTURER:
        await classroom.grant(uow, account_id=account_id, role=Role.LECTURER, institution_id=home.institution_id)
        await classroom.assign_lecturer(uow, home, account_id)
    else:
        person.seat_id = await classroom.add_seat(uow, home, Learner("学员", number=number, account_id=account_id))
    await uow.execute(
        insert(LOGIN_SESSION),
        {
            "token_hash": person.token_hash,
            "id": new_id(),
            "account_id": account_id,
            "kind": SessionKind.BROWSER,
            "cohort_id": home.cohort_id,
            "read_only": False,
            "created_at": NOW,
            "expires_at": NOW + timedelta(hours=1),
        },
    )


@pytest.fixture
async def first_class(runtime: Runtime) -> Class:
    return await _open_class(runtime)


@pytest.fixture
async def second_class(runtime: Runtime) -> Class:
    return await _open_class(runtime)


@dataclass(frozen=True, slots=True)
class Site:
    """The routes of storage as a browser meets them."""

    client: AsyncClient

    def headers(self, person: Person) -> dict[str, str]:
        return {
            "Cookie": f"{session.COOKIE}={person.token}",
            session.CSRF_HEADER: session.csrf_token_of(person.token),
        }


@pytest.fixture
async def site(runtime: Runtime) -> AsyncIterator[Site]:
    app = FastAPI()
    app.include_router(routes.router, prefix="/api/v1")
    app.add_middleware(Edge)
    problem.install(app, Catalogue())
    app.state.runtime = runtime
    async with AsyncClient(
        transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://kaidian.test"
    ) as client:
        yield Site(client)
