"""Messages to the class: sent, seen by the class alone, withdrawn, pushed to open pages."""

from typing import Any

from sqlalchemy import text

from app import modules
from kernel.classroom.console import notices
from kernel.classroom.events import NoticesChanged
from tests.kernel.classroom.planned import Planned
from tests.world import Person, World

PATH = "/classroom/notices"


async def say(person: Person, words: str = "下午两点继续", *, status: int = 201) -> Any:
    return await person.post(PATH, {"text": words}, status=status)


async def told(world: World) -> int:
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        find = text("SELECT count(*) FROM kernel_outbox WHERE type = 'kernel.notices.changed.v1'")
        return int((await uow.execute(find)).scalar_one())


class TestSend:
    async def test_reaches_every_learner_of_the_class_and_nobody_else(self, world: World, new_world: Any) -> None:
        elsewhere = await new_world()
        sent = await say(world.lecturer)
        assert (sent["text"], sent["author"]) == ("下午两点继续", world.lecturer.name)
        for learner in world.learners:
            assert [one["id"] for one in (await learner.get(PATH))["notices"]] == [sent["id"]]
        assert (await elsewhere.learners[0].get(PATH))["notices"] == []
        assert await told(world) == 1

    async def test_is_the_lecturers(self, world: World) -> None:
        assert (await say(world.learners[0], status=403))["code"] == "kernel.identity.not_allowed"
        await world.learners[0].get(f"{PATH}/sent", status=403)

    async def test_has_three_hundred_characters_at_most(self, world: World) -> None:
        await say(world.lecturer, "好" * 300)
        for words in ("好" * 301, "   "):
            assert (await say(world.lecturer, words, status=422))["errors"][0]["pointer"] == "/text"

    async def test_waits_in_the_lobby_of_a_planned_class(self, planned: Planned) -> None:
        await planned.claim(await planned.pin_of(1))
        await say(planned.lecturer)
        assert len((await planned.lecturer.get(PATH))["notices"]) == 1


class TestWithdraw:
    async def test_takes_a_message_from_every_page_and_leaves_it_in_the_list(self, world: World) -> None:
        sent = await say(world.lecturer)
        for _ in range(2):
            await world.lecturer.post(f"{PATH}/{sent['id']}/withdraw", status=204)
        assert (await world.learners[0].get(PATH))["notices"] == []
        [kept] = await world.lecturer.get(f"{PATH}/sent")
        assert kept["withdrawn_at"] is not None

    async def test_finds_only_the_own_class(self, world: World, new_world: Any) -> None:
        elsewhere = await new_world()
        sent = await say(elsewhere.lecturer)
        await world.lecturer.post(f"{PATH}/{sent['id']}/withdraw", status=404)
        assert len((await elsewhere.learners[0].get(PATH))["notices"]) == 1


class TestTopic:
    async def test_frame_and_snapshot_say_the_same(self, world: World) -> None:
        await say(world.lecturer, "第一条")
        await say(world.lecturer, "第二条")
        learner = world.learners[0]
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            [frame] = await notices.NOTICES_CHANGED.frames(uow, NoticesChanged(sandbox_id=world.sandbox_id))
        assert (frame.topic, frame.type) == ("notices", "notices.changed")
        fresh = await learner.get(PATH)
        assert frame.data.model_dump(mode="json") == fresh  # type: ignore[union-attr]  # a schema, as registered
        assert [one["text"] for one in fresh["notices"]] == ["第二条", "第一条"]
        assert "notices" in {topic.kind for module in modules.MODULES for topic in module.topics}
