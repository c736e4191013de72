"""Requests and answers of the office."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View, shaped
from kernel.identity.credentials.schemas import TemporaryPasswordView
from kernel.identity.models import Role
from kernel.identity.office.rules import LOGIN_SHAPE

RegionCode = Annotated[Line, Field(min_length=6, max_length=6, description="GB/T 2260, six digits.")]
InstitutionName = Annotated[Line, Field(min_length=2, max_length=60)]
LoginName = Annotated[
    Line,
    shaped(LOGIN_SHAPE, "kernel.identity.login_shape"),
    Field(min_length=2, max_length=40, json_schema_extra={"pattern": LOGIN_SHAPE}),
]
DisplayName = Annotated[Line, Field(min_length=1, max_length=20)]


class RegionView(View):
    code: str
    name: str


class InstitutionCreate(Command):
    name: InstitutionName
    region_code: RegionCode


class InstitutionRename(Command):
    name: InstitutionName


class InstitutionRow(View):
    id: UUID
    name: str
    region_code: str
    region: str
    classes: int


class GrantGive(Command):
    """A role, with what it is for: an institution's staff and lecturers in one, an officer in a region."""

    role: Role
    institution_id: UUID | None = None
    region_code: RegionCode | None = None


class AccountCreate(Command):
    login: LoginName
    display_name: DisplayName
    grant: GrantGive


class GrantRow(View):
    id: UUID
    role: Role
    institution: str | None
    region: str | None
    may_take: bool
    """Whether whoever asks may take this role away."""


class AccountRow(View):
    """An account of staff. `is_self`: his own, which others look after."""

    id: UUID
    login: str
    display_name: str
    disabled_at: datetime | None
    may_open: bool
    """Whether it is closed and whoever asks may open it again."""
    must_change_password: bool
    locked_until: datetime | None
    is_self: bool
    grants: list[GrantRow]


class AccountPage(View):
    rows: list[AccountRow]
    total: int


class AccountMade(View):
    """A fresh account, and the password that opens it once."""

    account_id: UUID
    temporary: TemporaryPasswordView


class AccountState(Command):
    state: Literal["active", "disabled"]


class ClassRow(View):
    id: UUID
    name: str
    institution: str
    region: str
    state: str
    is_trial: bool
    starts_on: date | None
    learners: int | None
    """`null` for whoever may not see seats."""
    lecturers: list[str]
