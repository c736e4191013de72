"""A class that is planned, its lecturer, staff of its institution, and a worker."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.classroom import service as classroom
from kernel.classroom.roster import work
from kernel.classroom.service import Home
from kernel.identity.models import Role
from kernel.ids import new_id
from kernel.runtime import Runtime
from tests.world import Person, client_of, sign_in


@dataclass(slots=True)
class School:
    """An institution with one planned class, and those who may import into it."""

    runtime: Runtime
    home: Home
    lecturer: Person
    staff: Person

    @property
    def address(self) -> str:
        """Where the class's rosters are handed in."""
        return f"/classroom/classes/{self.home.cohort_id}/roster-imports"

    async def hand_in(self, content: bytes, *, by: Person | None = None, status: int = 201) -> Any:
        """Hands in a workbook for the class, or as staff for the institution; returns the answer."""
        person = by or self.lecturer
        address = "/classroom/roster-imports" if person is self.staff else self.address
        response = await person.send("POST", address, files={"file": ("名册.xlsx", content)})
        assert response.status_code == status, response.text
        return response.json()

    async def checked(self, content: bytes, *, by: Person | None = None) -> Any:
        """Returns an import after the worker has checked it."""
        handed_in = await self.hand_in(content, by=by)
        assert await work.work_off(self.runtime) >= 1
        return await (by or self.lecturer).get(f"/classroom/roster-imports/{handed_in['id']}")

    async def imported(self, content: bytes, *, by: Person | None = None) -> Any:
        """Returns an import after everybody is seated."""
        view = await self.checked(content, by=by)
        person = by or self.lecturer
        await person.post(f"/classroom/roster-imports/{view['id']}/import", status=202)
        assert await work.work_off(self.runtime) >= 1
        return await person.get(f"/classroom/roster-imports/{view['id']}")

    async def rows(self, view: Any, **query: Any) -> list[Any]:
        """Returns the preview of an import."""
        answer = await self.lecturer.get(f"/classroom/roster-imports/{view['id']}/rows", size=200, **query)
        return list(answer["rows"])

    async def seats(self) -> list[Any]:
        """Returns the class's seats by number."""
        async with self.runtime.enter_system() as uow:
            statement = text("SELECT * FROM kernel_seat WHERE cohort_id = :id ORDER BY number")
            return list(await uow.execute(statement, {"id": self.home.cohort_id}))


def marks_of(rows: list[Any]) -> list[tuple[str, str]]:
    """Returns the cell and the code of every finding in a preview."""
    return [(mark["cell"], mark["code"].removeprefix("kernel.roster.")) for row in rows for mark in row["marks"]]


MakeSchool = Callable[[], Awaitable[School]]


async def make_school(runtime: Runtime, web: FastAPI) -> School:
    """Opens an institution with a planned class."""
    async with runtime.enter_system() as uow:
        institution_id = await classroom.add_institution(uow, region_code="610100", name="示例培训学校")
        home = await classroom.add_cohort(uow, institution_id=institution_id, region_code="610100", name="网创 1 班")
        people = [await _account(uow, home, name) for name in ("林老师", "教务")]
        await classroom.grant(
            uow,
            account_id=people[0].account_id,
            role=Role.LECTURER,
            institution_id=institution_id,
            region_code="610100",
        )
        await classroom.assign_lecturer(uow, home, people[0].account_id)
        await sign_in(uow, people[0], cohort_id=home.cohort_id)
        grant = await classroom.grant(
            uow, account_id=people[1].account_id, role=Role.INSTITUTION, institution_id=institution_id
        )
        await sign_in(uow, people[1], grant_id=grant)
    for person in people:
        person.client = client_of(web, person.token)
    return School(runtime, home, *people)


async def _account(uow: Any, home: Home, name: str) -> Person:
    account_id: UUID = await classroom.add_account(
        uow,
        institution_id=home.institution_id,
        region_code=home.region_code,
        login=new_id().hex,
        password_hash="no password",
        display_name=name,
    )
    return Person(home.cohort_id, None, name, account_id)


@pytest.fixture(autouse=True)
async def nothing_waits(admin: AsyncEngine) -> None:
    """Takes away what an earlier test has left for the worker, who works for every class."""
    async with admin.begin() as connection:
        await connection.execute(text("DELETE FROM kernel_roster_import"))
        await connection.execute(text("DELETE FROM kernel_seat WHERE import_id IS NOT NULL"))
        await connection.execute(text("DELETE FROM kernel_person"))


@pytest.fixture
def new_school(runtime: Runtime, web: FastAPI) -> MakeSchool:
    """Returns a factory of institutions."""

    async def make() -> School:
        return await make_school(runtime, web)

    return make


@pytest.fixture
async def school(new_school: MakeSchool) -> School:
    """Returns an institution with a planned class."""
    return await new_school()
