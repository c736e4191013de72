"""Answers of the log of log-ins."""

from datetime import datetime
from uuid import UUID

from kernel.http.fields import View
from kernel.identity.models import LoginOutcome


class LoginRow(View):
    """One try to log in."""

    id: UUID
    account_id: UUID
    login: str
    display_name: str
    outcome: LoginOutcome
    address: str
    browser: str
    at: datetime


class LoginPage(View):
    """Newest first; `next_before` is what to ask for next, `null` at the end."""

    rows: list[LoginRow]
    next_before: UUID | None
