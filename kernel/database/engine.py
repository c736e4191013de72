"""Engines: one asyncpg pool a process, JSON by orjson."""

from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

LOCK_TIMEOUT_MS = 5_000
STATEMENT_TIMEOUT_MS = 15_000


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def create_engine(url: str, *, pool_size: int, application_name: str) -> AsyncEngine:
    """Returns an engine whose sessions give up on a lock after 5 s and on a statement after 15 s."""
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=False,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        connect_args={
            "server_settings": {
                "plan_cache_mode": "force_generic_plan",  # our tables are small: planning cost more than it saved
                "application_name": application_name,
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": "30000",
                "timezone": "UTC",
            }
        },
    )
