"""Requests and answers about places."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, View


class PlaceKind(StrEnum):
    CLASS = "class"
    ROLE = "role"


class PlaceChoice(Command):
    kind: PlaceKind
    id: Annotated[UUID, Field(description="The class's id, or the role grant's.")]


class PlaceView(View):
    """One class or role; `state` is the class's."""

    kind: PlaceKind
    id: UUID
    role: str
    title: str
    subtitle: str
    state: str | None
    is_current: bool
