"""The list of a class: what a lecturer sees and does, what stays as it is, and who may not."""

import asyncio
from typing import Any

from httpx import AsyncClient
from sqlalchemy import text

from app import modules
from kernel.classroom import service as classroom
from kernel.classroom.service import Learner
from kernel.events.relay import Relay
from kernel.http import session
from kernel.ids import new_id
from kernel.runtime import Runtime
from tests.conftest import MakeWorld
from tests.kernel.classroom.conftest import MakePlanned
from tests.kernel.classroom.id_numbers import new_id_number
from tests.kernel.classroom.planned import Planned, at, code_of
from tests.world import count_rows

NOBODY_ELSES = (409, "kernel.seats.not_possible")


async def interventions(planned: Planned) -> list[tuple[str, str]]:
    """Returns kind and reason of what is on record, in order."""
    async with planned.runtime.enter_system() as uow:
        rows = await uow.execute(
            text("SELECT kind, reason FROM kernel_intervention WHERE cohort_id = :id ORDER BY id"),
            {"id": planned.home.cohort_id},
        )
        return [(row.kind, row.reason) for row in rows]


async def do(
    planned: Planned, number: int, action: str, body: dict[str, Any] | None = None, *, status: int = 200
) -> Any:
    """Does something to the seat of a number, as the lecturer."""
    seat_id = (await planned.seat(number))["id"]
    return await planned.lecturer.post(f"{planned.path}/seats/{seat_id}/{action}", body, status=status)


async def claimed(planned: Planned, number: int = 1) -> AsyncClient:
    """Claims a seat and returns the learner's phone."""
    phone = planned.phone()
    assert (await planned.claim(await planned.pin_of(number), phone=phone)).status_code == 201
    return phone


class TestList:
    async def test_shows_every_seat_with_its_counts(self, planned: Planned) -> None:
        await claimed(planned)
        view = await planned.lecturer.get(f"{planned.path}/seats")
        assert (view["seated"], view["claimed"], view["seats_at_most"], view["open_requests"]) == (3, 1, 30, 0)
        assert [(row["number"], row["name"], row["state"]) for row in view["rows"]] == [
            (1, "李雨桐", "claimed"),
            (2, "王浩", "unclaimed"),
            (3, "欧阳娜娜", "unclaimed"),
        ]

    async def test_never_shows_a_pin(self, planned: Planned) -> None:
        pin = await planned.pin_of(2)
        assert pin[3:] not in str(await planned.lecturer.get(f"{planned.path}/seats"))

    async def test_is_the_staffs_too_but_no_learners_and_no_other_classs(
        self, planned: Planned, new_world: MakeWorld
    ) -> None:
        world, staff = await new_world(), await planned.staff()
        assert (await staff.get(f"{planned.path}/seats"))["seated"] == 3
        await world.lecturer.get(f"{planned.path}/seats", status=404)
        await world.learners[0].get(f"{planned.path}/seats", status=403)
        async with planned.phone() as nobody:
            assert (await nobody.get(f"/api/v1{planned.path}/seats")).status_code == 401


class TestSlips:
    async def test_hold_the_same_pins_when_printed_again(self, planned: Planned) -> None:
        first = await planned.lecturer.post(f"{planned.path}/pin-slips")
        assert first == await planned.lecturer.post(f"{planned.path}/pin-slips")
        assert first["class_code"] == planned.code
        assert [slip["number"] for slip in first["slips"]] == [1, 2, 3]
        assert len({slip["pin"] for slip in first["slips"]}) == 3

    async def test_leave_out_who_has_claimed(self, planned: Planned) -> None:
        await claimed(planned, 2)
        slips = (await planned.lecturer.post(f"{planned.path}/pin-slips"))["slips"]
        assert [slip["number"] for slip in slips] == [1, 3]

    async def test_stand_sealed_in_the_database(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        sealed = await planned.scalar("SELECT pin_sealed FROM kernel_seat WHERE id = :id", id=planned.seat_ids[0])
        assert pin[3:].encode() not in bytes(sealed)

    async def test_are_printed_twice_at_once_with_one_set_of_pins(self, planned: Planned) -> None:
        both = await asyncio.gather(*(planned.lecturer.post(f"{planned.path}/pin-slips") for _ in range(2)))
        assert both[0] == both[1]

    async def test_are_not_cached_and_not_a_learners(self, planned: Planned) -> None:
        answer = await planned.lecturer.send("POST", f"{planned.path}/pin-slips")
        assert answer.headers["cache-control"] == "no-store"
        phone = await claimed(planned)
        token = (await phone.get("/api/v1/session")).json()["csrf_token"]
        refused = await phone.post(f"/api/v1{planned.path}/pin-slips", headers={"X-CSRF-Token": token})
        assert refused.status_code == 403

    async def test_of_one_seat_can_be_read_while_it_is_unclaimed(self, planned: Planned) -> None:
        slip = await do(planned, 1, "pin")
        assert slip["pin"] == await planned.pin_of(1)
        await claimed(planned)
        assert (await do(planned, 1, "pin", status=409))["code"] == "kernel.seats.not_unclaimed"
        assert (await do(planned, 1, "new-pin", status=409))["code"] == "kernel.seats.not_unclaimed"


class TestUndo:
    async def test_ends_the_session_disables_the_account_and_renews_the_pin(self, planned: Planned) -> None:
        old = await planned.pin_of(1)
        phone = await claimed(planned)
        phone.headers[session.CSRF_HEADER] = (await phone.get("/api/v1/session")).json()["csrf_token"]
        row = await do(planned, 1, "undo-claim", {"reason": "同学拿错了条子"})
        assert (row["state"], row["login"], row["claimed_at"], row["claim_browser"]) == ("unclaimed", None, None, None)
        assert code_of(await phone.get("/api/v1/session")) == (401, "kernel.identity.ended_claim_undone")
        assert code_of(await phone.post("/api/v1/realtime/tickets")) == (401, "kernel.identity.ended_claim_undone")
        assert code_of(await planned.preview(old)) == (404, "kernel.claims.not_matching")
        assert (await planned.claim(await planned.pin_of(1))).status_code == 201
        assert await interventions(planned) == [("claim.undone", "同学拿错了条子")]

    async def test_lets_the_thief_in_no_more(self, planned: Planned) -> None:
        login = str(new_id())
        await planned.claim(await planned.pin_of(1), login=login)
        await do(planned, 1, "undo-claim", {})
        async with planned.phone() as phone:
            body = {"login": login, "password": "an honest word"}
            assert (await phone.post("/api/v1/session", json=body)).status_code == 401

    async def test_leaves_an_account_alone_that_was_there_before(self, planned: Planned) -> None:
        async with planned.runtime.enter_system() as uow:
            account_id = await classroom.add_account(
                uow,
                institution_id=planned.home.institution_id,
                region_code="610100",
                login=new_id().hex,
                password_hash="no password",
                display_name="孙老同学",
            )
            await classroom.add_seat(uow, planned.home, Learner("孙老同学", account_id=account_id))
        await do(planned, 4, "undo-claim", {})
        disabled = "SELECT disabled_at FROM kernel_account WHERE id = :id"
        assert await planned.scalar(disabled, id=account_id) is None

    async def test_leaves_an_account_alone_that_sits_elsewhere_too(
        self, planned: Planned, new_planned: MakePlanned
    ) -> None:
        phone, other = await claimed(planned), await new_planned()
        account_id = (await phone.get("/api/v1/session")).json()["account"]["id"]
        async with planned.runtime.enter_system() as uow:
            await classroom.add_seat(uow, other.home, Learner("李雨桐", account_id=account_id))
        await do(planned, 1, "undo-claim", {})
        disabled = "SELECT disabled_at FROM kernel_account WHERE id = :id"
        assert await planned.scalar(disabled, id=account_id) is None

    async def test_refuses_a_seat_nobody_has_claimed(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        assert (await do(planned, 1, "undo-claim", {}, status=409))["code"] == "kernel.seats.not_possible"
        assert await planned.pin_of(1) == pin
        assert await interventions(planned) == []


class TestWithdraw:
    async def test_frees_the_number_and_ends_the_session(self, planned: Planned) -> None:
        phone = await claimed(planned)
        row = await do(planned, 1, "withdraw", {"reason": "家里有事"})
        assert (row["state"], row["actions"]) == ("withdrawn", ["readmit"])
        assert code_of(await phone.get("/api/v1/session")) == (401, "kernel.identity.ended_seat_withdrawn")
        view = await planned.lecturer.get(f"{planned.path}/seats")
        assert (view["seated"], view["claimed"]) == (2, 0)
        added = await planned.lecturer.post(f"{planned.path}/seats", {"name": "新同学"}, status=201)
        assert added["number"] == 1
        assert await interventions(planned) == [("learner.withdrawn", "家里有事")]

    async def test_is_taken_back_with_account_and_number(self, planned: Planned) -> None:
        await claimed(planned)
        seat_id = (await do(planned, 1, "withdraw", {}))["id"]
        row = await planned.lecturer.post(f"{planned.path}/seats/{seat_id}/readmit", {})
        assert (row["state"], row["number"]) == ("claimed", 1)
        assert [kind for kind, _ in await interventions(planned)] == ["learner.withdrawn", "learner.readmitted"]

    async def test_is_taken_back_at_another_number_when_his_is_gone(self, planned: Planned) -> None:
        seat_id = (await do(planned, 1, "withdraw", {}))["id"]
        await planned.lecturer.post(f"{planned.path}/seats", {"name": "新同学"}, status=201)
        row = await planned.lecturer.post(f"{planned.path}/seats/{seat_id}/readmit", {})
        assert (row["state"], row["number"]) == ("unclaimed", 4)

    async def test_is_not_taken_back_into_a_full_class(self, new_planned: MakePlanned) -> None:
        planned = await new_planned(learners=30)
        seat_id = (await do(planned, 30, "withdraw", {}))["id"]
        await planned.lecturer.post(f"{planned.path}/seats", {"name": "新同学"}, status=201)
        refused = await planned.lecturer.send("POST", f"{planned.path}/seats/{seat_id}/readmit", json={})
        assert code_of(refused) == (409, "kernel.classroom.class_full")

    async def test_is_not_taken_back_beside_himself(self, planned: Planned) -> None:
        body = {"name": "周新", "id_number": new_id_number()}
        seat_id = (await planned.lecturer.post(f"{planned.path}/seats", body, status=201))["id"]
        await planned.lecturer.post(f"{planned.path}/seats/{seat_id}/withdraw", {})
        await planned.lecturer.post(f"{planned.path}/seats", body, status=201)
        refused = await planned.lecturer.send("POST", f"{planned.path}/seats/{seat_id}/readmit", json={})
        assert code_of(refused) == (409, "kernel.seats.seated_again")

    async def test_of_who_has_withdrawn_is_refused(self, planned: Planned) -> None:
        seat_id = (await do(planned, 1, "withdraw", {}))["id"]
        refused = await planned.lecturer.send("POST", f"{planned.path}/seats/{seat_id}/withdraw", json={})
        assert code_of(refused) == NOBODY_ELSES


class TestChange:
    async def test_puts_name_and_number_right_before_the_opening(self, planned: Planned) -> None:
        phone = await claimed(planned)
        path = f"{planned.path}/seats/{planned.seat_ids[0]}"
        row = await planned.lecturer.put(path, {"name": "李雨彤", "number": 9})
        assert (row["name"], row["number"]) == ("李雨彤", 9)
        here = (await phone.get("/api/v1/session")).json()
        assert (here["account"]["display_name"], here["seat"]["number"]) == ("李雨彤", 9)

    async def test_keeps_the_digits_of_the_pin(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        await planned.lecturer.put(f"{planned.path}/seats/{planned.seat_ids[0]}", {"name": "李雨桐", "number": 9})
        assert await planned.pin_of(9) == f"09-{pin[3:]}"

    async def test_refuses_a_number_that_is_taken_or_fixed(self, planned: Planned) -> None:
        path, body = f"{planned.path}/seats/{planned.seat_ids[0]}", {"name": "李雨桐", "number": 2}
        refused = await planned.lecturer.send("PUT", path, json=body)
        assert code_of(refused) == (409, "kernel.seats.number_taken")
        await planned.open()
        refused = await planned.lecturer.send("PUT", path, json={**body, "number": 9})
        assert code_of(refused) == (409, "kernel.seats.number_fixed")
        assert (await planned.lecturer.put(path, {"name": "李雨彤", "number": 1}))["name"] == "李雨彤"

    async def test_adds_the_numbers_nobody_knew_once(self, planned: Planned) -> None:
        path = f"{planned.path}/seats/{planned.seat_ids[0]}"
        body = {"name": "李雨桐", "number": 1, "id_number": new_id_number(male=False), "phone": "138 0013 8000"}
        assert (await planned.lecturer.put(path, body))["has_person"] is True
        refused = await planned.lecturer.send("PUT", path, json=body)
        assert code_of(refused) == (409, "kernel.seats.person_known")

    async def test_carries_the_name_to_the_record_of_who_sits_in_no_other_class_of_the_house(
        self, planned: Planned
    ) -> None:
        number, staff = new_id_number(), await planned.staff()
        seat_id = (
            await planned.lecturer.post(f"{planned.path}/seats", {"name": "周心", "id_number": number}, status=201)
        )["id"]
        await planned.lecturer.put(f"{planned.path}/seats/{seat_id}", {"name": "周新", "number": 4})
        async with planned.runtime.enter_system() as uow:
            house = planned.home.institution_id
            other = await classroom.add_cohort(uow, institution_id=house, region_code="610100", name="二班")
        path = f"/classroom/classes/{other.cohort_id}/seats"
        await staff.post(path, {"name": "周新", "id_number": number}, status=201)
        await planned.lecturer.put(f"{planned.path}/seats/{seat_id}", {"name": "周星", "number": 4})
        name = "SELECT r.name FROM kernel_person_record r JOIN kernel_seat s USING (person_id) WHERE s.id = :id"
        assert await planned.scalar(name, id=seat_id) == "周新"


class TestAdd:
    async def test_knows_a_person_from_another_class_again(self, planned: Planned, new_planned: MakePlanned) -> None:
        other, number = await new_planned(), new_id_number()
        for one in (planned, other):
            body = {"name": "周新", "id_number": f" {number[:6]} {number[6:]}", "phone": "13800138000"}
            await one.lecturer.post(f"{one.path}/seats", body, status=201)
        people = (
            "SELECT count(DISTINCT person_id) FROM kernel_seat WHERE display_name = '周新' AND cohort_id = ANY(:ids)"
        )
        assert await planned.scalar(people, ids=[planned.home.cohort_id, other.home.cohort_id]) == 1

    async def test_seals_the_numbers(self, planned: Planned) -> None:
        number = new_id_number(male=False)
        body = {"name": "周新", "id_number": number, "phone": "13800138000"}
        seat_id = (await planned.lecturer.post(f"{planned.path}/seats", body, status=201))["id"]
        row = "SELECT p::text FROM kernel_person p JOIN kernel_seat s ON s.person_id = p.id WHERE s.id = :id"
        told = str(await planned.scalar(row, id=seat_id))
        assert number not in told
        assert "female" in told
        assert number.encode().hex() not in told

    async def test_refuses_who_sits_here_already_or_has_another_name(self, planned: Planned) -> None:
        number = new_id_number()
        await planned.lecturer.post(f"{planned.path}/seats", {"name": "周新", "id_number": number}, status=201)
        for name, code in (("周新", "kernel.seats.seated_already"), ("吴新", "kernel.seats.known_by_another_name")):
            body = {"name": name, "id_number": number}
            refused = await planned.lecturer.send("POST", f"{planned.path}/seats", json=body)
            assert code_of(refused) == (409, code)
            assert "周新" not in refused.text
        assert (await planned.lecturer.get(f"{planned.path}/seats"))["seated"] == 4

    async def test_refuses_numbers_that_can_be_none(self, planned: Planned) -> None:
        right = new_id_number()
        for wrong in (f"{right[:17]}{'0' if right[17] != '0' else '1'}", "610102199013011231", right[:15]):
            refused = await planned.lecturer.send(
                "POST", f"{planned.path}/seats", json={"name": "周", "id_number": wrong}
            )
            assert at(refused) == (422, "/id_number", "kernel.seats.no_id_number")
        refused = await planned.lecturer.send(
            "POST", f"{planned.path}/seats", json={"name": "周", "phone": "1380013800"}
        )
        assert at(refused) == (422, "/phone", "kernel.seats.no_phone")

    async def test_refuses_a_number_that_is_taken(self, planned: Planned) -> None:
        refused = await planned.lecturer.send("POST", f"{planned.path}/seats", json={"name": "周新", "number": 2})
        assert code_of(refused) == (409, "kernel.seats.number_taken")

    async def test_refuses_the_thirty_first_naming_article_seven(self, new_planned: MakePlanned) -> None:
        planned = await new_planned(learners=30)
        refused = await planned.lecturer.send("POST", f"{planned.path}/seats", json={"name": "第卅一"})
        assert code_of(refused) == (409, "kernel.classroom.class_full")
        assert "第 7 条" in refused.json()["detail"]

    async def test_of_two_at_once_seats_the_thirtieth_only(self, new_planned: MakePlanned) -> None:
        planned = await new_planned(learners=29)
        send = planned.lecturer.send
        answers = await asyncio.gather(
            *(send("POST", f"{planned.path}/seats", json={"name": f"新{n}"}) for n in range(2))
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert (await planned.lecturer.get(f"{planned.path}/seats"))["seated"] == 30

    async def test_gives_a_late_joiner_his_wallets_and_a_flag(self, planned: Planned, runtime: Runtime) -> None:
        sandbox_id = await planned.open()
        await Relay(runtime, modules.directory()).turn()
        before = await count_rows(runtime, sandbox_id, "mall_money_account")
        row = await planned.lecturer.post(f"{planned.path}/seats", {"name": "迟到生"}, status=201)
        assert row["is_late"] is True
        await Relay(runtime, modules.directory()).turn()
        assert await count_rows(runtime, sandbox_id, "mall_money_account") > before
        assert await interventions(planned) == [("learner.added_late", "")]

    async def test_asks_a_late_joiner_to_wait_while_his_wallets_are_opened(
        self, planned: Planned, runtime: Runtime
    ) -> None:
        await planned.open()
        await planned.lecturer.post(f"{planned.path}/seats", {"name": "迟到生"}, status=201)
        phone = await claimed(planned, 4)
        early = await phone.get("/api/v1/mall/wallet")
        assert code_of(early) == (503, "mall.wallet.opening")
        assert "retry-after" in early.headers
        await Relay(runtime, modules.directory()).turn()
        assert (await phone.get("/api/v1/mall/wallet")).json()["buyer"]["balance_fen"] > 0

    async def test_lets_the_staff_add_a_late_joiner_too(self, planned: Planned, runtime: Runtime) -> None:
        sandbox_id, staff = await planned.open(), await planned.staff()
        await staff.post(f"{planned.path}/seats", {"name": "迟到生"}, status=201)
        async with runtime.enter_sandbox(sandbox_id) as uow:
            seated = text("SELECT count(*) FROM kernel_outbox WHERE type = 'kernel.learner.seated.v1'")
            assert (await uow.execute(seated)).scalar_one() == 1

    async def test_lets_the_staff_add_one_late_joiner_by_two_clicks(self, planned: Planned) -> None:
        """The command enters the market on its way: its answer still belongs to where it began."""
        await planned.open()
        staff = await planned.staff()
        clicks = [
            await staff.post(f"{planned.path}/seats", {"name": "迟到生"}, status=201, key="one-click") for _ in "12"
        ]
        assert clicks[0] == clicks[1]
