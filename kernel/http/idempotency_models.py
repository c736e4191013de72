"""Table of given answers, so that a repeated command gets the same one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, String, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class IdempotentAnswer(SQLModel, table=True):
    """The answer to a command, written in the command's own transaction. `realm_id`: the sandbox, outside one the account."""

    __tablename__ = "kernel_idempotent_answer"

    realm_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    actor_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    key: str = Field(sa_column=Column(String(80), primary_key=True))
    operation: str = columns.text_column(80)
    request_hash: str = columns.text_column(64)
    status: int = columns.count_column()
    body: dict[str, Any] = columns.json_column()
    at: datetime = columns.at_column()
