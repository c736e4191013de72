"""Requests and answers about freight templates."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Fen, Line, View, Word
from mall.freight.rules import FEE_LIMIT_FEN, FREE_AT_MOST, NAME_LIMIT, ROWS_AT_MOST, ChargeBy

REGIONS_AT_MOST = 400

Fee = Annotated[int, Field(strict=True, ge=0, le=FEE_LIMIT_FEN)]
Amount = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
"""Pieces, or grams up to a ton."""
RegionPrefix = Annotated[Word, Field(pattern=r"^[1-9][0-9]([0-9]{2})?$")]
"""A province by two digits, a city by four."""
Regions = Annotated[list[RegionPrefix], Field(max_length=REGIONS_AT_MOST)]
SomeRegions = Annotated[list[RegionPrefix], Field(min_length=1, max_length=REGIONS_AT_MOST)]


class TariffIn(Command):
    first: Amount
    first_fen: Fee
    more: Amount
    more_fen: Fee


class RegionTariffIn(TariffIn):
    regions: SomeRegions


class FreeConditionIn(Command):
    regions: Regions = Field(default_factory=list)
    min_fen: Annotated[int, Field(strict=True, ge=1, le=10**8)] | None = None
    min_pieces: Annotated[int, Field(strict=True, ge=1, le=999)] | None = None


class FreightTemplateWrite(Command):
    name: Annotated[Line, Field(min_length=1, max_length=NAME_LIMIT)]
    charge_by: ChargeBy
    tariff: TariffIn
    rows: Annotated[list[RegionTariffIn], Field(max_length=ROWS_AT_MOST)] = Field(default_factory=list)
    free: Annotated[list[FreeConditionIn], Field(max_length=FREE_AT_MOST)] = Field(default_factory=list)
    not_delivered: Regions = Field(default_factory=list)
    is_default: bool = False


class FreightTry(Command):
    """What a sender wants to know before he saves: so many pieces of so many grams to a region."""

    template: FreightTemplateWrite
    quantity: Annotated[int, Field(strict=True, ge=1, le=999)]
    weight_g: Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
    amount_fen: Fen
    region_code: Annotated[Word, Field(pattern=r"^[1-9][0-9]{5}$")]


class FreightView(View):
    """`fen` is null where the template does not send to."""

    fen: int | None
    reason: str
    params: dict[str, int]
    region: str


class TariffView(View):
    first: int
    first_fen: int
    more: int
    more_fen: int


class RegionTariffView(TariffView):
    regions: list[str]


class FreeConditionView(View):
    regions: list[str]
    min_fen: int | None
    min_pieces: int | None


class FreightTemplateView(View):
    id: UUID
    name: str
    charge_by: ChargeBy
    tariff: TariffView
    rows: list[RegionTariffView]
    free: list[FreeConditionView]
    not_delivered: list[str]
    is_default: bool
    products: int
    """How many goods are sent by it."""
    updated_sim_at: datetime


class FreightTemplateList(View):
    rows: list[FreightTemplateView]
    at_most: int
