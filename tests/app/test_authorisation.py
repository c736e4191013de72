"""Every route as every role: at home with the own class's ids, abroad with another class's, and without signing in."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from fastapi import APIRouter, FastAPI
from httpx import Response

from app import authorisation
from app.authorisation import Reach, Row, UnknownRoutes
from app.http import create_app
from kernel.actor import ActorKind
from kernel.classroom import service as classroom
from kernel.identity.models import Role
from kernel.ids import new_id
from kernel.settings import Settings
from tests.kernel.busy_class import Busy, make_busy
from tests.kernel.http.bad_input import RIGHT
from tests.kernel.test_forged_ids import IN_ADDRESSES
from tests.manual_clock import ManualClock
from tests.world import Person, World, client_of

ROWS = authorisation.rows(create_app(Settings(_env_file=None, demo=True)))
FOREIGN_REGION = "510100"
KINDS = tuple(kind for kind in ActorKind if kind is not ActorKind.SYSTEM)
OF_A_ROLE = {kind: Role(kind.value) for kind in KINDS if kind.value in {role.value for role in Role}}


def ids_of(busy: Busy, row: Row) -> dict[str, UUID]:
    """Returns the class's id for every id in a route's address."""
    names = [part.split("}")[0] for part in row.path.split("{")[1:]]
    return {name: IN_ADDRESSES[name](busy) for name in names}


async def ask(person: Person | None, world: World, row: Row, ids: dict[str, UUID]) -> Response:
    """Sends a route's right request, as a person or as nobody."""
    path = row.path.removeprefix("/api/v1").format(**ids)
    if person is not None:
        return await person.send(row.method, path, json=RIGHT.get(row.operation))
    async with client_of(world.app, None) as client:
        return await client.request(row.method, f"/api/v1{path}", json=RIGHT.get(row.operation))


def strangers(row: Row) -> Iterator[ActorKind]:
    """Yields the kinds that a route does not admit."""
    yield from (kind for kind in KINDS if not row.admits(kind))


@pytest.fixture
async def busy(world: World, wall: ManualClock) -> Busy:
    """Returns a class in which everything has happened once."""
    return await make_busy(world, wall)


async def cast(busy: Busy) -> dict[ActorKind, Person]:
    """Returns somebody of every kind who belongs to the class, its institution or its region."""
    people = {ActorKind.LEARNER: busy.buyer, ActorKind.LECTURER: busy.world.lecturer}
    people[ActorKind.VISITOR] = await busy.world.with_role(None)
    for kind, role in OF_A_ROLE.items():
        if kind is not ActorKind.LECTURER:
            people[kind] = await busy.world.with_role(role)
    return people


class TestMatrix:
    def test_has_a_row_for_every_route(self) -> None:
        document = create_app(Settings(_env_file=None, demo=True)).openapi()
        described = {
            described["operationId"] for methods in document["paths"].values() for described in methods.values()
        }
        assert {row.operation for row in ROWS} == described

    def test_stops_at_a_route_nobody_has_decided_on(self) -> None:
        app: FastAPI = create_app(Settings(_env_file=None, demo=True))
        router = APIRouter()

        @router.get("/api/v1/forgotten", operation_id="forgotten_read")
        def read() -> None: ...

        app.include_router(router)
        with pytest.raises(UnknownRoutes, match="forgotten_read"):
            authorisation.rows(app)

    def test_gives_no_capability_to_nobody(self) -> None:
        assert {row.operation for row in ROWS if not any(row.admits(kind) for kind in KINDS)} == set()


class TestDoor:
    async def test_is_shut_without_signing_in(self, busy: Busy) -> None:
        for row in ROWS:
            answer = await ask(None, busy.world, row, ids_of(busy, row))
            if row.signed_in:
                assert answer.status_code == 401, f"{row.operation}: {answer.text}"
            else:
                assert answer.status_code not in {403, 500}, f"{row.operation}: {answer.text}"

    async def test_is_shut_to_who_lacks_the_capability(self, busy: Busy) -> None:
        people = await cast(busy)
        tried = 0
        for row in ROWS:
            for kind in strangers(row):
                answer = await ask(people[kind], busy.world, row, ids_of(busy, row))
                told = f"{row.operation} as {kind}: {answer.text}"
                assert (answer.status_code, answer.json()["code"]) == (403, "kernel.identity.not_allowed"), told
                tried += 1
        assert tried > len(ROWS)

    async def test_is_open_to_who_has_it(self, busy: Busy) -> None:
        """Commands go to ids nobody has, so that what they answer is not that they were refused at the door."""
        people = await cast(busy)
        for row in ROWS:
            ids = ids_of(busy, row) if row.method == "GET" else {name: new_id() for name in ids_of(busy, row)}
            for kind in KINDS:
                if row.admits(kind) and row.operation != "session_sign_out":
                    answer = await ask(people[kind], busy.world, row, ids)
                    told = f"{row.operation} as {kind}: {answer.status_code} {answer.text}"
                    assert answer.status_code not in {401, 405, 500} or not row.signed_in, told
                    assert "kernel.identity.not_allowed" not in answer.text, told


class TestReach:
    async def test_ends_at_the_own_class_institution_and_region(self, busy: Busy) -> None:
        world = busy.world
        async with world.runtime.enter_system() as uow:
            elsewhere = await classroom.add_institution(uow, region_code=FOREIGN_REGION, name="别处")
        abroad = {"institution_id": elsewhere, "region_code": FOREIGN_REGION}
        people = {kind: await world.with_role(role, **abroad) for kind, role in OF_A_ROLE.items()}
        for row in (row for row in ROWS if row.reach is Reach.COHORT):
            for kind, person in people.items():
                if row.admits(kind):
                    answer = await ask(person, world, row, ids_of(busy, row))
                    assert answer.status_code == 404, f"{row.operation} as {kind}: {answer.text}"

    async def test_covers_the_own_class_institution_and_region(self, busy: Busy) -> None:
        """Without this the test above could pass because nobody finds anything."""
        people = await cast(busy)
        for row in (row for row in ROWS if row.reach is Reach.COHORT and row.method == "GET"):
            for kind in (kind for kind in KINDS if row.admits(kind)):
                answer = await ask(people[kind], busy.world, row, ids_of(busy, row))
                assert answer.status_code == 200, f"{row.operation} as {kind}: {answer.text}"
