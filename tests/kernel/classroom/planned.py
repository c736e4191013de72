"""A class that has not opened yet: its lecturer is signed in, its learners stand on the list and have PINs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import AsyncClient, Response
from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.classroom.service import Home, Learner
from kernel.identity.models import Role
from kernel.ids import new_id
from kernel.runtime import Runtime
from tests.world import Person, client_of, sign_in

NAMES = ("李雨桐", "王浩", "欧阳娜娜", "张可欣", "赵一鸣")


@dataclass(slots=True)
class Planned:
    """One planned class."""

    runtime: Runtime
    app: FastAPI
    home: Home
    code: str
    lecturer: Person
    seat_ids: list[UUID]

    @property
    def path(self) -> str:
        """The address of the class's routes."""
        return f"/classroom/classes/{self.home.cohort_id}"

    def phone(self) -> AsyncClient:
        """Returns the client of somebody who is not signed in."""
        return client_of(self.app, None)

    async def pin_of(self, number: int) -> str:
        """Returns what stands on a learner's slip."""
        slips = (await self.lecturer.post(f"{self.path}/pin-slips"))["slips"]
        return next(str(slip["pin"]) for slip in slips if slip["number"] == number)

    async def preview(self, pin: str, *, code: str | None = None, phone: AsyncClient | None = None) -> Response:
        """Asks whose seat a PIN claims, from a phone of its own, unless given one."""
        body = {"class_code": code or self.code, "pin": pin}
        return await (phone or self.phone()).post("/api/v1/claims/preview", json=body)

    async def claim(self, pin: str, *, phone: AsyncClient | None = None, **fields: Any) -> Response:
        """Claims a seat from a phone of its own, unless given one."""
        body = {"class_code": self.code, "pin": pin, "login": str(new_id()), "password": "an honest word", **fields}
        return await (phone or self.phone()).post("/api/v1/claims", json=body)

    async def seat(self, number: int) -> Any:
        """Returns a row of the lecturer's list."""
        rows = (await self.lecturer.get(f"{self.path}/seats"))["rows"]
        return next(row for row in rows if row["number"] == number)

    async def scalar(self, statement: str, **params: Any) -> Any:
        """Returns one value of the database, seen by the system."""
        async with self.runtime.enter_system() as uow:
            return (await uow.execute(text(statement), params)).scalar_one()

    async def open(self) -> UUID:
        """Opens the class and returns its sandbox."""
        async with self.runtime.enter_system() as uow:
            return await classroom.open_class(uow, self.home, seed=1)

    async def staff(self) -> Person:
        """Returns somebody of the institution's staff, signed in as such and in no class."""
        async with self.runtime.enter_system() as uow:
            person = await _account(uow, self.home, "机构教务")
            grant_id = await classroom.grant(
                uow,
                account_id=person.account_id,
                role=Role.INSTITUTION,
                institution_id=self.home.institution_id,
                region_code=self.home.region_code,
            )
            await sign_in(uow, person, grant_id=grant_id)
        person.client = client_of(self.app, person.token)
        return person


async def make_planned(runtime: Runtime, app: FastAPI, *, learners: int = 3) -> Planned:
    """Plans a class of its own."""
    async with runtime.enter_system() as uow:
        institution_id = await classroom.add_institution(uow, region_code="610100", name="示例培训学校")
        home = await classroom.add_cohort(uow, institution_id=institution_id, region_code="610100", name="筹备班")
        lecturer = await _account(uow, home, "林老师")
        await classroom.grant(
            uow, account_id=lecturer.account_id, role=Role.LECTURER, institution_id=institution_id, region_code="610100"
        )
        await classroom.assign_lecturer(uow, home, lecturer.account_id)
        await sign_in(uow, lecturer, cohort_id=home.cohort_id)
        names = [NAMES[number] if number < len(NAMES) else f"学员{number}" for number in range(learners)]
        seat_ids = [await classroom.add_seat(uow, home, Learner(name)) for name in names]
        find = text("SELECT code FROM kernel_cohort WHERE id = :id")
        code = str((await uow.execute(find, {"id": home.cohort_id})).scalar_one())
    lecturer.client = client_of(app, lecturer.token)
    return Planned(runtime, app, home, code, lecturer, seat_ids)


async def _account(uow: Any, home: Home, name: str) -> Person:
    account_id = await classroom.add_account(
        uow,
        institution_id=home.institution_id,
        region_code=home.region_code,
        login=new_id().hex,
        password_hash="no password",
        display_name=name,
    )
    return Person(home.cohort_id, None, name, account_id)


def wrong(pin: str) -> str:
    """Returns a PIN of the same seat that is not this one."""
    number, secret = pin.split("-")
    return f"{number}-{(int(secret) + 1) % 10**6:06d}"


def code_of(response: Response) -> tuple[int, str]:
    """Returns status and code of a refusal."""
    return response.status_code, response.json()["code"]


def at(response: Response) -> tuple[int, str, str]:
    """Returns status, pointer and code of the one field that was refused."""
    [error] = response.json()["errors"]
    return response.status_code, error["pointer"], error["code"]
