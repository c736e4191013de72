"""Claiming a seat: the right PIN, wrong ones, the account made or brought, and who may not."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.classroom.claims.pace import REFUSAL_SECONDS
from kernel.classroom.service import Learner
from kernel.http import session
from kernel.identity import passwords
from kernel.ids import new_id
from tests.kernel.classroom.conftest import MakePlanned
from tests.kernel.classroom.planned import Planned, at, code_of, wrong
from tests.mall.races import until_waiting
from tests.manual_clock import ManualClock

NOT_MATCHING = (404, "kernel.claims.not_matching")
LOCKED = (429, "kernel.claims.locked")
HELD = (429, "kernel.claims.browser_held")
OLD_PASSWORD = "my word of last year"


async def with_person(planned: Planned, *, disabled: bool = False, earlier: Planned | None = None) -> str:
    """Seats somebody as number 4 who has an account from an earlier class, and returns its log-in name.

    The earlier class was one of the same institution, unless given.
    """
    login, person_id = f"old-{new_id().hex}", new_id()
    async with planned.runtime.enter_system() as uow:
        home = planned.home if earlier is None else earlier.home
        then = await classroom.add_cohort(
            uow, institution_id=home.institution_id, region_code=home.region_code, name="去年的班"
        )
        account_id = await classroom.add_account(
            uow,
            institution_id=home.institution_id,
            region_code=home.region_code,
            login=login,
            password_hash=passwords.hash_now(OLD_PASSWORD),
            display_name="孙老同学",
        )
        remember = "UPDATE kernel_account SET person_id = :person_id WHERE id = :id"
        await uow.execute(text(remember), {"person_id": person_id, "id": account_id})
        if disabled:
            close = "UPDATE kernel_account SET disabled_at = now(), disabled_by = 'operator' WHERE id = :id"
            await uow.execute(text(close), {"id": account_id})
        await classroom.add_seat(uow, then, Learner("孙老同学", account_id=account_id, person_id=person_id))
        await classroom.add_seat(uow, planned.home, Learner("孙老同学", person_id=person_id))
    return login


class TestPreview:
    async def test_names_class_and_seat_and_half_the_name(self, planned: Planned) -> None:
        answer = await planned.preview(await planned.pin_of(1))
        assert (answer.status_code, answer.json()) == (
            200,
            {
                "class_name": "筹备班",
                "class_state": "planned",
                "seat_number": 1,
                "masked_name": "李*桐",
                "login": None,
                "suggested_login": f"{planned.code.lower()}-01",
            },
        )

    async def test_takes_a_pin_and_code_however_they_are_typed(self, planned: Planned) -> None:
        pin = await planned.pin_of(2)
        spaced = f"{planned.code[:3].lower()} {planned.code[3:]}"
        for typed in (pin, pin.replace("-", ""), pin.lstrip("0"), f" {pin[:4]} {pin[4:]}", pin.replace("-", "－")):
            assert (await planned.preview(typed, code=spaced)).status_code == 200, typed

    async def test_tells_code_seat_and_pin_in_one_text(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        tries = [
            await planned.preview(pin, code="ZZZZZZ"),
            await planned.preview(f"30-{pin[3:]}"),
            await planned.preview(wrong(pin)),
            await planned.preview("not a pin"),
        ]
        assert [code_of(answer) for answer in tries] == [NOT_MATCHING] * 4
        assert len({(answer.json()["title"], answer.json()["detail"]) for answer in tries}) == 1

    async def test_refuses_no_wrong_half_sooner_than_the_other(self, planned: Planned) -> None:
        pin, loop = await planned.pin_of(1), asyncio.get_running_loop()
        for typed, code in ((wrong(pin), None), (pin, "ZZZZZZ"), ("x", None)):
            began = loop.time()
            await planned.preview(typed, code=code)
            assert loop.time() - began >= REFUSAL_SECONDS

    async def test_says_which_account_the_person_has(self, planned: Planned) -> None:
        login = await with_person(planned)
        assert (await planned.preview(await planned.pin_of(4))).json()["login"] == login

    async def test_knows_no_account_of_another_institutions_class(
        self, planned: Planned, new_planned: MakePlanned
    ) -> None:
        await with_person(planned, earlier=await new_planned())
        found = (await planned.preview(await planned.pin_of(4))).json()
        assert (found["login"], found["suggested_login"]) == (None, f"{planned.code.lower()}-04")

    async def test_knows_no_account_that_is_disabled(self, planned: Planned) -> None:
        await with_person(planned, disabled=True)
        assert (await planned.preview(await planned.pin_of(4))).json()["login"] is None

    async def test_suggests_the_next_name_when_somebody_has_the_first(self, planned: Planned) -> None:
        first = f"{planned.code.lower()}-01"
        await planned.claim(await planned.pin_of(2), login=first)
        assert (await planned.preview(await planned.pin_of(1))).json()["suggested_login"] == f"{first}-2"

    async def test_knows_no_seat_whose_pin_was_never_made(self, planned: Planned) -> None:
        assert code_of(await planned.preview("01-000000")) == NOT_MATCHING
        assert (await planned.seat(1))["pin_failures"] == 0

    async def test_from_another_site_is_refused(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            for path in ("claims/preview", "claims", "claims/requests/join"):
                answer = await phone.post(
                    f"/api/v1/{path}", headers={"Origin": "http://evil.example"}, json=BODIES[path]
                )
                assert code_of(answer) == (403, "kernel.request.cross_site")


BODIES = {
    "claims/preview": {"class_code": "AB12CD", "pin": "01-000000"},
    "claims": {"class_code": "AB12CD", "pin": "01-000000", "login": "somebody", "password": "long enough"},
    "claims/requests/join": {"class_code": "AB12CD", "name": "李雨桐", "phone_tail": "1234"},
}


class TestLock:
    async def test_comes_with_the_fifth_wrong_pin_and_stops_the_right_one(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        answers = await asyncio.gather(*(planned.preview(wrong(pin)) for _ in range(5)))
        assert [code_of(answer) for answer in answers] == [NOT_MATCHING] * 5
        assert code_of(await planned.preview(pin)) == LOCKED
        assert code_of(await planned.claim(pin)) == LOCKED
        seat = await planned.seat(1)
        assert (seat["is_locked"], seat["pin_failures"], seat["state"]) == (True, 5, "unclaimed")
        assert (await planned.preview(await planned.pin_of(2))).status_code == 200

    async def test_lets_no_twelve_at_once_guess_more_than_five_times(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        answers = await asyncio.gather(*(planned.preview(wrong(pin)) for _ in range(12)))
        assert Counter(code_of(answer)[1] for answer in answers) == {
            "kernel.claims.not_matching": 5,
            "kernel.claims.locked": 7,
        }

    async def test_counts_no_right_pin(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        for _ in range(4):
            await planned.preview(wrong(pin))
        for _ in range(6):
            assert (await planned.preview(pin)).status_code == 200
        assert (await planned.seat(1))["pin_failures"] == 4

    async def test_ends_by_itself_and_lasts_longer_each_time(self, planned: Planned, wall: ManualClock) -> None:
        pin = await planned.pin_of(1)
        await asyncio.gather(*(planned.preview(wrong(pin)) for _ in range(5)))
        refused = await planned.preview(pin)
        assert (refused.headers["retry-after"], refused.json()["params"]["minutes"]) == ("120", 2)
        wall.advance(seconds=119)
        assert code_of(await planned.preview(pin)) == LOCKED
        wall.advance(seconds=1)
        assert (await planned.seat(1))["is_locked"] is False
        assert code_of(await planned.preview(wrong(pin))) == NOT_MATCHING
        wall.advance(minutes=2)
        assert code_of(await planned.preview(pin)) == LOCKED
        wall.advance(minutes=2)
        assert (await planned.preview(pin)).status_code == 200
        assert (await planned.claim(pin)).status_code == 201

    async def test_is_lifted_for_the_whole_class_with_the_slips_still_good(self, planned: Planned) -> None:
        pins = [await planned.pin_of(number) for number in (1, 2, 3)]
        await asyncio.gather(*(planned.preview(wrong(pin)) for pin in pins for _ in range(5)))
        assert [row["is_locked"] for row in (await planned.lecturer.get(f"{planned.path}/seats"))["rows"]] == [True] * 3
        view = await planned.lecturer.post(f"{planned.path}/seats/unlock")
        assert [(row["is_locked"], row["pin_failures"]) for row in view["rows"]] == [(False, 0)] * 3
        assert {(await planned.claim(pin)).status_code for pin in pins} == {201}

    async def test_is_not_another_lecturers_to_lift(self, planned: Planned, new_planned: MakePlanned) -> None:
        other, pin = await new_planned(), await planned.pin_of(1)
        await asyncio.gather(*(planned.preview(wrong(pin)) for _ in range(5)))
        await other.lecturer.post(f"{planned.path}/seats/unlock", status=404)
        await other.lecturer.post(f"{other.path}/seats/unlock")
        assert (await planned.seat(1))["is_locked"] is True

    async def test_is_lifted_by_a_new_pin_that_makes_the_old_one_worthless(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        await asyncio.gather(*(planned.preview(wrong(pin)) for _ in range(5)))
        fresh = await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/new-pin")
        assert (await planned.preview(fresh["pin"])).status_code == 200
        assert code_of(await planned.preview(pin)) == NOT_MATCHING


class TestBrowser:
    async def test_that_types_ten_wrong_pins_waits_and_locks_no_more_seats(
        self, planned: Planned, wall: ManualClock
    ) -> None:
        pins = [await planned.pin_of(number) for number in (1, 2, 3)]
        async with planned.phone() as phone:
            await phone.get("/api/v1/claims/requests/mine")  # as the page does first
            tries = [wrong(pin) for pin in pins for _ in range(4)]
            answers = await asyncio.gather(*(planned.preview(pin, phone=phone) for pin in tries))
            assert Counter(code_of(answer) for answer in answers) == {NOT_MATCHING: 10, HELD: 2}
            counted = [(await planned.seat(number))["pin_failures"] for number in (1, 2, 3)]
            assert sum(counted) == 10
            held = await planned.preview(pins[2], phone=phone)
            assert (code_of(held), held.headers["retry-after"]) == (HELD, "600")
            assert code_of(await planned.claim(pins[2], phone=phone)) == HELD
            assert (await planned.preview(pins[2])).status_code == 200
            wall.advance(minutes=10)
            assert (await planned.preview(pins[2], phone=phone)).status_code == 200

    async def test_that_types_right_pins_is_not_counted(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        async with planned.phone() as phone:
            await phone.get("/api/v1/claims/requests/mine")
            for _ in range(11):
                assert (await planned.preview(pin, phone=phone)).status_code == 200

    async def test_is_recognised_by_a_cookie_that_scripts_do_not_see(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            first = await phone.get("/api/v1/claims/requests/mine")
            assert "HttpOnly" in first.headers["set-cookie"]
            assert "set-cookie" not in (await phone.get("/api/v1/claims/requests/mine")).headers


class TestClaim:
    async def test_makes_the_account_and_signs_in(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            login = str(new_id())
            answer = await planned.claim(await planned.pin_of(1), phone=phone, login=login.upper())
            here = answer.json()
            assert answer.status_code == 201
            assert (await phone.get("/api/v1/session")).json() == here
        assert (here["account"]["login"], here["role"], here["seat"]["number"]) == (login, "learner", 1)
        assert (here["cohort"]["state"], here["sandbox"]) == ("planned", None)
        seat = await planned.seat(1)
        assert (seat["state"], seat["login"], seat["pin_failures"]) == ("claimed", login, 0)

    async def test_keeps_the_browser_in_words(self, planned: Planned) -> None:
        async with planned.phone() as phone:
            phone.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) MicroMessenger/8.0.49"
            await planned.claim(await planned.pin_of(1), phone=phone)
        assert (await planned.seat(1))["claim_browser"] == "微信 8 · iPhone"

    async def test_works_in_a_class_that_is_open(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        sandbox_id = await planned.open()
        async with planned.phone() as phone:
            assert (await planned.claim(pin, phone=phone)).status_code == 201
            assert (await phone.get("/api/v1/session")).json()["sandbox"]["id"] == str(sandbox_id)

    async def test_sets_a_cookie_that_scripts_do_not_see(self, planned: Planned) -> None:
        answer = await planned.claim(await planned.pin_of(1))
        cookie = answer.headers["set-cookie"]
        assert session.COOKIE in cookie
        assert "HttpOnly" in cookie

    async def test_signs_in_again_with_what_was_chosen(self, planned: Planned) -> None:
        login = str(new_id())
        await planned.claim(await planned.pin_of(1), login=login, password="an honest word")
        async with planned.phone() as phone:
            body = {"login": login, "password": "an honest word"}
            assert (await phone.post("/api/v1/session", json=body)).status_code == 201

    async def test_refuses_a_name_that_is_taken_and_leaves_the_seat(self, planned: Planned) -> None:
        login = str(new_id())
        await planned.claim(await planned.pin_of(1), login=login)
        again = await planned.claim(await planned.pin_of(2), login=login)
        assert at(again) == (422, "/login", "kernel.claims.login_taken")
        seat = await planned.seat(2)
        assert (seat["state"], seat["pin_failures"]) == ("unclaimed", 0)

    @pytest.mark.parametrize(
        ("fields", "pointer", "code"),
        [
            ({"login": None}, "/login", "kernel.field.missing"),
            ({"login": "李雨桐"}, "/login", "kernel.claims.login_shape"),
            ({"login": "610102199001011234"}, "/login", "kernel.claims.login_personal"),
            ({"password": "seven77"}, "/password", "kernel.identity.password_short"),
        ],
    )
    async def test_refuses_a_bad_choice(
        self, planned: Planned, fields: dict[str, Any], pointer: str, code: str
    ) -> None:
        assert at(await planned.claim(await planned.pin_of(1), **fields)) == (422, pointer, code)
        assert (await planned.seat(1))["state"] == "unclaimed"

    async def test_refuses_a_seat_that_is_claimed(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        await planned.claim(pin)
        before = await planned.seat(1)
        assert code_of(await planned.claim(pin)) == (409, "kernel.claims.taken")
        assert code_of(await planned.preview(pin)) == (409, "kernel.claims.taken")
        assert code_of(await planned.preview(wrong(pin))) == NOT_MATCHING
        assert await planned.seat(1) == before

    async def test_refuses_a_class_that_is_over(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        await planned.open()
        async with planned.runtime.enter_system() as uow:
            close = "UPDATE kernel_cohort SET state = 'closed', closed_at = now() WHERE id = :id"
            await uow.execute(text(close), {"id": planned.home.cohort_id})
        assert code_of(await planned.claim(pin)) == (409, "kernel.classroom.class_over")

    async def test_refuses_a_seat_that_was_withdrawn(self, planned: Planned) -> None:
        pin = await planned.pin_of(1)
        await planned.lecturer.post(f"{planned.path}/seats/{planned.seat_ids[0]}/withdraw", {})
        assert code_of(await planned.claim(pin)) == NOT_MATCHING


class TestOldAccount:
    async def test_is_brought_along_with_its_password(self, planned: Planned) -> None:
        login = await with_person(planned)
        async with planned.phone() as phone:
            answer = await planned.claim(await planned.pin_of(4), phone=phone, login=None, password=OLD_PASSWORD)
            assert answer.json()["account"]["login"] == login
            assert (await phone.get("/api/v1/session")).json()["account"]["login"] == login

    async def test_of_another_institution_is_left_where_it_is(self, planned: Planned, new_planned: MakePlanned) -> None:
        theirs = await with_person(planned, earlier=await new_planned())
        async with planned.phone() as phone:
            answer = await planned.claim(await planned.pin_of(4), phone=phone)
        assert answer.status_code == 201
        assert answer.json()["account"]["login"] != theirs
        seats = "SELECT count(*) FROM kernel_seat s JOIN kernel_account a ON a.id = s.account_id WHERE a.login = :login"
        assert await planned.scalar(seats, login=theirs) == 1

    async def test_is_not_taken_by_whoever_found_the_slip(self, planned: Planned) -> None:
        await with_person(planned)
        pin = await planned.pin_of(4)
        assert at(await planned.claim(pin)) == (422, "/password", "kernel.claims.not_your_password")
        assert (await planned.seat(4))["state"] == "unclaimed"


class TestRace:
    async def test_of_two_phones_has_one_winner(self, planned: Planned) -> None:
        """Both have shown the right PIN before either takes the seat: new accounts are held back until they meet."""
        pin, login = await planned.pin_of(1), f"{planned.code.lower()}-01"
        async with planned.runtime.enter_system() as uow:
            await uow.execute(text("LOCK TABLE kernel_account IN SHARE MODE"))
            claims = [asyncio.create_task(planned.claim(pin, login=login, password=f"my own word {n}")) for n in "12"]
            await until_waiting(planned, 2)
        answers = await asyncio.gather(*claims)
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        [loser] = [answer for answer in answers if answer.status_code == 409]
        assert code_of(loser) == (409, "kernel.claims.taken")
        assert "set-cookie" not in loser.headers
        assert await planned.scalar("SELECT count(*) FROM kernel_account WHERE login = :login", login=login) == 1

    async def test_of_thirty_phones_behind_one_address_has_thirty_winners(self, new_planned: MakePlanned) -> None:
        planned = await new_planned(learners=30)
        slips = (await planned.lecturer.post(f"{planned.path}/pin-slips"))["slips"]
        answers = await asyncio.gather(*(planned.claim(slip["pin"]) for slip in slips))
        assert {answer.status_code for answer in answers} == {201}
        view = await planned.lecturer.get(f"{planned.path}/seats")
        assert (view["claimed"], view["seated"]) == (30, 30)
