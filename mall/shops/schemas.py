"""Requests and answers about stores."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View, Word

Name = Annotated[Line, Field(min_length=2, max_length=20)]
Intro = Annotated[Line, Field(max_length=60)]
Minute = Annotated[int, Field(strict=True, ge=0, le=1440)]


class LogoDrawingIn(Command):
    kind: Literal["art"]
    key: Annotated[Word, Field(min_length=1, max_length=32)]


class LogoUploadIn(Command):
    kind: Literal["file"]
    file_id: UUID


LogoChoice = Annotated[LogoDrawingIn | LogoUploadIn, Field(discriminator="kind")]


class LogoDrawing(View):
    kind: Literal["art"]
    key: str


class LogoPhoto(View):
    kind: Literal["file"]
    file_id: UUID
    url: str
    thumb_url: str


Logo = Annotated[LogoDrawing | LogoPhoto, Field(discriminator="kind")]


class ShopUpdate(Command):
    """What is absent stays."""

    name: Name | None = None
    intro: Intro | None = None
    notice: Annotated[Line, Field(max_length=100)] | None = None
    logo: LogoChoice | None = None
    duty_from_minute: Minute | None = None
    duty_to_minute: Minute | None = None


class ReturnAddressWrite(Command):
    """Where goods are sent back to. Only the region is chosen; person, phone and street are made up."""

    region_code: Annotated[Word, Field(pattern=r"^[1-9][0-9]{5}$")]


class ReturnAddress(View):
    name: str
    phone_masked: str
    region_code: str
    region: str
    address: str


class ShopView(View):
    id: UUID
    name: str
    intro: str
    logo: Logo | None
    notice: str
    categories: list[str]
    duty_from_minute: int
    duty_to_minute: int
    owner_name: str
    state: str
    opened_sim_at: datetime
    on_sale: int


class NameChange(View):
    before: str
    after: str
    sim_at: datetime


class WorkPlace(View):
    """A store the learner works in."""

    id: UUID
    name: str
    role: str


class OwnShopView(ShopView):
    """The store the learner works in now, with what its desk alone shows."""

    role: str
    duties: list[str]
    return_address: ReturnAddress | None
    deposit_fen: int
    renames_left: int
    name_changes: list[NameChange]
    work_places: list[WorkPlace]


class ShownPaper(View):
    name: str
    number: str
    holder: str
    valid_until: str


class ShopLicence(View):
    """What a store must show its buyers (公示). Source: 电子商务法 15. All of it is generated."""

    shop_id: UUID
    shop_name: str
    subject: str
    exemption: str | None
    licence: dict[str, Any] | None
    papers: list[ShownPaper]
