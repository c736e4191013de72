"""One person in two institutions: each reads and changes only what it has itself put on record about him."""

from typing import Any

import pytest

from kernel.classroom import service as classroom
from kernel.classroom.service import Learner
from kernel.identity.models import Role
from tests.kernel.classroom.conftest import MakePlanned
from tests.kernel.classroom.id_numbers import new_id_number
from tests.kernel.classroom.planned import Planned, at

OURS, THEIRS = "13900001111", "13700002222"


async def known_to(planned: Planned, name: str, number: str, phone: str) -> Any:
    """Seats somebody by hand and returns his row in the office's list of people."""
    body = {"name": name, "id_number": number, "phone": phone}
    seat = await planned.lecturer.post(f"{planned.path}/seats", body, status=201)
    return next(row for row in await people_of(planned) if row["seat_number"] == seat["number"])


async def people_of(planned: Planned) -> Any:
    return await (await planned.staff()).get(f"/office/classes/{planned.home.cohort_id}/people")


async def phone_of(planned: Planned, person_id: str) -> str:
    body = {"field": "phone", "reason": "联系本人"}
    return str((await (await planned.staff()).post(f"/people/{person_id}/reveal", body))["value"])


class TestByHand:
    async def test_each_house_has_its_own_name_and_phone_of_one_person(
        self, planned: Planned, new_planned: MakePlanned
    ) -> None:
        other, number = await new_planned(), new_id_number()
        mine = await known_to(planned, "周新", number, OURS)
        theirs = await known_to(other, "周新", number, THEIRS)
        assert mine["id"] == theirs["id"]
        assert (mine["phone"], theirs["phone"]) == ("139****1111", "137****2222")
        assert await phone_of(planned, mine["id"]) == OURS
        assert await phone_of(other, mine["id"]) == THEIRS

    async def test_what_one_house_never_gave_it_is_never_shown(
        self, planned: Planned, new_planned: MakePlanned
    ) -> None:
        other, number = await new_planned(), new_id_number()
        mine = await known_to(planned, "周新", number, OURS)
        await other.lecturer.post(f"{other.path}/seats", {"name": "周新", "id_number": number}, status=201)
        [theirs] = [row for row in await people_of(other) if row["id"] == mine["id"]]
        assert theirs["phone"] is None
        body = {"field": "phone", "reason": "好奇"}
        answer = await (await other.staff()).send("POST", f"/people/{mine['id']}/reveal", json=body)
        assert answer.status_code == 404

    async def test_another_name_tells_nothing_of_the_first(self, planned: Planned, new_planned: MakePlanned) -> None:
        """Whoever has an ID number and no name must not find one out by trying."""
        other, number = await new_planned(), new_id_number()
        await known_to(planned, "周新", number, OURS)
        guess = {"name": "某某某", "id_number": number}
        answer = await other.lecturer.send("POST", f"{other.path}/seats", json=guess)
        assert answer.status_code == 201, answer.text
        assert "周" not in answer.text
        assert [row["name"] for row in await people_of(planned)][-1] == "周新"

    async def test_a_new_name_stays_in_the_house(self, planned: Planned, new_planned: MakePlanned) -> None:
        other, number = await new_planned(), new_id_number()
        mine = await known_to(planned, "周心", number, OURS)
        await known_to(other, "周心", number, THEIRS)
        rows = (await planned.lecturer.get(f"{planned.path}/seats"))["rows"]
        seat = next(row for row in rows if row["number"] == mine["seat_number"])
        await planned.lecturer.put(f"{planned.path}/seats/{seat['id']}", {"name": "周新", "number": seat["number"]})
        assert (await people_of(planned))[-1]["name"] == "周新"
        assert (await people_of(other))[-1]["name"] == "周心"


class TestClaim:
    async def seat(self, planned: Planned, name: str, number: str) -> int:
        body = {"name": name, "id_number": number}
        return int((await planned.lecturer.post(f"{planned.path}/seats", body, status=201))["number"])

    async def claimed(self, planned: Planned, name: str, number: str, login: str) -> None:
        seat = await self.seat(planned, name, number)
        answer = await planned.claim(await planned.pin_of(seat), login=login, password="my word of last year")
        assert answer.status_code == 201, answer.text

    @pytest.mark.parametrize("name", ["周新", "吴旧"])
    async def test_in_another_house_is_somebody_new(
        self, planned: Planned, new_planned: MakePlanned, name: str
    ) -> None:
        """An ID number proves little: neither the log-in name shows, nor is the account another house made used."""
        other, number = await new_planned(), new_id_number()
        await self.claimed(planned, "周新", number, f"zhou{planned.code.lower()}")
        pin = await other.pin_of(await self.seat(other, name, number))
        assert (await other.preview(pin)).json()["login"] is None
        assert (await other.claim(pin)).status_code == 201

    async def test_in_the_same_house_tells_it_whole(self, planned: Planned) -> None:
        async with planned.runtime.enter_system() as uow:
            second = await classroom.add_cohort(
                uow, institution_id=planned.home.institution_id, region_code="610100", name="二班"
            )
            seat_id = await classroom.add_seat(uow, second, Learner("周新"))
        number, login = new_id_number(), f"zhou{planned.code.lower()}"
        await self.claimed(planned, "周新", number, login)
        staff = await planned.staff()
        path = f"/classroom/classes/{second.cohort_id}/seats/{seat_id}"
        await staff.put(path, {"name": "周新", "number": 1, "id_number": number})
        slip = await staff.post(f"{path}/pin")
        find = "SELECT code FROM kernel_cohort WHERE id = :id"
        code = str(await planned.scalar(find, id=second.cohort_id))
        assert (await planned.preview(slip["pin"], code=code)).json()["login"] == login
        wrong = await planned.claim(slip["pin"], class_code=code)
        assert at(wrong) == (422, "/password", "kernel.claims.not_your_password")


class TestAccountName:
    async def test_is_not_changed_for_a_learner_of_another_house_too(
        self, planned: Planned, new_planned: MakePlanned
    ) -> None:
        login, other = f"wang{planned.code.lower()}", await new_planned()
        assert (await planned.claim(await planned.pin_of(2), login=login)).status_code == 201
        account_id = await planned.scalar("SELECT id FROM kernel_account WHERE login = :login", login=login)
        path = f"{planned.path}/seats/{planned.seat_ids[1]}"
        name = "SELECT display_name FROM kernel_account WHERE id = :id"
        await planned.lecturer.put(path, {"name": "王昊", "number": 2})
        assert await planned.scalar(name, id=account_id) == "王昊"
        async with planned.runtime.enter_system() as uow:
            await classroom.add_seat(uow, other.home, Learner("王昊", account_id=account_id))
        row = await planned.lecturer.put(path, {"name": "王皓", "number": 2})
        assert row["name"] == "王皓"
        assert await planned.scalar(name, id=account_id) == "王昊"

    async def test_is_the_office_s_once_he_holds_a_role_elsewhere(
        self, planned: Planned, new_planned: MakePlanned
    ) -> None:
        login, other = f"wang{planned.code.lower()}", await new_planned()
        assert (await planned.claim(await planned.pin_of(2), login=login)).status_code == 201
        account_id = await planned.scalar("SELECT id FROM kernel_account WHERE login = :login", login=login)
        async with planned.runtime.enter_system() as uow:
            lecturer = {"account_id": account_id, "institution_id": other.home.institution_id}
            await classroom.grant(uow, role=Role.LECTURER, region_code="610100", **lecturer)
        await planned.lecturer.put(f"{planned.path}/seats/{planned.seat_ids[1]}", {"name": "王昊", "number": 2})
        assert await planned.scalar("SELECT display_name FROM kernel_account WHERE id = :id", id=account_id) == "王浩"
