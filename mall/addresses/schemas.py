"""Requests and answers about addresses."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View, Word
from mall.addresses.models import Label


class AddressWrite(Command):
    """An address as a whole: adding and changing take the same."""

    label: Label = Label.NONE
    name: Annotated[Line, Field(min_length=2, max_length=12)]
    phone: Annotated[Line, Field(max_length=20)]
    region_code: Annotated[Word, Field(max_length=6)]
    street: Annotated[Line, Field(min_length=4, max_length=60)]
    is_default: Annotated[bool, Field(strict=True)] = False


class AddressView(View):
    id: UUID
    label: str
    name: str
    phone: str
    phone_masked: str
    region_code: str
    region: str
    street: str
    is_default: bool


class AddressBook(View):
    rows: list[AddressView]
    limit: int


class SuggestionView(View):
    """An invented receiver to fill the form with."""

    name: str
    phone: str
    region_code: str
    region: str
    street: str


class RegionChoice(View):
    code: str
    name: str
    leaf: bool
