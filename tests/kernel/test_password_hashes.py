"""Password hashes are out of the application's reach, except one at a time for a log-in."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.world import World


class TestPasswordHashes:
    @pytest.mark.parametrize("statement", ["SELECT password_hash FROM kernel_account", "SELECT * FROM kernel_account"])
    async def test_cannot_be_read_from_the_table(self, world: World, statement: str) -> None:
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with world.runtime.enter_system() as uow:
                await uow.execute(text(statement))

    async def test_are_given_out_for_one_login_and_leave_the_scope_as_it_was(self, world: World) -> None:
        async with world.runtime.enter_system() as uow:
            login = (
                await uow.execute(
                    text("SELECT login FROM kernel_account WHERE id = :id"), {"id": world.lecturer.account_id}
                )
            ).scalar_one()
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            found = (await uow.execute(text("SELECT * FROM kernel_find_login(:login)"), {"login": login})).all()
            scope = (await uow.execute(text("SELECT current_setting('kaidian.scope', true)"))).scalar_one()
            cohort = text("SELECT cohort_id FROM kernel_sandbox")
            cohort_id = (await uow.execute(cohort)).scalar_one()
        assert [(row.id, row.password_hash, row.cohort_id, row.grant_id) for row in found] == [
            (world.lecturer.account_id, "no password", cohort_id, None)
        ]
        assert scope == ""
