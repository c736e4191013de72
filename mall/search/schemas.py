"""Answers of search. Lists are built from rows and not checked against these again; a test compares the two."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View
from mall.catalog.schemas import Picture, ProductCard
from mall.search.rules import Part


class Match(StrEnum):
    """How the goods of a page answer the words: all of them, some of them, or there are none."""

    FULL = "full"
    PART = "part"
    NONE = "none"


class ProductPage(View):
    """`match` is null without words; `total` stands on the first page of what is filtered or searched for, else it is null."""

    rows: list[ProductCard]
    next_cursor: str | None
    match: Match | None
    total: int | None


class SuggestedCategory(View):
    code: str
    name: str


class Suggestions(View):
    words: list[str]
    categories: list[SuggestedCategory]


class HotWords(View):
    words: list[str]


class NewShop(View):
    id: UUID
    name: str
    intro: str
    opened_sim_at: datetime
    on_sale: int
    pictures: list[Picture]


class RankPart(View):
    """`value` is 0–100, `points` what it adds to the score (a penalty takes away), `to_gain` what is left to gain."""

    part: Part
    weight: int
    value: int
    points: int
    to_gain: int


class RankedProduct(View):
    title: str
    picture: Picture
    shop_name: str
    place: int
    score: int
    parts: list[RankPart]


class RankView(View):
    """`own` is null when the search does not find the product; `missing` are the words it does not hold."""

    words: list[str]
    missing: list[str]
    on_sale: bool
    found: int
    own: RankedProduct | None
    first: RankedProduct | None
    label: str
    version: int


class SearchSaid(Command):
    q: Annotated[Line, Field(min_length=1, max_length=40)]
