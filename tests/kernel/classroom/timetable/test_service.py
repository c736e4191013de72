"""A timetable is made, changed period by period and day by day, and says what is on."""

from datetime import datetime
from typing import Any

from kernel.classroom.timetable.rules import CHINA
from tests.kernel.classroom.planned import Planned
from tests.manual_clock import ManualClock
from tests.world import World

WEEK = {"template": "week-1", "starts_on": "2026-11-30"}


async def made(planned: Planned, **change: Any) -> Any:
    return await planned.lecturer.put(f"{planned.path}/periods", {**WEEK, **change})


def body_of(period: Any, **change: Any) -> dict[str, Any]:
    return {name: period[name] for name in ("kind", "topic", "starts_at", "ends_at")} | change


def refusal(answer: Any) -> tuple[str, str]:
    [error] = answer["errors"]
    return error["pointer"], error["code"]


class TestMake:
    async def test_gives_a_planned_class_its_week(self, planned: Planned) -> None:
        table = await made(planned)
        assert (len(table["periods"]), table["days"], table["shortfalls"]) == (56, 7, [])
        assert table["starts_on"] == "2026-11-30"
        ninth = table["periods"][8]
        assert (ninth["number"], ninth["day_number"], ninth["number_in_day"]) == (9, 2, 1)
        assert (ninth["date"], ninth["starts_at"]) == ("2026-12-01", "2026-12-01T00:30:00Z")

    async def test_replaces_what_there_was_while_the_class_is_planned(self, planned: Planned) -> None:
        await made(planned)
        table = await made(planned, starts_on="2026-12-07", skip_dates=["2026-12-13"])
        assert len(table["periods"]) == 56
        assert sorted({period["date"] for period in table["periods"]})[-2:] == ["2026-12-12", "2026-12-14"]

    async def test_is_refused_once_the_class_has_opened(self, planned: Planned) -> None:
        await made(planned)
        await planned.open()
        refused = await planned.lecturer.send("PUT", f"{planned.path}/periods", json=WEEK)
        assert (refused.status_code, refused.json()["code"]) == (409, "kernel.timetable.class_open")

    async def test_knows_its_templates(self, planned: Planned) -> None:
        [week] = await planned.lecturer.get("/classroom/timetable-templates")
        assert (week["code"], week["label"], week["days"], week["periods"], week["practice_periods"]) == (
            "week-1",
            "示例",
            7,
            56,
            36,
        )
        refused = await planned.lecturer.send("PUT", f"{planned.path}/periods", json={**WEEK, "template": "none"})
        assert refusal(refused.json()) == ("/template", "kernel.timetable.unknown_template")


class TestChange:
    async def test_moves_and_renames_one_period(self, planned: Planned) -> None:
        [first, *_] = (await made(planned))["periods"]
        body = body_of(first, topic="开班仪式", kind="assessment", starts_at="2026-11-30T08:00:00+08:00")
        table = await planned.lecturer.put(f"{planned.path}/periods/{first['id']}", body)
        changed = table["periods"][0]
        assert (changed["topic"], changed["kind"], changed["starts_at"]) == (
            "开班仪式",
            "assessment",
            "2026-11-30T00:00:00Z",
        )
        assert len(table["periods"]) == 56

    async def test_refuses_what_overlaps_or_ends_before_it_begins(self, planned: Planned) -> None:
        table = await made(planned)
        [first, second, *_] = table["periods"]
        path = f"{planned.path}/periods/{first['id']}"
        for body, expected in (
            (body_of(first, ends_at=second["ends_at"]), ("/starts_at", "kernel.timetable.overlaps")),
            (body_of(first, ends_at=first["starts_at"]), ("/ends_at", "kernel.timetable.wrong_length")),
            (body_of(first, ends_at="2026-11-30T13:00:00+08:00"), ("/ends_at", "kernel.timetable.wrong_length")),
            (body_of(first, ends_at="2026-12-01T00:10:00+08:00"), ("/ends_at", "kernel.timetable.wrong_length")),
        ):
            refused = await planned.lecturer.send("PUT", path, json=body)
            assert (refused.status_code, refusal(refused.json())) == (422, expected)
        assert (await planned.lecturer.get(f"{planned.path}/periods"))["periods"] == table["periods"]

    async def test_touching_periods_do_not_overlap(self, planned: Planned) -> None:
        [first, second, *_] = (await made(planned))["periods"]
        body = body_of(first, ends_at=second["starts_at"])
        assert len((await planned.lecturer.put(f"{planned.path}/periods/{first['id']}", body))["periods"]) == 56


class TestShift:
    async def test_moves_a_whole_day_and_counts_anew(self, planned: Planned) -> None:
        await made(planned)
        body = {"from_date": "2026-12-01", "to_date": "2026-12-10"}
        table = await planned.lecturer.post(f"{planned.path}/periods/shift-day", body)
        last = table["periods"][-8:]
        assert {(period["date"], period["day_number"]) for period in last} == {("2026-12-10", 7)}
        assert last[0]["topic"] == "店铺注册与资质"

    async def test_refuses_a_day_that_is_taken_or_has_nothing(self, planned: Planned) -> None:
        await made(planned)
        for body, expected in (
            ({"from_date": "2026-12-01", "to_date": "2026-12-02"}, ("/to_date", "kernel.timetable.day_taken")),
            ({"from_date": "2026-12-20", "to_date": "2026-12-21"}, ("/from_date", "kernel.timetable.no_such_day")),
        ):
            refused = await planned.lecturer.send("POST", f"{planned.path}/periods/shift-day", json=body)
            assert refusal(refused.json()) == expected


class TestCurrent:
    async def test_counts_down_and_hints_at_the_clock(self, world: World, wall: ManualClock) -> None:
        path = f"/classroom/classes/{world.home.cohort_id}/periods"
        await world.lecturer.put(path, WEEK)
        wall.at = datetime(2026, 11, 30, 11, 20, tzinfo=CHINA)
        on = await world.lecturer.get(f"{path}/current")
        assert (on["current"]["topic"], on["current"]["number_in_day"]) == ("选品与市场调研", 4)
        assert (on["seconds_left"], on["next"]["number"], on["hint"]) == (40 * 60, 5, "start")
        await world.lecturer.post("/sandbox/clock/start")
        assert (await world.lecturer.get(f"{path}/current"))["hint"] is None
        wall.at = datetime(2026, 11, 30, 12, 30, tzinfo=CHINA)
        gone = await world.lecturer.get(f"{path}/current")
        assert (gone["current"], gone["seconds_left"], gone["hint"]) == (None, None, "pause")

    async def test_of_a_planned_class_hints_at_nothing(self, planned: Planned, wall: ManualClock) -> None:
        await made(planned)
        wall.at = datetime(2026, 11, 30, 11, 20, tzinfo=CHINA)
        on = await planned.lecturer.get(f"{planned.path}/periods/current")
        assert (on["current"]["number"], on["hint"]) == (4, None)
