"""What learners ask for: to be let in without a PIN, to get a new password; who hears the answer, and the limits."""

import asyncio
from typing import Any
from uuid import UUID

from httpx import AsyncClient, Response
from sqlalchemy import text

from kernel.classroom.claims.rules import OPEN_OF_A_KIND_AT_MOST
from kernel.ids import new_id
from tests.kernel.classroom.conftest import MakePlanned
from tests.kernel.classroom.id_numbers import new_id_number
from tests.kernel.classroom.planned import Planned, code_of
from tests.manual_clock import ManualClock


async def ask(phone: AsyncClient, planned: Planned, name: str = "钱来迟", *, code: str | None = None) -> Response:
    """Asks to be let in."""
    body = {"class_code": code or planned.code, "name": name, "phone_tail": "8000"}
    return await phone.post("/api/v1/claims/requests/join", json=body)


async def mine(phone: AsyncClient) -> Any:
    """Returns what a browser hears of its request."""
    return (await phone.get("/api/v1/claims/requests/mine")).json()["request"]


async def waiting(planned: Planned) -> list[Any]:
    """Returns the lecturer's list."""
    return list((await planned.lecturer.get(f"{planned.path}/requests"))["rows"])


async def flood(planned: Planned, kind: str, n: int) -> None:
    """Lets a class have so many open requests of a kind, from nobody in particular."""
    rows = "INSERT INTO kernel_class_request (id, institution_id, region_code, cohort_id, kind, state, name, note, browser, asked_at, reason)"
    values = (
        "SELECT gen_random_uuid(), :institution_id, '610100', :cohort_id, :kind, 'open', '某人', '0000', '', now(), ''"
    )
    async with planned.runtime.enter_system() as uow:
        await uow.execute(
            text(f"{rows} {values} FROM generate_series(1, :n)"),
            {
                "institution_id": planned.home.institution_id,
                "cohort_id": planned.home.cohort_id,
                "kind": kind,
                "n": n,
            },
        )


async def let_in(planned: Planned, phone: AsyncClient, *, seat_id: UUID | None = None) -> Any:
    """Lets in whoever has asked from a phone, and returns what the phone hears."""
    [row] = await waiting(planned)
    body = {} if seat_id is None else {"seat_id": str(seat_id)}
    await planned.lecturer.post(f"{planned.path}/requests/{row['id']}/let-in", body)
    return await mine(phone)


async def forgetful(planned: Planned, phone: AsyncClient) -> tuple[str, Response]:
    """Claims the first seat, then asks for a new password; returns the log-in name and the answer."""
    login = str(new_id())
    await planned.claim(await planned.pin_of(1), login=login)
    body = {"class_code": planned.code, "login": login}
    return login, await phone.post("/api/v1/claims/requests/password", json=body)


class TestJoin:
    async def test_is_granted_with_a_pin_that_only_the_asking_browser_hears(self, planned: Planned) -> None:
        async with planned.phone() as phone, planned.phone() as stranger:
            assert (await ask(phone, planned)).status_code == 201
            assert (await mine(phone))["state"] == "open"
            [row] = await waiting(planned)
            assert (row["name"], row["phone_tail"], row["namesakes"]) == ("钱来迟", "8000", [])
            granted = await planned.lecturer.post(f"{planned.path}/requests/{row['id']}/let-in", {})
            assert (granted["state"], granted["seat_number"]) == ("granted", 4)
            told = await mine(phone)
            assert (told["state"], told["pin"]) == ("granted", await planned.pin_of(4))
            assert await mine(stranger) is None
            answer = await planned.claim(told["pin"], phone=phone)
            assert answer.json()["seat"]["number"] == 4
            assert (await mine(phone))["pin"] is None
        assert await waiting(planned) == []

    async def test_offers_the_seat_of_the_same_name_and_renews_its_pin(self, planned: Planned) -> None:
        body = {"name": "周新", "id_number": new_id_number(), "phone": "13800138000"}
        seat = await planned.lecturer.post(f"{planned.path}/seats", body, status=201)
        lost = await planned.pin_of(4)
        async with planned.phone() as phone:
            await ask(phone, planned, "周新")
            [row] = await waiting(planned)
            assert row["namesakes"] == [{"seat_id": seat["id"], "number": 4, "phone_agrees": True}]
            path = f"{planned.path}/requests/{row['id']}/let-in"
            await planned.lecturer.post(path, {"seat_id": seat["id"]})
            pin = (await mine(phone))["pin"]
        assert pin != lost
        assert code_of(await planned.preview(lost)) == (404, "kernel.claims.not_matching")
        assert (await planned.lecturer.get(f"{planned.path}/seats"))["seated"] == 4

    async def test_says_when_the_phone_is_another_or_unknown(self, planned: Planned) -> None:
        body = {"name": "李雨桐", "phone": "13800138111"}
        await planned.lecturer.post(f"{planned.path}/seats", body, status=201)
        async with planned.phone() as phone:
            await ask(phone, planned, "李雨桐")
        [row] = await waiting(planned)
        assert [(one["number"], one["phone_agrees"]) for one in row["namesakes"]] == [(1, None), (4, False)]

    async def test_is_refused_with_a_reason_and_may_be_tried_again(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned)
            [row] = await waiting(planned)
            body = {"reason": "你在 13 班，去隔壁教室"}
            await planned.lecturer.post(f"{planned.path}/requests/{row['id']}/refuse", body)
            told = await mine(phone)
            assert (told["state"], told["reason"], told["pin"]) == ("refused", "你在 13 班，去隔壁教室", None)
            assert (await ask(phone, planned)).status_code == 201

    async def test_is_answered_once(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned)
        [row] = await waiting(planned)
        path = f"{planned.path}/requests/{row['id']}"
        send = planned.lecturer.send
        answers = await asyncio.gather(
            send("POST", f"{path}/let-in", json={}), send("POST", f"{path}/refuse", json={"reason": "不是本班"})
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [late] = [answer for answer in answers if answer.status_code == 409]
        assert code_of(late) == (409, "kernel.claims.answered")
        granted = answers[0].status_code == 200
        assert (await planned.lecturer.get(f"{planned.path}/seats"))["seated"] == 3 + granted

    async def test_of_one_browser_waits_once(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned)
            assert code_of(await ask(phone, planned)) == (409, "kernel.claims.asked_already")
        assert len(await waiting(planned)) == 1

    async def test_of_one_browser_waits_once_though_it_asks_many_times_at_once(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await mine(phone)  # as the page does first; from now on the browser is recognised
            answers = await asyncio.gather(*(ask(phone, planned) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
        assert len(await waiting(planned)) == 1

    async def test_to_a_class_nobody_has_is_refused(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            assert code_of(await ask(phone, planned, code="ZZZZZZ")) == (404, "kernel.claims.no_such_class")
            assert await mine(phone) is None

    async def test_beyond_the_limit_is_refused_though_many_come_at_once(self, planned: Planned) -> None:
        await flood(planned, "join", OPEN_OF_A_KIND_AT_MOST - 1)
        answers = await asyncio.gather(*(ask(planned.phone(), planned) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        assert len(await waiting(planned)) == OPEN_OF_A_KIND_AT_MOST

    async def test_into_a_full_class_stays_open(self, new_planned: MakePlanned) -> None:
        planned = await new_planned(learners=30)
        async with planned.phone() as phone:
            await ask(phone, planned)
        [row] = await waiting(planned)
        refused = await planned.lecturer.send("POST", f"{planned.path}/requests/{row['id']}/let-in", json={})
        assert code_of(refused) == (409, "kernel.classroom.class_full")
        assert len(await waiting(planned)) == 1

    async def test_to_a_class_that_is_over_is_refused(self, planned: Planned) -> None:
        await planned.open()
        async with planned.runtime.enter_system() as uow:
            close = "UPDATE kernel_cohort SET state = 'closed', closed_at = now() WHERE id = :id"
            await uow.execute(text(close), {"id": planned.home.cohort_id})
        async with planned.phone() as phone:
            assert code_of(await ask(phone, planned)) == (409, "kernel.classroom.class_over")

    async def test_is_another_classs_secret(self, planned: Planned, new_planned: MakePlanned) -> None:
        other = await new_planned()
        async with planned.phone() as phone:
            await ask(phone, planned)
        [row] = await waiting(planned)
        await other.lecturer.get(f"{planned.path}/requests", status=404)
        for path in (planned.path, other.path):
            refused = await other.lecturer.send("POST", f"{path}/requests/{row['id']}/let-in", json={})
            assert refused.status_code == 404
        assert (await waiting(planned))[0]["state"] == "open"


class TestToldPin:
    """A granted request tells its browser the PIN it was granted with, for a day, and never another one."""

    async def test_is_not_the_fresh_one_after_the_claim_was_undone(self, planned: Planned) -> None:
        async with planned.phone() as thief:
            await ask(thief, planned, "李雨桐")
            told = await let_in(planned, thief, seat_id=planned.seat_ids[0])
            await planned.claim(told["pin"])
            await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/undo-claim", {})
            after = await mine(thief)
        assert (after["state"], after["pin"], after["class_code"]) == ("granted", None, None)

    async def test_is_not_the_fresh_one_after_a_renewal(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned, "李雨桐")
            await let_in(planned, phone, seat_id=planned.seat_ids[0])
            await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/new-pin")
            assert (await mine(phone))["pin"] is None

    async def test_is_gone_after_the_learner_withdrew_and_came_back(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned, "李雨桐")
            await let_in(planned, phone, seat_id=planned.seat_ids[0])
            for action in ("withdraw", "readmit"):
                await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/{action}", {})
                assert (await mine(phone))["pin"] is None

    async def test_is_the_last_askers_only(self, planned: Planned) -> None:
        async with planned.phone() as first, planned.phone() as second:
            await ask(first, planned, "李雨桐")
            await let_in(planned, first, seat_id=planned.seat_ids[0])
            await ask(second, planned, "李雨桐")
            told = await let_in(planned, second, seat_id=planned.seat_ids[0])
            assert told["pin"] == await planned.pin_of(1)
            assert (await mine(first))["pin"] is None

    async def test_is_gone_after_a_day(self, planned: Planned, wall: ManualClock) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned)
            assert (await let_in(planned, phone))["pin"] is not None
            wall.advance(hours=23, minutes=59)
            assert (await mine(phone))["pin"] is not None
            wall.advance(minutes=1)
            after = await mine(phone)
        assert (after["state"], after["pin"]) == ("granted", None)

    async def test_is_gone_with_the_class(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned)
            await let_in(planned, phone)
            await planned.open()
            async with planned.runtime.enter_system() as uow:
                close = "UPDATE kernel_cohort SET state = 'closed', closed_at = now() WHERE id = :id"
                await uow.execute(text(close), {"id": planned.home.cohort_id})
            assert (await mine(phone))["pin"] is None

    async def test_is_none_when_the_seat_went_with_its_roster(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned, "李雨桐")
            await let_in(planned, phone, seat_id=planned.seat_ids[0])
            async with planned.runtime.enter_system() as uow:
                await uow.execute(text("DELETE FROM kernel_seat WHERE id = :id"), {"id": planned.seat_ids[0]})
            after = await mine(phone)
        assert (after["state"], after["pin"]) == ("granted", None)


class TestRefuseAll:
    async def test_refuses_one_kind_and_leaves_the_other(self, planned: Planned) -> None:
        async with planned.phone() as phone, planned.phone() as other:
            await forgetful(planned, other)
            await ask(phone, planned)
            await flood(planned, "join", 5)
            body = {"kind": "join", "reason": "请到讲台找老师"}
            done = await planned.lecturer.post(f"{planned.path}/requests/refuse-all", body)
            assert done == {"refused": 6}
            told = await mine(phone)
            assert (told["state"], told["reason"]) == ("refused", "请到讲台找老师")
            assert (await mine(other))["state"] == "open"
        assert [row["kind"] for row in await waiting(planned)] == ["password"]
        assert await planned.lecturer.post(f"{planned.path}/requests/refuse-all", body) == {"refused": 0}

    async def test_is_the_classs_own(self, planned: Planned, new_planned: MakePlanned) -> None:
        other = await new_planned()
        await flood(planned, "join", 2)
        body = {"kind": "join", "reason": "不是本班"}
        await other.lecturer.post(f"{planned.path}/requests/refuse-all", body, status=404)
        await other.lecturer.post(f"{other.path}/requests/refuse-all", body)
        assert len(await waiting(planned)) == 2


class TestPassword:
    async def test_has_room_though_a_flood_wants_to_join(self, planned: Planned) -> None:
        await flood(planned, "join", OPEN_OF_A_KIND_AT_MOST)
        async with planned.phone() as phone, planned.phone() as other:
            assert code_of(await ask(other, planned)) == (409, "kernel.claims.too_many_requests")
            _, asked = await forgetful(planned, phone)
            assert asked.status_code == 201

    async def test_asked_by_whoever_sat_there_before_is_not_granted_on_the_next_one(
        self, planned: Planned, wall: ManualClock
    ) -> None:
        async with planned.phone() as thief:
            await forgetful(planned, thief)
        await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/undo-claim", {})
        wall.advance(minutes=1)
        assert (await planned.claim(await planned.pin_of(1))).status_code == 201
        [row] = await waiting(planned)
        refused = await planned.lecturer.send("POST", f"{planned.path}/requests/{row['id']}/reset-password")
        assert code_of(refused) == (409, "kernel.claims.not_possible")

    async def test_is_reset_for_the_lecturer_to_hand_over(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            login, asked = await forgetful(planned, phone)
            assert (asked.status_code, asked.json()["request"]["state"]) == (201, "open")
            [row] = await waiting(planned)
            assert (row["kind"], row["seat_number"], row["login"], row["phone_tail"]) == ("password", 1, login, None)
            path = f"{planned.path}/requests/{row['id']}/reset-password"
            temporary = await planned.lecturer.post(path)
            assert temporary["login"] == login
            told = await mine(phone)
            assert (told["state"], told["pin"]) == ("granted", None)
            body = {"login": login, "password": temporary["password"]}
            assert (await phone.post("/api/v1/session", json=body)).status_code == 201
            again = await planned.lecturer.send("POST", path)
            assert code_of(again) == (409, "kernel.claims.answered")

    async def test_of_one_learner_waits_once(self, planned: Planned) -> None:
        async with planned.phone() as phone, planned.phone() as other:
            login, _ = await forgetful(planned, phone)
            body = {"class_code": planned.code, "login": login}
            again = await other.post("/api/v1/claims/requests/password", json=body)
            assert code_of(again) == (409, "kernel.claims.asked_already")

    async def test_tells_not_whether_class_or_name_is_wrong(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            for code, login in ((planned.code, "nobody"), ("ZZZZZZ", "nobody")):
                body = {"class_code": code, "login": login}
                answer = await phone.post("/api/v1/claims/requests/password", json=body)
                assert code_of(answer) == (404, "kernel.claims.no_such_learner")
            assert await mine(phone) is None

    async def test_is_no_way_in(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await forgetful(planned, phone)
        [row] = await waiting(planned)
        refused = await planned.lecturer.send("POST", f"{planned.path}/requests/{row['id']}/let-in", json={})
        assert code_of(refused) == (409, "kernel.claims.not_possible")

    async def test_is_not_what_a_newcomer_gets(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await ask(phone, planned)
        [row] = await waiting(planned)
        refused = await planned.lecturer.send("POST", f"{planned.path}/requests/{row['id']}/reset-password")
        assert code_of(refused) == (409, "kernel.claims.not_possible")

    async def test_of_a_claim_undone_meanwhile_is_refused(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            await forgetful(planned, phone)
        [row] = await waiting(planned)
        await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/undo-claim", {})
        refused = await planned.lecturer.send("POST", f"{planned.path}/requests/{row['id']}/reset-password")
        assert code_of(refused) == (409, "kernel.claims.not_possible")
