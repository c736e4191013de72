"""Which columns are encrypted, whether our keys read them, and the pass that encrypts them anew under the current key.

A package registers its columns in its `module.py`. The pass works in batches, each a transaction of its own, and may be
broken off and begun again at any row: what is left is whatever does not yet bear the current key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import LargeBinary, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.crypto.keyring import Keyring

BATCH = 500
_ENTER_SYSTEM = text("SELECT set_config('kaidian.scope', 'system', true)")
_KEY_ID = "substring({column} FROM 2 FOR 4)"  # see the layout in `keyring`


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """One column of ciphertexts in a table whose rows the worker sees across sandboxes.

    `bound_as` is the name under which its ciphertexts were made, when the column has moved since.
    """

    table: str
    column: str
    row_id: str = "id"
    bound_as: str | None = None

    def context(self, row_id: object) -> str:
        """Returns what a ciphertext of this column is bound to; whoever encrypts for it asks here."""
        return f"{self.bound_as or f'{self.table}.{self.column}'}:{row_id}"

    @property
    def key_id(self) -> str:
        """The SQL expression of the key's id."""
        return _KEY_ID.format(column=self.column)


async def key_ids_in_use(engine: AsyncEngine, columns: Iterable[EncryptedColumn]) -> set[bytes]:
    """Returns the ids of all keys that some row needs."""
    found: set[bytes] = set()
    async with engine.begin() as connection:
        await connection.execute(_ENTER_SYSTEM)
        for column in columns:
            statement = f"SELECT DISTINCT {column.key_id} FROM {column.table} WHERE {column.column} IS NOT NULL"
            found.update(bytes(row[0]) for row in await connection.execute(text(statement)))
    return found


async def re_encrypt(engine: AsyncEngine, keyring: Keyring, columns: Iterable[EncryptedColumn]) -> int:
    """Brings every row under the current key and returns how many it changed. Safe to repeat.

    Raises:
        Unreadable: a row was encrypted by a key that is not in the file; the rows before it are done.

    """
    changed = 0
    for column in columns:
        last: Any = None
        while True:
            async with engine.begin() as connection:
                await connection.execute(_ENTER_SYSTEM)
                rows = await _next_rows(connection, keyring, column, after=last)
                for row_id, sealed in rows:
                    changed += await _change(connection, keyring, column, row_id, bytes(sealed))
            if not rows:
                break
            last = rows[-1][0]
    return changed


async def _next_rows(
    connection: AsyncConnection, keyring: Keyring, column: EncryptedColumn, *, after: Any
) -> list[tuple[Any, bytes]]:
    later = "" if after is None else f"AND {column.row_id} > :after"
    statement = text(
        f"SELECT {column.row_id}, {column.column} FROM {column.table}"
        f" WHERE {column.column} IS NOT NULL AND {column.key_id} <> :current {later}"
        f" ORDER BY {column.row_id} LIMIT {BATCH}"
    ).bindparams(bindparam("current", keyring.current_id, type_=LargeBinary))
    result = await connection.execute(statement, {} if after is None else {"after": after})
    return [(row[0], row[1]) for row in result]


async def _change(
    connection: AsyncConnection, keyring: Keyring, column: EncryptedColumn, row_id: Any, sealed: bytes
) -> int:
    """Changes one row unless somebody has written it meanwhile; what he wrote bears a key of his own choice."""
    context = column.context(row_id)
    statement = text(
        f"UPDATE {column.table} SET {column.column} = :new WHERE {column.row_id} = :row_id AND {column.column} = :old"
    ).bindparams(bindparam("new", type_=LargeBinary), bindparam("old", type_=LargeBinary))
    values = {"new": keyring.encrypt(keyring.decrypt(sealed, context=context), context=context), "old": sealed}
    return (await connection.execute(statement, {**values, "row_id": row_id})).rowcount
