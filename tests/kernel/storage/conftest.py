"""Fixtures of the storage tests: a real PostgreSQL, two classes with their people, and the routes behind the edge."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text

from app.embedded import postgres
from kernel.database import migrate
from kernel.http import problem, session
from kernel.http.middleware import Edge
from kernel.i18n.catalogue import Catalogue
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.storage import routes
from kernel.unit_of_work import UnitOfWork

NOW = datetime(2026, 10, 12, 6, 0, tzinfo=UTC)


class StandingClock:
    """Real time as the tests want it."""

    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True, slots=True)
class Person:
    """Someone signed in."""

    sandbox_id: UUID
    seat_id: UUID | None
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
    sandbox_id, institution_id, cohort_id = new_id(), new_id(), new_id()
    people = [Person(sandbox_id, new_id()), Person(sandbox_id, new_id()), Person(sandbox_id, None)]
    async with runtime.enter_system() as uow:
        await uow.execute(
            text("INSERT INTO kernel_institution VALUES (:id, '110000', '示范机构')"), {"id": institution_id}
        )
        await uow.execute(
            text(
                "INSERT INTO kernel_cohort (id, institution_id, region_code, name) VALUES (:id, :i, '110000', '一班')"
            ),
            {"id": cohort_id, "i": institution_id},
        )
        await uow.execute(
            text("""
                INSERT INTO kernel_sandbox (id, institution_id, region_code, cohort_id, name, seed, policy,
                    starts_sim_at, clock_state, clock_version, speed, sim_anchor_at, class_anchor_ms, real_anchor_at,
                    beat_at, resume_after_jump)
                VALUES (:id, :i, '110000', :c, '一班', 1, 'teaching-1', '2026-10-12', 'paused', 0, 24, '2026-10-12', 0,
                    :now, :now, false)"""),
            {"id": sandbox_id, "i": institution_id, "c": cohort_id, "now": NOW},
        )
        for number, person in enumerate(people, start=1):
            await _sign_in(uow, person, institution_id, number)
    return Class(sandbox_id, *people)


async def _sign_in(uow: UnitOfWork, person: Person, institution_id: UUID, number: int) -> None:
    account_id = new_id()
    place = {"sandbox_id": person.sandbox_id, "account_id": account_id}
    await uow.execute(
        text("""
            INSERT INTO kernel_account (id, institution_id, region_code, login, password_hash, display_name)
            VALUES (:id, :i, '110000', :login, 'none', '学员')"""),
        {"id": account_id, "i": institution_id, "login": account_id.hex},
    )
    if person.seat_id is None:
        await uow.execute(
            text("""
                INSERT INTO kernel_teaching_assignment (id, sandbox_id, account_id)
                VALUES (:id, :sandbox_id, :account_id)"""),
            {"id": new_id(), **place},
        )
    else:
        await uow.execute(
            text("""
                INSERT INTO kernel_seat (id, sandbox_id, account_id, number, display_name)
                VALUES (:id, :sandbox_id, :account_id, :number, '学员')"""),
            {"id": person.seat_id, "number": number, **place},
        )
    await uow.execute(
        text("INSERT INTO kernel_login_session VALUES (:hash, :account_id, :sandbox_id, :now, :later)"),
        {"hash": person.token_hash, "now": NOW, "later": NOW + timedelta(hours=1), **place},
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
