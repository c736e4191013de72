"""Requests and answers of signing in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View, Word
from kernel.sandbox.schemas import ClockView


class SignIn(Command):
    login: Annotated[Line, Field(min_length=1, max_length=40)]
    password: Annotated[Word, Field(min_length=1, max_length=128)]


class AccountView(View):
    id: UUID
    login: str
    display_name: str


class SeatView(View):
    id: UUID
    number: int
    display_name: str


class CohortView(View):
    """The class a person is in; it exists before its sandbox."""

    id: UUID
    name: str
    state: str


class SandboxView(View):
    id: UUID
    name: str
    cohort_name: str


class InstitutionView(View):
    id: UUID
    name: str


class PasswordResetView(View):
    """Who reset the password last, and when: the person himself is told."""

    by: str
    at: datetime


class SessionView(View):
    """Who is signed in, where he sits, what he may do, and what time it is there."""

    csrf_token: str
    account: AccountView
    role: str
    seat: SeatView | None
    cohort: CohortView | None
    sandbox: SandboxView | None
    institution: InstitutionView | None
    capabilities: list[str]
    clock: ClockView | None
    must_change_password: bool
    password_reset: PasswordResetView | None
