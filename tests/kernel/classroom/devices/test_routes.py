"""Device checks over HTTP: open to anybody as far as they must be, believed as far as they can be."""

from io import BytesIO
from typing import Any

import pytest
from httpx import AsyncClient
from openpyxl import load_workbook
from sqlalchemy import text

from kernel.ids import new_id
from tests.conftest import MakeWorld
from tests.kernel.classroom.devices.conftest import Measure
from tests.kernel.classroom.devices.reports import NOTHING, report
from tests.manual_clock import ManualClock
from tests.world import Person, World

KEEP = "/api/v1/device-checks"


async def class_of(person: Person) -> str:
    return str((await person.get("/session"))["cohort"]["id"])


async def room_of(world: World) -> Any:
    return await world.lecturer.get(f"/classroom/classes/{await class_of(world.lecturer)}/device-checks")


async def count(world: World) -> int:
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return int((await uow.execute(text("SELECT count(*) FROM kernel_device_check"))).scalar_one())


def at(code: str, number: int) -> dict[str, Any]:
    return {"code": code, "seat_number": number}


class TestMeasuring:
    async def test_needs_nobody_to_sign_in(self, anybody: AsyncClient) -> None:
        echo = await anybody.get("/api/v1/device-tests/echo")
        assert (echo.status_code, echo.json()["at"]) == (200, "2026-10-12T01:00:00Z")
        plan = (await anybody.post("/api/v1/device-tests")).json()
        assert plan["lane"] == {"granted": True, "ahead": 0}
        got = await anybody.get(f"/api/v1/device-tests/download?test={plan['test']}")
        assert (got.status_code, len(got.content)) == (200, plan["download_bytes"])
        assert got.headers["cache-control"] == "no-store, no-transform"
        assert len(set(got.content[:4096])) > 200  # nothing a proxy could shrink
        for size in plan["upload_pieces"]:
            sent = await anybody.post(f"/api/v1/device-tests/upload?test={plan['test']}", content=b"x" * size)
            assert sent.json() == {"bytes": size}
        left = await anybody.delete(f"/api/v1/device-tests/lane?test={plan['test']}")
        assert left.status_code == 204

    async def test_serves_no_second_download_and_no_stranger(self, anybody: AsyncClient) -> None:
        plan = (await anybody.post("/api/v1/device-tests")).json()
        path = f"/api/v1/device-tests/download?test={plan['test']}"
        assert (await anybody.get(path)).status_code == 200
        again = await anybody.get(path)
        assert (again.status_code, again.json()["code"]) == (409, "kernel.devices.test_over")
        stranger = await anybody.get(f"/api/v1/device-tests/download?test={'x' * 32}")
        assert (stranger.status_code, stranger.json()["code"]) == (409, "kernel.devices.no_lane")

    async def test_is_refused_to_other_sites(self, anybody: AsyncClient) -> None:
        for method, path in (("POST", "/device-tests"), ("DELETE", f"/device-tests/lane?test={'x' * 32}")):
            answer = await anybody.request(method, f"/api/v1{path}", headers={"Origin": "http://evil.test"})
            assert (answer.status_code, answer.json()["code"]) == (403, "kernel.request.cross_site")

    async def test_judges_what_is_measured_so_far(self, anybody: AsyncClient) -> None:
        slow = {**NOTHING, "latency": {"median_ms": 120, "jitter_ms": 3, "lost": 0}}
        said = (await anybody.post("/api/v1/device-tests/judgement", json={"measures": slow})).json()
        assert (said["verdict"], said["rules"], said["rules_label"]) == ("warn", "device-1", "示例")
        assert said["findings"][0]["title"] == "反应慢：一来一回 120 毫秒，应在 80 毫秒以内"
        assert "插网线" in said["findings"][0]["cure"]


class TestKeep:
    async def test_of_a_learner_is_for_his_own_seat(self, world: World, measure: Measure) -> None:
        learner = world.learners[1]
        body = {"test": await measure(), "place": None, "measures": report()}
        kept = await learner.post("/device-checks", body, status=201)
        assert (kept["cohort_name"], kept["check"]["seat_number"], kept["check"]["verdict"]) == ("测试班", 2, "pass")
        assert (kept["check"]["signed_in"], kept["check"]["browser"]) == (True, "Chromium 128 · Windows")
        assert (kept["check"]["download_kbit"], kept["check"]["upload_kbit"]) == (40_000, 10_485)

    async def test_of_anybody_is_for_the_place_he_types(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str
    ) -> None:
        typed = f" {code[:3].lower()}-{code[3:]} "
        body = {
            "test": await measure(),
            "place": at(typed, 17),
            "measures": report(socket={"connected": False, "round_trip_ms": 0}),
        }
        kept = await anybody.post(KEEP, json=body)
        assert kept.status_code == 201, kept.text
        [seat] = [seat for seat in (await room_of(world))["seats"] if seat["check"] is not None]
        assert (seat["number"], seat["learner_name"], seat["check"]["signed_in"]) == (17, None, False)
        assert [finding["code"] for finding in seat["check"]["findings"]] == ["socket.blocked"]

    async def test_with_a_wrong_code_keeps_nothing(self, world: World, anybody: AsyncClient, measure: Measure) -> None:
        token = await measure()
        for wrong in ("ZZZZZZ", "'; --", "0"):
            answer = await anybody.post(KEEP, json={"test": token, "place": at(wrong, 1), "measures": report()})
            assert (answer.status_code, answer.json()["code"]) == (404, "kernel.devices.code_unknown")
        assert await count(world) == 0

    async def test_without_code_and_without_seat_is_refused(
        self, world: World, anybody: AsyncClient, measure: Measure
    ) -> None:
        body = {"test": await measure(), "place": None, "measures": report()}
        assert (await anybody.post(KEEP, json=body)).status_code == 401
        refused = await world.lecturer.post("/device-checks", body, status=401)
        assert refused["code"] == "kernel.identity.no_seat"
        assert await count(world) == 0

    async def test_sent_twice_is_kept_once(self, world: World, measure: Measure) -> None:
        body = {"test": await measure(), "place": None, "measures": report()}
        first = await world.learners[0].post("/device-checks", body, status=201)
        worse = {**body, "measures": report(storage={"cookies": False, "local": False})}
        again = await world.learners[0].post("/device-checks", worse, status=201)
        assert again == first
        assert await count(world) == 1

    async def test_sent_for_another_place_is_refused(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str, new_world: MakeWorld
    ) -> None:
        token = await measure()
        await world.learners[0].post("/device-checks", {"test": token, "place": None, "measures": report()}, status=201)
        elsewhere = await anybody.post(KEEP, json={"test": token, "place": at(code, 9), "measures": report()})
        assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "kernel.devices.kept_elsewhere")
        other = await new_world()
        body = {"test": token, "place": None, "measures": report()}
        assert (await other.learners[0].post("/device-checks", body, status=409))[
            "code"
        ] == "kernel.devices.kept_elsewhere"
        assert (await count(world), await count(other)) == (1, 0)

    async def test_of_forged_figures_points_at_them(self, world: World, measure: Measure) -> None:
        forged = report(download={"bytes": 8_000_000, "ms": 1}, upload={"bytes": 2_000_000, "ms": 900})
        body = {"test": await measure(), "place": None, "measures": forged}
        refused = await world.learners[0].post("/device-checks", body, status=422)
        assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [
            ("/measures/download/ms", "kernel.devices.implausible"),
            ("/measures/upload/bytes", "kernel.devices.implausible"),
        ]
        assert await count(world) == 0

    async def test_without_measuring_is_refused(
        self, world: World, anybody: AsyncClient, measure: Measure, wall: ManualClock
    ) -> None:
        plan = (await anybody.post("/api/v1/device-tests")).json()
        wall.advance(seconds=30)
        body = {"test": plan["test"], "place": None, "measures": report()}
        refused = await world.learners[0].post("/device-checks", body, status=422)
        assert {error["pointer"] for error in refused["errors"]} == {
            "/measures/download/bytes",
            "/measures/upload/bytes",
        }
        body = {"test": await measure(), "place": None, "measures": {**NOTHING, "media": None}}
        refused = await world.learners[0].post("/device-checks", body, status=422)
        assert len(refused["errors"]) == 9
        assert await count(world) == 0

    @pytest.mark.parametrize(
        "wrong",
        [
            {"latency": {"median_ms": -1, "jitter_ms": 0, "lost": 0}},
            {"latency": {"median_ms": 1, "jitter_ms": 0, "lost": 10}},
            {"download": {"bytes": 8_000_001, "ms": 4000}},
            {"download": {"bytes": 1, "ms": 0}},
            {"clock_offset_ms": 10**13},
            {"browser": {"name": "netscape", "version": 4, "system": "windows", "in_app": False, "missing": []}},
            {"media": {"camera": "<script>", "microphone": "ok"}},
            {"hardware": {"cores": 0, "memory_gb": 8}},
        ],
    )
    async def test_of_what_no_machine_measures_is_refused(
        self, world: World, measure: Measure, wrong: dict[str, Any]
    ) -> None:
        body = {"test": await measure(), "place": None, "measures": report(**wrong)}
        assert (await world.learners[0].post("/device-checks", body, status=422))["errors"]
        assert await count(world) == 0

    async def test_in_a_class_that_is_over_is_refused(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str
    ) -> None:
        async with world.runtime.enter_system() as uow:
            await uow.execute(
                text("UPDATE kernel_cohort SET state = 'closed', closed_at = :now WHERE code = :code"),
                {"now": uow.now.at, "code": code},
            )
        answer = await anybody.post(KEEP, json={"test": await measure(), "place": at(code, 1), "measures": report()})
        assert (answer.status_code, answer.json()["code"]) == (409, "kernel.devices.class_over")

    async def test_too_often_within_the_hour_is_refused(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str, wall: ManualClock
    ) -> None:
        answers = []
        for _ in range(31):
            body = {"test": await measure(), "place": at(code, 1), "measures": report()}
            answers.append((await anybody.post(KEEP, json=body)).status_code)
        assert (answers[:30], answers[30], await count(world)) == ([201] * 30, 429, 30)
        wall.advance(hours=1)
        answer = await anybody.post(KEEP, json={"test": await measure(), "place": at(code, 1), "measures": report()})
        assert answer.status_code == 201

    async def test_of_a_learner_has_room_though_strangers_fill_his_place(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str
    ) -> None:
        for _ in range(30):
            body = {"test": await measure(), "place": at(code, 1), "measures": report()}
            assert (await anybody.post(KEEP, json=body)).status_code == 201
        own = {"test": await measure(), "place": None, "measures": report()}
        await world.learners[0].post("/device-checks", own, status=201)

    async def test_is_never_changed(self, world: World, measure: Measure) -> None:
        await world.learners[0].post(
            "/device-checks", {"test": await measure(), "place": None, "measures": report()}, status=201
        )
        for statement in ("UPDATE kernel_device_check SET verdict = 'fail'", "DELETE FROM kernel_device_check"):
            with pytest.raises(Exception, match="permission denied"):
                async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                    await uow.execute(text(statement))


class TestRoom:
    async def test_shows_thirty_places_and_the_newest_check_of_each(self, world: World, measure: Measure) -> None:
        learner = world.learners[0]
        bad = report(storage={"cookies": False, "local": True})
        for measures in (bad, report()):
            await learner.post(
                "/device-checks", {"test": await measure(), "place": None, "measures": measures}, status=201
            )
        room = await room_of(world)
        assert [seat["number"] for seat in room["seats"]] == list(range(1, 31))
        assert [seat["learner_name"] for seat in room["seats"][:4]] == ["学员1", "学员2", "学员3", None]
        assert room["seats"][0]["check"]["verdict"] == "pass"
        assert (room["figures"]["checked"], room["figures"]["passed"], room["figures"]["failed"]) == (1, 1, 0)
        assert (room["room_reference_kbit"], room["rules_label"]) == (100_000, "示例")
        assert (room["cohort_name"], room["institution_name"]) == ("测试班", "示例培训学校")

    async def test_shows_what_a_learner_measured_though_strangers_measured_later(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str
    ) -> None:
        bad = report(storage={"cookies": False, "local": True})
        own = {"test": await measure(), "place": None, "measures": report()}
        await world.learners[0].post("/device-checks", own, status=201)
        for _ in range(2):
            body = {"test": await measure(), "place": at(code, 1), "measures": bad}
            assert (await anybody.post(KEEP, json=body)).status_code == 201
        check = (await room_of(world))["seats"][0]["check"]
        assert (check["verdict"], check["signed_in"]) == ("pass", True)

    async def test_shows_the_newest_when_another_learner_sits_there_now(
        self, world: World, anybody: AsyncClient, measure: Measure, code: str
    ) -> None:
        own = {"test": await measure(), "place": None, "measures": report()}
        await world.learners[0].post("/device-checks", own, status=201)
        async with world.runtime.enter_system() as uow:
            leave = "UPDATE kernel_seat SET account_id = NULL WHERE id = :id"
            await uow.execute(text(leave), {"id": world.learners[0].seat_id})
        bad = report(storage={"cookies": False, "local": True})
        await anybody.post(KEEP, json={"test": await measure(), "place": at(code, 1), "measures": bad})
        check = (await room_of(world))["seats"][0]["check"]
        assert (check["verdict"], check["signed_in"]) == ("fail", False)

    async def test_of_another_class_does_not_exist(self, world: World, new_world: MakeWorld) -> None:
        other = await new_world()
        theirs = await class_of(other.lecturer)
        for cohort_id in (theirs, new_id()):
            for rest in ("", "/record?format=csv"):
                answer = await world.lecturer.send("GET", f"/classroom/classes/{cohort_id}/device-checks{rest}")
                assert (answer.status_code, answer.json()["code"]) == (404, "kernel.classroom.class_not_found")

    async def test_is_the_lecturers(self, world: World, anybody: AsyncClient) -> None:
        path = f"/classroom/classes/{await class_of(world.lecturer)}/device-checks"
        await world.learners[0].get(path, status=403)
        assert (await anybody.get(f"/api/v1{path}")).status_code == 401


class TestRecord:
    async def test_is_a_sheet_with_every_place_and_lines_to_sign(self, world: World, measure: Measure) -> None:
        bad = report(clock_offset_ms=95_000)
        body = {"test": await measure(), "place": None, "measures": bad}
        await world.learners[0].post("/device-checks", body, status=201)
        path = f"/classroom/classes/{await class_of(world.lecturer)}/device-checks/record"
        answer = await world.lecturer.send("GET", path, params={"format": "xlsx"})
        sheet = load_workbook(BytesIO(answer.content)).active
        assert sheet is not None
        lines = ["|".join(str(cell) for cell in row if cell is not None) for row in sheet.iter_rows(values_only=True)]
        assert lines[0] == "设备与网络检测记录"
        assert lines[1] == "示例表单，非官方格式；判定标准 device-1（示例）"
        assert "培训机构：示例培训学校" in lines[2]
        assert (
            "01|学员1|注意|40.0|10.4|12|正常|正常|正常|Chromium 128 · Windows|1440×900|95.0|电脑时间与服务器相差 95 秒|"
            in lines[4]
        )
        assert lines[33] == "30|未检"
        assert any("100 兆带宽独享" in line for line in lines)
        assert any("授课讲师签名" in line for line in lines)

    async def test_takes_no_name_for_a_formula(self, world: World) -> None:
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await uow.execute(text("UPDATE kernel_seat SET display_name = '=1+1' WHERE number = 1"))
        path = f"/classroom/classes/{await class_of(world.lecturer)}/device-checks/record"
        table = (await world.lecturer.send("GET", path, params={"format": "csv"})).content
        assert table.startswith("\ufeff机位,学员,结论".encode())
        assert "01,'=1+1,未检".encode() in table
        book = load_workbook(BytesIO((await world.lecturer.send("GET", path, params={"format": "xlsx"})).content))
        assert book.active is not None
        assert (book.active["B5"].value, book.active["B5"].data_type) == ("'=1+1", "s")
