"""Requests and answers of the lecturer's console."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View

NOTICE_LENGTH = 300


class NoticeSend(Command):
    text: Annotated[Line, Field(min_length=1, max_length=NOTICE_LENGTH)]


class NoticeView(View):
    id: UUID
    author: str
    text: str
    at: datetime
    withdrawn_at: datetime | None


class NoticesView(View):
    """The messages that stand, newest first; snapshot and frame of the topic `notices`."""

    notices: list[NoticeView]


class InterventionView(View):
    """One thing a lecturer did: a flag on the evidence of one learner, or of the whole class."""

    id: UUID
    kind: str
    seat_id: UUID | None
    seat_number: int | None
    learner_name: str | None
    author: str
    reason: str
    params: dict[str, Any]
    sim_at: datetime | None
    at: datetime


class PresenceView(View):
    """Who has a page open now. `since` is when he came, or when his last page was seen."""

    seat_id: UUID
    online: bool
    since: datetime
