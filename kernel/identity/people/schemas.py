"""Requests and answers about people."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View


class SealedField(StrEnum):
    ID_NUMBER = "id_number"
    PHONE = "phone"


class PersonRow(View):
    """A learner of a class, his numbers masked; `null` where none is kept."""

    id: UUID
    seat_number: int
    name: str
    id_number: str | None
    phone: str | None


class Reveal(Command):
    field: SealedField
    reason: Annotated[Line, Field(min_length=2, max_length=100)]


class RevealedView(View):
    value: str
