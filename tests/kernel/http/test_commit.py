"""When the commit fails the client sees an error, never a 200: the commit comes before the answer.

The commit is made to fail for real, by a deferred constraint trigger that runs inside COMMIT.
"""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.kernel.fingerprint import fingerprint
from tests.world import World, count_rows

REFUSING = "RAISE EXCEPTION 'not today' USING ERRCODE = '{}'"
DYING = "PERFORM pg_terminate_backend(pg_backend_pid())"


async def hang_on_commit(admin: AsyncEngine, body: str) -> None:
    """Lets the commit of every new store run `body` as the superuser."""
    async with admin.begin() as connection:
        await connection.execute(
            text(f"""
                CREATE FUNCTION test_at_commit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
                $$ BEGIN {body}; RETURN NULL; END $$
            """)
        )
        await connection.execute(
            text("""
                CREATE CONSTRAINT TRIGGER test_at_commit AFTER INSERT ON mall_registration
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION test_at_commit()
            """)
        )


class TestFailingCommit:
    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            (REFUSING.format("P0001"), 500, "kernel.unexpected"),
            (REFUSING.format("40001"), 503, "kernel.database.busy"),
            (REFUSING.format("40P01"), 503, "kernel.database.busy"),
            (REFUSING.format("23505"), 409, "kernel.database.taken"),
            (DYING, 503, "kernel.database.unavailable"),
        ],
        ids=["refused", "serialisation", "deadlock", "unique", "connection cut"],
    )
    async def test_is_the_clients_error(
        self, world: World, at_commit: AsyncEngine, body: str, status: int, code: str
    ) -> None:
        await hang_on_commit(at_commit, body)
        before = await fingerprint(at_commit, world.sandbox_id)
        problem = await world.learners[0].post("/mall/desk/registration", {"name": "云岭"}, status=status)
        assert (problem["code"], problem["status"]) == (code, status)
        assert "not today" not in str(problem)
        assert await fingerprint(at_commit, world.sandbox_id) == before

    async def test_can_be_tried_again_with_the_same_key(self, world: World, at_commit: AsyncEngine) -> None:
        await hang_on_commit(at_commit, DYING)
        learner, body = world.learners[0], {"name": "云岭"}
        await learner.post("/mall/desk/registration", body, status=503, key="one-intention")
        async with at_commit.begin() as connection:
            await connection.execute(text("DROP FUNCTION test_at_commit CASCADE"))
        shop = await learner.post("/mall/desk/registration", body, status=201, key="one-intention")
        assert await learner.post("/mall/desk/registration", body, status=201, key="one-intention") == shop
        assert await count_rows(world.runtime, world.sandbox_id, "mall_registration") == 1

    async def test_would_be_a_success_without_the_trigger(self, world: World) -> None:
        assert (await world.learners[0].post("/mall/desk/registration", {"name": "云岭"}, status=201))["name"] == "云岭"
