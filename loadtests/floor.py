"""The floor: what this machine gives without any product. Bare ASGI under uvicorn, plain asyncpg, no sign-in, no walls.

`/hello` a constant, `/list` twenty rows as JSON, `/order` one transaction: stock, order, ledger. Whatever we build costs more;
how much more is what the load test tells.
"""

import os
from typing import Any

import asyncpg
import orjson

SCHEMA = """
    CREATE SCHEMA floor;
    CREATE TABLE floor.product AS
      SELECT n AS id, 'Product ' || n AS title, n * 7 % 9000 + 100 AS price_fen, n % 30 AS shop_id, n * 31 % 1000 AS turn
        FROM generate_series(0, 999) n;
    CREATE INDEX ON floor.product (turn);
    CREATE TABLE floor.stock AS SELECT n AS id, 1000000 AS on_hand FROM generate_series(0, 999) n;
    ALTER TABLE floor.stock ADD PRIMARY KEY (id);
    CREATE TABLE floor.trade (id bigserial PRIMARY KEY, sku_id int NOT NULL, total_fen bigint NOT NULL);
    CREATE TABLE floor.move (id bigserial PRIMARY KEY, sku_id int NOT NULL, delta int NOT NULL);
"""
_LIST = "SELECT id, title, price_fen, shop_id FROM floor.product ORDER BY turn LIMIT 20"
_TAKE = "UPDATE floor.stock SET on_hand = on_hand - 1 WHERE id = $1 AND on_hand > 0"
_TRADE = "INSERT INTO floor.trade (sku_id, total_fen) VALUES ($1, 100)"
_MOVE = "INSERT INTO floor.move (sku_id, delta) VALUES ($1, -1)"
_HEADERS = [(b"content-type", b"application/json")]


class Floor:
    """The application."""

    pool: Any = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answers one request."""
        if scope["type"] == "lifespan":
            await receive()
            self.pool = await asyncpg.create_pool(os.environ["FLOOR_URL"], min_size=10, max_size=10)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self.pool.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        content = await {"/hello": self.hello, "/list": self.list, "/order": self.order}[scope["path"]](scope)
        headers = [*_HEADERS, (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def hello(self, _scope: dict[str, Any]) -> bytes:
        """Returns a constant."""
        return b'{"hello":"world"}'

    async def list(self, _scope: dict[str, Any]) -> bytes:
        """Returns twenty rows."""
        async with self.pool.acquire() as connection:
            return orjson.dumps([dict(row) for row in await connection.fetch(_LIST)])

    async def order(self, scope: dict[str, Any]) -> bytes:
        """Sells one unit."""
        sku_id = int(scope["query_string"])
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(_TAKE, sku_id)
            await connection.execute(_TRADE, sku_id)
            await connection.execute(_MOVE, sku_id)
        return b'{"state":"placed"}'


app = Floor()
