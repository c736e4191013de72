"""Every encrypted value comes under the new key, wherever the pass was broken off."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.embedded import postgres
from kernel.crypto import rotation
from kernel.crypto.keyring import Keyring, Unreadable, key_id_of
from kernel.crypto.rotation import BATCH, EncryptedColumn

COLUMN = EncryptedColumn("secrets_under_test.item", "phone", "number")
RING = Keyring.generate("0123456789abcdef")
ROWS = BATCH + 3


@pytest.fixture
async def engine(database: postgres.Urls) -> AsyncIterator[AsyncEngine]:
    """Yields a database with a table of ciphertexts and a row without any, in a schema of its own."""
    engine = create_async_engine(database.owner)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE SCHEMA secrets_under_test"))
        await connection.execute(text("CREATE TABLE secrets_under_test.item (number integer PRIMARY KEY, phone bytea)"))
        rows = [{"number": n, "phone": sealed(n)} for n in range(ROWS)]
        await connection.execute(text("INSERT INTO secrets_under_test.item VALUES (:number, :phone)"), rows)
        await connection.execute(text("INSERT INTO secrets_under_test.item VALUES (-1, NULL)"))
    yield engine
    async with engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA secrets_under_test CASCADE"))
    await engine.dispose()


def sealed(number: int) -> bytes:
    return RING.encrypt(f"1380000{number:04d}", context=COLUMN.context(number))


async def stored(engine: AsyncEngine) -> dict[int, bytes]:
    async with engine.connect() as connection:
        rows = await connection.execute(
            text("SELECT number, phone FROM secrets_under_test.item WHERE phone IS NOT NULL")
        )
        return {number: bytes(phone) for number, phone in rows}


class TestReEncrypt:
    async def test_brings_every_row_under_the_new_key_and_repeats_harmlessly(self, engine: AsyncEngine) -> None:
        later = RING.add_key()
        assert await rotation.key_ids_in_use(engine, [COLUMN]) == {RING.current_id}
        assert await rotation.re_encrypt(engine, later, [COLUMN]) == ROWS
        assert await rotation.key_ids_in_use(engine, [COLUMN]) == {later.current_id}
        for number, phone in (await stored(engine)).items():
            assert later.decrypt(phone, context=COLUMN.context(number)) == f"1380000{number:04d}"
        assert await rotation.re_encrypt(engine, later, [COLUMN]) == 0

    async def test_stops_at_what_it_cannot_read_and_goes_on_from_there(self, engine: AsyncEngine) -> None:
        later = RING.add_key()
        foreign = text("UPDATE secrets_under_test.item SET phone = :phone WHERE number = :number")
        async with engine.begin() as connection:
            await connection.execute(foreign, {"number": BATCH + 1, "phone": sealed(0)})
        with pytest.raises(Unreadable):
            await rotation.re_encrypt(engine, later, [COLUMN])
        found = [key_id_of(phone) for _, phone in sorted((await stored(engine)).items())]
        assert found == [later.current_id] * BATCH + [RING.current_id] * 3
        async with engine.begin() as connection:
            await connection.execute(foreign, {"number": BATCH + 1, "phone": sealed(BATCH + 1)})
        assert await rotation.re_encrypt(engine, later, [COLUMN]) == 3
