"""Classes from planning to the end: who plans one, who teaches it, how it opens and how it closes."""

from typing import Any
from uuid import UUID

from httpx import Response
from sqlalchemy import text

from kernel.classroom import service as classroom
from kernel.identity.models import Role
from kernel.ids import new_id
from tests.kernel.classroom.planned import Planned
from tests.world import Person, World, client_of, item, sign_in

NEW = {"name": "网创 13 班", "starts_on": "2026-12-07", "template": "week-1"}
CLASSES = "/classroom/classes"


async def lecturer_of(planned: Planned, *, institution_id: UUID | None = None) -> tuple[Person, str]:
    """Returns somebody with a lecturer's role in the class's institution, or another, and his log-in name."""
    home, login = planned.home, new_id().hex
    async with planned.runtime.enter_system() as uow:
        house = institution_id or home.institution_id
        account_id = await classroom.add_account(
            uow,
            institution_id=house,
            region_code=home.region_code,
            login=login,
            password_hash="-",
            display_name="高老师",
        )
        grant_id = await classroom.grant(
            uow, account_id=account_id, role=Role.LECTURER, institution_id=house, region_code=home.region_code
        )
        person = Person(home.cohort_id, None, "高老师", account_id)
        await sign_in(uow, person, grant_id=grant_id)
    person.client = client_of(planned.app, person.token)
    return person, login


def refusal(response: Response) -> tuple[int, str]:
    """Returns status and code, of the one wrong field if there is one."""
    body = response.json()
    return response.status_code, body["errors"][0]["code"] if body["errors"] else body["code"]


async def try_to(person: Person, method: str, path: str, body: Any = None) -> tuple[int, str]:
    return refusal(await person.send(method, path, json=body))


class TestCreate:
    async def test_makes_a_lecturer_the_first_of_his_class(self, planned: Planned) -> None:
        lecturer, _ = await lecturer_of(planned)
        made = await lecturer.post(CLASSES, NEW, status=201)
        assert (made["name"], made["state"], made["is_trial"], made["seated"]) == ("网创 13 班", "planned", False, 0)
        assert [(one["name"], one["place"]) for one in made["lecturers"]] == [("高老师", 1)]
        assert (made["is_own"], made["periods"], made["days"], made["shortfalls"]) == (True, 56, 7, [])
        assert len(made["code"]) == 6

    async def test_works_from_inside_another_class(self, planned: Planned) -> None:
        made = await planned.lecturer.post(CLASSES, {**NEW, "template": None}, status=201)
        assert (made["periods"], made["shortfalls"]) == (0, ["too_few_periods", "too_few_days"])
        await planned.lecturer.put("/session/place", {"kind": "class", "id": made["id"]})
        assert (await planned.lecturer.get("/session"))["cohort"]["name"] == "网创 13 班"

    async def test_lets_an_institution_name_both_lecturers(self, planned: Planned) -> None:
        staff = await planned.staff()
        _, one = await lecturer_of(planned)
        _, two = await lecturer_of(planned)
        made = await staff.post(CLASSES, {**NEW, "lecturer": one, "second_lecturer": two}, status=201)
        assert [lecturer["login"] for lecturer in made["lecturers"]] == [one, two]
        assert made["is_own"] is False

    async def test_refuses_lecturers_who_are_not_to_be_had(self, planned: Planned) -> None:
        staff = await planned.staff()
        lecturer, own = await lecturer_of(planned)
        async with planned.runtime.enter_system() as uow:
            elsewhere = await classroom.add_institution(uow, region_code="610100", name="别家")
        _, foreign = await lecturer_of(planned, institution_id=elsewhere)
        for person, change, code in (
            (staff, {}, "kernel.classroom.lecturer_wanted"),
            (staff, {"lecturer": foreign}, "kernel.classroom.no_such_lecturer"),
            (staff, {"lecturer": own, "second_lecturer": own}, "kernel.classroom.teaches_already"),
            (lecturer, {"lecturer": own}, "kernel.classroom.lecturer_is_self"),
            (lecturer, {"second_lecturer": own}, "kernel.classroom.teaches_already"),
            (lecturer, {"template": "none"}, "kernel.timetable.unknown_template"),
        ):
            assert await try_to(person, "POST", CLASSES, {**NEW, **change}) == (422, code)
        assert [one["name"] for one in await staff.get(CLASSES)] == ["筹备班"]

    async def test_sent_twice_makes_one_class(self, planned: Planned) -> None:
        lecturer, _ = await lecturer_of(planned)
        first = await lecturer.post(CLASSES, NEW, status=201, key="one-class-only")
        again = await lecturer.post(CLASSES, NEW, status=201, key="one-class-only")
        assert again["id"] == first["id"]
        assert len(await lecturer.get(CLASSES)) == 1


class TestList:
    async def test_shows_a_lecturer_his_own_and_staff_all_of_the_institution(
        self, planned: Planned, new_planned: Any
    ) -> None:
        stranger = await new_planned()
        lecturer, _ = await lecturer_of(planned)
        await lecturer.post(CLASSES, NEW, status=201)
        staff = await planned.staff()
        assert [one["name"] for one in await planned.lecturer.get(CLASSES)] == ["筹备班"]
        assert [one["name"] for one in await lecturer.get(CLASSES)] == ["网创 13 班"]
        assert [one["name"] for one in await staff.get(CLASSES)] == ["网创 13 班", "筹备班"]
        assert await try_to(planned.lecturer, "GET", stranger.path) == (404, "kernel.classroom.class_not_found")

    async def test_counts_what_is_ready(self, planned: Planned) -> None:
        await planned.claim(await planned.pin_of(1))
        found = await planned.lecturer.get(planned.path)
        assert (found["seated"], found["claimed"], found["devices_passed"], found["open_requests"]) == (3, 1, 0, 0)


class TestChange:
    async def test_moves_the_timetable_with_the_first_day(self, planned: Planned) -> None:
        await planned.lecturer.put(f"{planned.path}/periods", {"template": "week-1", "starts_on": "2026-11-30"})
        changed = await planned.lecturer.send("PATCH", planned.path, json={"starts_on": "2026-12-02", "name": "新名字"})
        assert (changed.json()["starts_on"], changed.json()["name"]) == ("2026-12-02", "新名字")
        periods = (await planned.lecturer.get(f"{planned.path}/periods"))["periods"]
        assert (periods[0]["date"], periods[-1]["date"]) == ("2026-12-02", "2026-12-08")

    async def test_leaves_only_the_name_once_the_class_has_opened(self, planned: Planned) -> None:
        await planned.open()
        answer = await try_to(planned.lecturer, "PATCH", planned.path, {"starts_on": "2026-12-02"})
        assert answer == (409, "kernel.classroom.opened_before")
        renamed = await planned.lecturer.send("PATCH", planned.path, json={"name": "新名字"})
        assert renamed.json()["name"] == "新名字"


class TestLecturers:
    async def test_two_teach_and_a_third_is_refused_by_article_seven(self, planned: Planned) -> None:
        _, second = await lecturer_of(planned)
        _, third = await lecturer_of(planned)
        path = f"{planned.path}/lecturers"
        added = await planned.lecturer.post(path, {"login": second})
        assert [one["place"] for one in added["lecturers"]] == [1, 2]
        refused = await planned.lecturer.send("POST", path, json={"login": third})
        assert refusal(refused) == (409, "kernel.classroom.lecturers_full")
        assert "第 7 条" in refused.json()["detail"]

    async def test_one_is_taken_out_and_stays_in_the_record(self, planned: Planned) -> None:
        person, second = await lecturer_of(planned)
        await planned.lecturer.post(f"{planned.path}/lecturers", {"login": second})
        left = await planned.lecturer.send("DELETE", f"{planned.path}/lecturers/{person.account_id}")
        assert len(left.json()["lecturers"]) == 1
        record = await planned.lecturer.get(f"{planned.path}/interventions")
        assert [(one["kind"], one["params"]["name"]) for one in record] == [
            ("lecturer.removed", "高老师"),
            ("lecturer.added", "高老师"),
        ]

    async def test_the_last_one_stays(self, planned: Planned) -> None:
        path = f"{planned.path}/lecturers/{planned.lecturer.account_id}"
        assert await try_to(planned.lecturer, "DELETE", path) == (409, "kernel.classroom.last_lecturer")

    async def test_whoever_learns_there_does_not_teach_there(self, planned: Planned) -> None:
        _, login = await lecturer_of(planned)
        async with planned.runtime.enter_system() as uow:
            find = text("SELECT id FROM kernel_account WHERE login = :login")
            account_id = (await uow.execute(find, {"login": login})).scalar_one()
            await uow.execute(
                text("UPDATE kernel_seat SET account_id = :account_id WHERE id = :id"),
                {"account_id": account_id, "id": planned.seat_ids[0]},
            )
        answer = await try_to(planned.lecturer, "POST", f"{planned.path}/lecturers", {"login": login})
        assert answer == (422, "kernel.classroom.learns_here")


class TestOpen:
    async def test_makes_the_market_and_lets_everybody_in(self, planned: Planned) -> None:
        opened = await planned.lecturer.post(f"{planned.path}/open")
        assert opened["state"] == "open"
        session = await planned.lecturer.get("/session")
        assert (session["sandbox"]["name"], session["clock"]["state"]) == ("筹备班", "paused")
        assert len((await planned.lecturer.get("/mall/wall"))["rows"]) == 3

    async def test_by_the_institution_opens_it_just_the_same(self, planned: Planned) -> None:
        staff = await planned.staff()
        assert (await staff.post(f"{planned.path}/open"))["state"] == "open"

    async def test_needs_somebody_on_the_list(self, new_planned: Any) -> None:
        empty = await new_planned(learners=0)
        answer = await try_to(empty.lecturer, "POST", f"{empty.path}/open")
        assert answer == (409, "kernel.classroom.nobody_seated")

    async def test_happens_once(self, planned: Planned) -> None:
        await planned.lecturer.post(f"{planned.path}/open")
        answer = await try_to(planned.lecturer, "POST", f"{planned.path}/open")
        assert answer == (409, "kernel.classroom.opened_before")


class TestClose:
    async def test_stops_the_clock_for_good_and_leaves_the_pages_to_be_read(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        await world.lecturer.post("/sandbox/clock/start")
        path = f"{CLASSES}/{world.home.cohort_id}"
        assert (await world.lecturer.post(f"{path}/close"))["state"] == "closed"
        assert (await world.lecturer.get("/sandbox/clock"))["state"] == "ended"
        line = {"sku_id": honey["sku_id"], "quantity": 1}
        for person, method, where, body in (
            (buyer, "POST", "/mall/trades", {"lines": [line], "expected_total_fen": 5900}),
            (buyer, "POST", "/mall/cart/items", line),
            (seller, "POST", f"/mall/desk/products/{honey['id']}/take-off-shelf", None),
            (world.lecturer, "POST", "/sandbox/clock/start", None),
            (world.lecturer, "PUT", "/sandbox/clock/speed", {"speed": 60}),
            (world.lecturer, "POST", "/sandbox/clock/jump", {"target_sim_at": "2026-10-20T09:00:00"}),
            (world.lecturer, "POST", f"/mall/seats/{seller.seat_id}/reset", {"reason": "重新来过"}),
        ):
            assert await try_to(person, method, where, body) == (409, "kernel.sandbox.ended"), where
        assert len((await buyer.get("/mall/products"))["rows"]) == 1
        assert (await seller.get("/mall/desk/home"))["on_sale"] == 1
        assert await try_to(world.lecturer, "POST", f"{path}/close") == (409, "kernel.classroom.not_running")

    async def test_a_learner_can_still_go_to_another_class_and_sign_out(self, world: World) -> None:
        learner = world.learners[0]
        await world.lecturer.post(f"{CLASSES}/{world.home.cohort_id}/close")
        places = await learner.get("/session/places")
        assert [place["state"] for place in places] == ["closed"]
        await learner.put("/session/place", {"kind": "class", "id": places[0]["id"]})
        assert (await learner.send("DELETE", "/session")).status_code == 204

    async def test_waits_for_a_jump_to_land(self, world: World) -> None:
        await world.lecturer.post("/sandbox/clock/jump", {"target_sim_at": "2026-10-20T09:00:00"}, status=202)
        answer = await try_to(world.lecturer, "POST", f"{CLASSES}/{world.home.cohort_id}/close")
        assert answer == (409, "kernel.sandbox.already_jumping")
        assert (await world.lecturer.get(f"{CLASSES}/{world.home.cohort_id}"))["state"] == "open"

    async def test_a_planned_class_cannot_end(self, planned: Planned) -> None:
        answer = await try_to(planned.lecturer, "POST", f"{planned.path}/close")
        assert answer == (409, "kernel.classroom.not_running")

    async def test_by_the_institution_ends_it_just_the_same(self, planned: Planned) -> None:
        staff = await planned.staff()
        await staff.post(f"{planned.path}/open")
        assert (await staff.post(f"{planned.path}/close"))["state"] == "closed"
        assert (await planned.lecturer.get("/sandbox/clock"))["state"] == "ended"
