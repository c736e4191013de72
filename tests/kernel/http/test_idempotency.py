"""Commands that create take an Idempotency-Key: same key, one effect, one answer."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.conftest import MakeWorld
from tests.kernel.fingerprint import fingerprint
from tests.kernel.waiting import until_waiting
from tests.world import World, count_rows, item

KEY = "one-intention"
SHOP = {"name": "云岭", "intro": ""}


async def shops(world: World) -> int:
    """Returns how many stores there are."""
    return await count_rows(world.runtime, world.sandbox_id, "mall_registration")


class TestSameKey:
    async def test_has_one_effect_and_the_same_answer(self, world: World, admin: AsyncEngine) -> None:
        learner = world.learners[0]
        first = await learner.send("POST", "/mall/desk/registration", json=SHOP, key=KEY)
        assert (first.status_code, first.headers.get("idempotent-replay")) == (201, None)
        before = await fingerprint(admin, world.sandbox_id)
        again = await learner.send("POST", "/mall/desk/registration", json=SHOP, key=KEY)
        assert (again.status_code, again.headers["idempotent-replay"]) == (201, "true")
        assert again.json() == first.json()
        assert await fingerprint(admin, world.sandbox_id) == before

    async def test_ignores_how_the_body_is_written(self, world: World) -> None:
        learner = world.learners[0]
        first = await learner.post("/mall/desk/registration", {"name": "云岭"}, status=201, key=KEY)
        assert (
            await learner.post("/mall/desk/registration", {"intro": "", "name": " 云岭 "}, status=201, key=KEY) == first
        )

    async def test_with_another_body_is_refused(self, world: World, admin: AsyncEngine) -> None:
        learner = world.learners[0]
        await learner.post("/mall/desk/registration", SHOP, status=201, key=KEY)
        before = await fingerprint(admin, world.sandbox_id)
        problem = await learner.post("/mall/desk/registration", {"name": "别名"}, status=422, key=KEY)
        assert problem["code"] == "kernel.request.key_reused"
        assert await fingerprint(admin, world.sandbox_id) == before

    async def test_for_another_command_is_refused(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        lines = [{"sku_id": honey["sku_id"], "quantity": 1}]
        command = {"lines": lines, "expected_total_fen": 5900}
        order = await buyer.post("/mall/trades", command, status=201, key=KEY)
        problem = await buyer.post(f"/mall/pay-orders/{order['id']}/pay", status=422, key=KEY)
        assert problem["code"] == "kernel.request.key_reused"
        assert (await buyer.get(f"/mall/pay-orders/{order['id']}"))["state"] == "created"

    async def test_of_another_person_is_another_key(self, world: World) -> None:
        for number, learner in enumerate(world.learners):
            await learner.post("/mall/desk/registration", {"name": f"店铺{number}"}, status=201, key=KEY)
        assert await shops(world) == 3

    async def test_of_another_class_is_another_key(self, world: World, new_world: MakeWorld) -> None:
        other = await new_world()
        for one in (world, other):
            await one.learners[0].post("/mall/desk/registration", SHOP, status=201, key=KEY)
        assert (await shops(world), await shops(other)) == (1, 1)

    async def test_after_a_refusal_is_free(self, world: World) -> None:
        first, second, _ = world.learners
        await world.open_shop(first, SHOP["name"], [])
        await second.post("/mall/desk/registration", SHOP, status=422, key=KEY)
        assert (await second.post("/mall/desk/registration", {"name": "别名"}, status=201, key=KEY))["name"] == "别名"


class TestAtOnce:
    async def test_has_one_effect_and_asks_the_others_to_wait(self, world: World, admin: AsyncEngine) -> None:
        """The first is held up in the middle of its transaction while nine more come in with its key."""
        learner = world.learners[0]
        async with admin.begin() as holding:
            await holding.execute(text("LOCK TABLE mall_registration IN SHARE MODE"))
            first = asyncio.create_task(learner.send("POST", "/mall/desk/registration", json=SHOP, key=KEY))
            await until_waiting(admin, 1)
            others = await asyncio.gather(
                *(learner.send("POST", "/mall/desk/registration", json=SHOP, key=KEY) for _ in range(9))
            )
        assert (await first).status_code == 201
        assert [other.status_code for other in others] == [409] * 9
        assert {other.json()["code"] for other in others} == {"kernel.request.still_running"}
        assert await shops(world) == 1

    async def test_without_any_hold_up_has_one_effect(self, world: World) -> None:
        learner = world.learners[0]
        answers = await asyncio.gather(
            *(learner.send("POST", "/mall/desk/registration", json=SHOP, key=KEY) for _ in range(12))
        )
        assert {answer.status_code for answer in answers} <= {201, 409}
        made = [answer.json() for answer in answers if answer.status_code == 201]
        assert made == [made[0]] * len(made)
        assert await shops(world) == 1


class TestKey:
    @pytest.mark.parametrize("key", [None, "", "short", "a" * 81, "with space", "tab\tinside"])
    async def test_must_be_there_and_well_formed(self, world: World, key: str | None) -> None:
        learner = world.learners[0]
        assert learner.client is not None
        headers = {} if key is None else {"Idempotency-Key": key}
        response = await learner.client.post("/api/v1/mall/desk/registration", json=SHOP, headers=headers)
        assert response.status_code == 422
        assert [error["pointer"] for error in response.json()["errors"]] == ["/header/idempotency-key"]
        assert await shops(world) == 0

    async def test_that_is_no_ascii_is_refused(self, world: World) -> None:
        learner = world.learners[0]
        assert learner.client is not None
        headers = [(b"idempotency-key", "编号编号编号编号".encode())]
        response = await learner.client.post("/api/v1/mall/desk/registration", json=SHOP, headers=headers)
        assert response.status_code == 422
