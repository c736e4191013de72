"""The clock over HTTP: who may move it, where to, and what happens when two lecturers do at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.clock import SPEED_LIMIT
from kernel.sandbox.events import ClockChanged
from tests.kernel.fingerprint import fingerprint
from tests.kernel.sandbox.stage import Stage, at
from tests.kernel.waiting import until_waiting
from tests.world import STARTS_SIM_AT, World, client_of, count_rows

START_OF_CLASS = STARTS_SIM_AT.isoformat()
MOVES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "/sandbox/clock/start", None),
    ("POST", "/sandbox/clock/pause", None),
    ("PUT", "/sandbox/clock/speed", {"speed": 60}),
    ("POST", "/sandbox/clock/jump", {"target_sim_at": at(days=1).isoformat()}),
]
LOOKS = [
    f"/sandbox/clock/jump-preview?target_sim_at={at(days=1).isoformat()}",
    "/sandbox/next-timer",
    "/sandbox/parked",
]


async def outbox(world: World) -> list[tuple[str, Any]]:
    """Returns the facts published so far, in their order."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        rows = await uow.execute(text("SELECT type, payload FROM kernel_outbox ORDER BY seq"))
        return [(row.type, row.payload["version"]) for row in rows]


class TestRead:
    async def test_shows_everyone_the_same_time(self, world: World) -> None:
        expected = {
            "state": "paused",
            "speed": 24,
            "sim_at": START_OF_CLASS,
            "day_number": 1,
            "class_seconds": 0,
            "jump_target_sim_at": None,
            "server_at": "2026-10-12T01:00:00Z",
            "version": 0,
        }
        for person in (world.lecturer, *world.learners):
            assert await person.get("/sandbox/clock") == expected

    async def test_needs_a_session(self, world: World) -> None:
        async with client_of(world.app, None) as nobody:
            response = await nobody.get("/api/v1/sandbox/clock")
        assert (response.status_code, response.json()["code"]) == (401, "kernel.identity.not_signed_in")


class TestStartAndPause:
    async def test_runs_and_stands(self, stage: Stage) -> None:
        lecturer = stage.world.lecturer
        started = await lecturer.post("/sandbox/clock/start")
        assert (started["state"], started["version"]) == ("running", 1)
        stage.wall.advance(seconds=9)
        paused = await lecturer.post("/sandbox/clock/pause")
        ran = at(seconds=9 * 24).isoformat()
        assert (paused["state"], paused["sim_at"], paused["class_seconds"]) == ("paused", ran, 9)
        stage.wall.advance(hours=9)
        assert (await lecturer.get("/sandbox/clock"))["sim_at"] == ran
        assert await outbox(stage.world) == [(ClockChanged.type, 1), (ClockChanged.type, 2)]

    async def test_is_harmless_twice(self, stage: Stage) -> None:
        lecturer = stage.world.lecturer
        await lecturer.post("/sandbox/clock/pause")
        await lecturer.post("/sandbox/clock/start")
        again = await lecturer.post("/sandbox/clock/start")
        assert (again["state"], again["version"]) == ("running", 1)
        assert await outbox(stage.world) == [(ClockChanged.type, 1)]


class TestSpeed:
    async def test_touches_simulated_time_only(self, stage: Stage) -> None:
        lecturer = stage.world.lecturer
        await lecturer.post("/sandbox/clock/start")
        stage.wall.advance(seconds=5)
        changed = await lecturer.put("/sandbox/clock/speed", {"speed": 1440})
        assert (changed["speed"], changed["sim_at"]) == (1440, at(seconds=120).isoformat())
        stage.wall.advance(seconds=5)
        clock = await lecturer.get("/sandbox/clock")
        assert (clock["sim_at"], clock["class_seconds"]) == (at(seconds=120 + 7200).isoformat(), 10)

    @pytest.mark.parametrize("speed", [0, -1, SPEED_LIMIT + 1, 1.5, "24", True, None])
    async def test_is_bounded(self, world: World, speed: object) -> None:
        problem = await world.lecturer.put("/sandbox/clock/speed", {"speed": speed}, status=422)
        assert [error["pointer"] for error in problem["errors"]] == ["/speed"]
        assert (await world.lecturer.get("/sandbox/clock"))["speed"] == 24


class TestRace:
    @pytest.mark.parametrize("second", [MOVES[0], MOVES[2], MOVES[3]], ids=["start", "speed", "jump"])
    async def test_of_two_lecturers_has_one_winner(
        self, world: World, admin: AsyncEngine, second: tuple[str, str, dict[str, Any] | None]
    ) -> None:
        lecturer = world.lecturer
        async with admin.begin() as holding:
            lock = text("SELECT 1 FROM kernel_sandbox WHERE id = :id FOR UPDATE")
            await holding.execute(lock, {"id": world.sandbox_id})
            first = asyncio.create_task(lecturer.send("PUT", "/sandbox/clock/speed", json={"speed": 7}))
            await until_waiting(admin, 1)
            method, path, body = second
            other = asyncio.create_task(lecturer.send(method, path, json=body))
            await until_waiting(admin, 2)
        answers = [await first, await other]
        [lost] = [answer for answer in answers if answer.status_code >= 400]
        assert (lost.status_code, lost.json()["code"]) == (409, "kernel.sandbox.clock_changed")
        assert (await lecturer.get("/sandbox/clock"))["version"] == 1
        assert await outbox(world) == [(ClockChanged.type, 1)]


class TestLearner:
    @pytest.mark.parametrize(("method", "path", "body"), MOVES)
    async def test_moves_nothing(
        self, world: World, admin: AsyncEngine, method: str, path: str, body: dict[str, Any] | None
    ) -> None:
        before = await fingerprint(admin, world.sandbox_id)
        response = await world.learners[0].send(method, path, json=body)
        assert (response.status_code, response.json()["code"]) == (403, "kernel.identity.not_allowed")
        assert await fingerprint(admin, world.sandbox_id) == before

    @pytest.mark.parametrize("path", LOOKS)
    async def test_sees_no_deadlines_of_others(self, world: World, path: str) -> None:
        problem = await world.learners[0].get(path, status=403)
        assert problem["code"] == "kernel.identity.not_allowed"


class TestJump:
    @pytest.mark.parametrize(
        ("target", "code"),
        [
            (at(seconds=-1), "kernel.sandbox.jump_not_forward"),
            (at(seconds=0), "kernel.sandbox.jump_not_forward"),
            (at(days=60, seconds=1), "kernel.sandbox.jump_too_far"),
        ],
    )
    async def test_goes_forward_and_not_too_far(self, world: World, admin: AsyncEngine, target: Any, code: str) -> None:
        before = await fingerprint(admin, world.sandbox_id)
        body = {"target_sim_at": target.isoformat()}
        for problem in (
            await world.lecturer.post("/sandbox/clock/jump", body, status=422),
            await world.lecturer.get("/sandbox/clock/jump-preview", status=422, **body),
        ):
            [error] = problem["errors"]
            assert (error["pointer"], error["code"]) == ("/target_sim_at", code)
        assert await fingerprint(admin, world.sandbox_id) == before

    async def test_may_go_sixty_days(self, world: World) -> None:
        body = {"target_sim_at": at(days=60).isoformat()}
        assert (await world.lecturer.post("/sandbox/clock/jump", body, status=202))["state"] == "jumping"

    async def test_knows_no_zones(self, world: World) -> None:
        body = {"target_sim_at": at(days=1).isoformat() + "Z"}
        problem = await world.lecturer.post("/sandbox/clock/jump", body, status=422)
        assert [error["pointer"] for error in problem["errors"]] == ["/target_sim_at"]

    async def test_happens_once_per_key(self, world: World) -> None:
        body = {"target_sim_at": at(days=1).isoformat()}
        first = await world.lecturer.post("/sandbox/clock/jump", body, status=202, key="one-intention")
        again = await world.lecturer.post("/sandbox/clock/jump", body, status=202, key="one-intention")
        assert first == again
        assert await outbox(world) == [(ClockChanged.type, 1)]

    @pytest.mark.parametrize(("method", "path", "body"), MOVES)
    async def test_is_not_disturbed(
        self, world: World, admin: AsyncEngine, method: str, path: str, body: dict[str, Any] | None
    ) -> None:
        target = {"target_sim_at": at(days=9).isoformat()}
        await world.lecturer.post("/sandbox/clock/jump", target, status=202)
        before = await fingerprint(admin, world.sandbox_id)
        response = await world.lecturer.send(method, path, json=body)
        assert (response.status_code, response.json()["code"]) == (409, "kernel.sandbox.already_jumping")
        assert await fingerprint(admin, world.sandbox_id) == before

    async def test_lets_learners_look_but_not_act(self, world: World) -> None:
        learner = world.learners[0]
        target = {"target_sim_at": at(days=9).isoformat()}
        await world.lecturer.post("/sandbox/clock/jump", target, status=202)
        problem = await learner.post("/mall/desk/registration", {"name": "云岭"}, status=409)
        assert problem["code"] == "kernel.sandbox.jumping"
        assert await count_rows(world.runtime, world.sandbox_id, "mall_registration") == 0
        assert (await learner.get("/mall/wallet"))["buyer"]["balance_fen"] == 200000
        assert (await learner.get("/sandbox/clock"))["state"] == "jumping"


class TestPreview:
    async def test_says_what_a_jump_would_fire(self, stage: Stage) -> None:
        for hours in (5, 30, 40, 60):
            await stage.schedule("note", sim_at=at(hours=hours))
        await stage.schedule("other", sim_at=at(hours=10), kind="test.other")
        await stage.schedule("class", class_ms=1)
        lecturer = stage.world.lecturer
        target = at(hours=40).isoformat()
        assert await lecturer.get("/sandbox/clock/jump-preview", target_sim_at=target) == {
            "target_sim_at": target,
            "total": 4,
            "groups": [
                {"kind": "test.note", "count": 3, "first_sim_at": at(hours=5).isoformat()},
                {"kind": "test.other", "count": 1, "first_sim_at": at(hours=10).isoformat()},
            ],
        }
        expected = {"next": {"kind": "test.note", "due_sim_at": (STARTS_SIM_AT + timedelta(hours=5)).isoformat()}}
        assert await lecturer.get("/sandbox/next-timer") == expected

    async def test_of_nothing_is_empty(self, world: World) -> None:
        target = at(days=1).isoformat()
        preview = await world.lecturer.get("/sandbox/clock/jump-preview", target_sim_at=target)
        assert (preview["total"], preview["groups"]) == (0, [])
        assert await world.lecturer.get("/sandbox/next-timer") == {"next": None}
