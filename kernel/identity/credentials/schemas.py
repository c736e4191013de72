"""Requests and answers about passwords."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kernel.http.fields import Command, View, Word
from kernel.identity.credentials.rules import LONGEST

Password = Annotated[Word, Field(min_length=1, max_length=LONGEST)]


class PasswordChange(Command):
    current: Password
    new: Password


class TemporaryPasswordView(View):
    """Shown once, to whoever asked for it; nobody can look it up later."""

    login: str
    display_name: str
    password: str
    expires_at: datetime
