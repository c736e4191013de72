"""Requests and answers about stores."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View

Name = Annotated[Line, Field(min_length=2, max_length=20)]
Intro = Annotated[Line, Field(max_length=60)]


class ShopOpen(Command):
    name: Name
    intro: Intro = ""


class ShopUpdate(Command):
    name: Name | None = None
    intro: Intro | None = None


class ShopView(View):
    id: UUID
    name: str
    intro: str
    owner_name: str
    state: str
    opened_sim_at: datetime
    on_sale: int
