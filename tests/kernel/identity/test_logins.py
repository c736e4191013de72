"""The log of log-ins: who sees which, what never stands in it, and when it ends."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kernel import pruning
from kernel.identity.logins.rules import browser_of
from kernel.identity.models import Role
from tests.conftest import MakeWorld
from tests.kernel.identity.conftest import Door, MakeStaff, house_of, login_of
from tests.manual_clock import ManualClock
from tests.world import World

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.44"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1 Version/17.1 Mobile/15E148 Safari/604.1"
)


class TestBrowserOf:
    @pytest.mark.parametrize(
        ("told", "shown"),
        [
            (CHROME, "Chrome 120 · Windows"),
            (f"{CHROME} Edg/120.0", "Edge 120 · Windows"),
            (WECHAT, "微信 8 · Android"),
            (IPHONE, "Safari 17 · iPhone"),
            ("curl/8.0", ""),
            ("", ""),
            ("<script>" * 1000, ""),
        ],
    )
    def test_recognises_and_never_repeats(self, told: str, shown: str) -> None:
        assert browser_of(told) == shown


class TestLog:
    async def test_tells_the_person_what_was_tried(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        for _ in range(5):
            await door.try_password(login, "hunter2-hunter2")
        page = await world.learners[0].get("/session/log-ins")
        assert [row["outcome"] for row in page["rows"]] == ["locked", "wrong", "wrong", "wrong", "wrong"]
        assert {row["address"] for row in page["rows"]} == {"127.0.0.1"}
        assert "hunter2" not in str(page)
        assert (await world.learners[1].get("/session/log-ins"))["rows"] == []

    async def test_is_seen_by_those_who_answer_for_the_person(
        self, world: World, new_world: MakeWorld, door: Door, new_staff: MakeStaff
    ) -> None:
        await door.enter(await login_of(world, world.learners[0]))
        account_id = str(world.learners[0].account_id)
        other = await new_world(learners=1)
        sees = {
            "lecturer": world.lecturer,
            "institution": await new_staff(Role.INSTITUTION, house=await house_of(world)),
            "officer": await new_staff(Role.OFFICER, region="6101"),
            "operator": await new_staff(Role.OPERATOR),
            "lecturer of another class": other.lecturer,
            "officer elsewhere": await new_staff(Role.OFFICER, region="51"),
        }
        found = {
            who: account_id in {row["account_id"] for row in (await person.get("/log-ins"))["rows"]}
            for who, person in sees.items()
        }
        assert [who for who, seen in found.items() if seen] == ["lecturer", "institution", "officer", "operator"]
        assert (await world.learners[1].send("GET", "/log-ins")).status_code == 403

    async def test_comes_page_by_page(self, world: World, door: Door) -> None:
        login = await login_of(world, world.learners[0])
        for _ in range(51):
            assert (await door.try_password(login, "correct horse")).status_code == 201
        first = await world.learners[0].get("/session/log-ins")
        second = await world.learners[0].get("/session/log-ins", before=first["next_before"])
        assert (len(first["rows"]), len(second["rows"]), second["next_before"]) == (50, 1, None)
        assert {row["id"] for row in first["rows"]} & {row["id"] for row in second["rows"]} == set()

    async def test_cannot_be_rewritten(self, world: World) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with world.runtime.enter_system() as uow:
                await uow.execute(text("UPDATE kernel_login_event SET outcome = 'ok'"))

    async def test_ends_after_half_a_year(self, world: World, door: Door, wall: ManualClock) -> None:
        person = world.learners[0]
        await door.enter(await login_of(world, person))
        wall.advance(days=179)
        await pruning.prune(world.runtime)
        assert len((await person.get("/session/log-ins"))["rows"]) == 1
        wall.advance(days=2)
        await pruning.prune(world.runtime)
        assert (await person.get("/session/log-ins"))["rows"] == []
