"""Requests and answers of claiming a seat, and of asking a lecturer."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.classroom.claims.models import RequestKind, RequestState
from kernel.classroom.claims.rules import LOGIN_SHAPE
from kernel.classroom.models import CohortState
from kernel.http.fields import Command, Line, View, shaped
from kernel.identity.credentials.schemas import Password

ClassCode = Annotated[Line, Field(min_length=1, max_length=16)]
Pin = Annotated[Line, Field(min_length=1, max_length=16)]
Login = Annotated[
    Line, shaped(LOGIN_SHAPE, "kernel.claims.login_shape"), Field(json_schema_extra={"pattern": LOGIN_SHAPE})
]


class ClaimPreview(Command):
    """Class code and PIN as typed; blanks, dashes and widths do not count."""

    class_code: ClassCode
    pin: Pin


class ClaimPreviewView(View):
    """Whose seat it is, with as much of the name as he himself needs to recognise it."""

    class_name: str
    class_state: CohortState
    seat_number: int
    masked_name: str
    login: str | None
    """The account he has from an earlier class; then its password confirms the claim, and nothing is chosen."""
    suggested_login: str


class ClaimMake(Command):
    class_code: ClassCode
    pin: Pin
    login: Login | None = None
    password: Password


class JoinAsk(Command):
    """A learner without a PIN asks to be let in."""

    class_code: ClassCode
    name: Annotated[Line, Field(min_length=1, max_length=20)]
    phone_tail: Annotated[Line, Field(pattern=r"^[0-9]{4}$")]


class PasswordAsk(Command):
    """A learner asks his lecturer for a new password."""

    class_code: ClassCode
    login: Annotated[Line, Field(min_length=1, max_length=40)]


class AnswerView(View):
    """How far the request of this browser has got; with a seat granted, what its owner claims it with."""

    kind: RequestKind
    state: RequestState
    class_name: str
    reason: str
    class_code: str | None
    pin: str | None


class MyRequestView(View):
    """`request` is null for a browser that has asked nothing."""

    request: AnswerView | None


class Namesake(View):
    """An unclaimed seat of the asker's name: most likely his own, whose PIN he has lost."""

    seat_id: UUID
    number: int
    phone_agrees: bool | None
    """Whether the last four digits are those on the roster; null where it has no phone."""


class RequestRow(View):
    """One request as the lecturer sees it."""

    id: UUID
    kind: RequestKind
    state: RequestState
    name: str
    phone_tail: str | None
    seat_id: UUID | None
    seat_number: int | None
    login: str | None
    browser: str
    asked_at: datetime
    reason: str
    namesakes: list[Namesake]


class RequestListView(View):
    rows: list[RequestRow]


class RequestGrant(Command):
    """Which of the asker's namesakes he is; null seats him anew. A new password needs neither."""

    seat_id: UUID | None = None


class RequestRefuse(Command):
    reason: Annotated[Line, Field(min_length=1, max_length=100)]


class RequestsRefuse(Command):
    """All open requests of one kind at once: somebody floods the class, or everybody is in."""

    kind: RequestKind
    reason: Annotated[Line, Field(min_length=1, max_length=100)]


class RefusedView(View):
    refused: int
