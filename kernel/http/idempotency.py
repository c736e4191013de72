"""Idempotent commands: the same `Idempotency-Key` twice has one effect and one answer.

A try-lock on the key keeps a double click from running twice at once (409, retryable); the answer is a row written in the
command's own transaction, so it exists exactly when the effect does. The same key with another body is a client's mistake
(422). Source: DESIGN ground rule 11.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated, Any

import orjson
from fastapi import Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy import insert, text

from kernel.errors import Conflict, Invalid
from kernel.http.idempotency_models import IdempotentAnswer
from kernel.unit_of_work import UnitOfWork

_CLAIM = text("SELECT * FROM kernel_claim_key(:realm_id, :actor_id, :key)")


class Once:
    """The idempotency key of one command."""

    def __init__(self, *, key: str, operation: str) -> None:
        self.key = key
        self.operation = operation

    @classmethod
    def of(
        cls,
        request: Request,
        idempotency_key: Annotated[str, Header(min_length=8, max_length=80, pattern=r"^[\x21-\x7e]+$")],
    ) -> "Once":
        """Returns the key of this request; its absence is a 422 at the header."""
        return cls(key=idempotency_key, operation=f"{request.method} {request.url.path}")

    async def run(
        self,
        uow: UnitOfWork,
        body: BaseModel | None,
        act: Callable[[], Awaitable[BaseModel]],
        *,
        status: int = 201,
    ) -> Response:
        """Runs `act` the first time and repeats its answer afterwards.

        Raises:
            Conflict: the first run is still under way.
            Invalid: the key was used with another command or body.

        """
        request_hash = self._hash(body)
        realm_id = uow.realm_id  # the command itself may enter the sandbox that it opens
        row = (await uow.execute(_CLAIM, {"realm_id": realm_id, "actor_id": uow.actor.id, "key": self.key})).one()
        if not row.locked:
            raise Conflict("kernel.request.still_running")
        if row.request_hash is not None:
            if row.request_hash != request_hash:
                raise Invalid("kernel.request.key_reused")
            return JSONResponse(row.body, status_code=row.status, headers={"Idempotent-Replay": "true"})
        answer: dict[str, Any] = (await act()).model_dump(mode="json")
        await uow.execute(
            insert(IdempotentAnswer),
            {
                "realm_id": realm_id,
                "actor_id": uow.actor.id,
                "key": self.key,
                "operation": self.operation[:80],
                "request_hash": request_hash,
                "status": status,
                "body": answer,
                "at": uow.now.at,
            },
        )
        return JSONResponse(answer, status_code=status)

    def _hash(self, body: BaseModel | None) -> str:
        payload = body.model_dump(mode="json") if body is not None else None
        return sha256(orjson.dumps([self.operation, payload], option=orjson.OPT_SORT_KEYS)).hexdigest()
