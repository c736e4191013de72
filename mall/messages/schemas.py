"""Answers about messages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.http.fields import View


class MessageView(View):
    id: UUID
    kind: str
    trade_id: UUID
    params: dict[str, Any]
    sim_at: datetime
    is_read: bool


class MessageList(View):
    rows: list[MessageView]
    unread: int
