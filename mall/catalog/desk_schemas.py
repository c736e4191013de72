"""Requests and answers of the seller's desk: drafts, the table of goods, changes of many at once, the judgement of quality."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, PositiveFen, View, Word
from mall.catalog.models import TITLE_LENGTH
from mall.catalog.rules import SKU_LIMIT, SPEC_LIMIT
from mall.catalog.schemas import (
    DETAIL_LIMIT,
    PICTURE_LIMIT,
    Attributes,
    CategoryCode,
    Code,
    Cost,
    DetailBlock,
    DetailWrite,
    OnHand,
    Picture,
    PictureChoice,
    SpecValues,
    SpecView,
    SpecWrite,
    Weight,
)

BATCH_LIMIT = 100
"""Products in one change: a page of the table."""


class SkuDraft(Command):
    """A SKU being written: anything may still be missing."""

    spec: SpecValues = Field(default_factory=list)
    price_fen: PositiveFen | None = None
    market_price_fen: PositiveFen | None = None
    cost_fen: Cost | None = None
    code: Code = ""
    weight_g: Weight = 0
    picture: PictureChoice | None = None
    on_hand: OnHand | None = None


class ProductDraft(Command):
    """Goods being written (草稿). Incomplete is fine; what could never be is refused."""

    title: Annotated[Line, Field(max_length=TITLE_LENGTH)] = ""
    category: Annotated[Word, Field(max_length=24)] = ""
    attributes: Attributes = Field(default_factory=dict)
    pictures: Annotated[list[PictureChoice], Field(max_length=PICTURE_LIMIT)] = Field(default_factory=list)
    detail: Annotated[list[DetailWrite], Field(max_length=DETAIL_LIMIT)] = Field(default_factory=list)
    merchant_code: Code = ""
    freight_template_id: UUID | None = None
    specs: Annotated[list[SpecWrite], Field(max_length=SPEC_LIMIT)] = Field(default_factory=list)
    skus: Annotated[list[SkuDraft], Field(max_length=SKU_LIMIT)] = Field(default_factory=list)


class PriceSet(Command):
    price_fen: PositiveFen


class AttributeForm(View):
    code: str
    name: str
    kind: str
    required: bool
    options: list[str]
    unit: str
    min: int | None
    max: int | None
    max_length: int
    hint: str


class QualificationView(View):
    code: str
    name: str
    note: str


class LeafForm(View):
    """What the editor asks for goods of a leaf."""

    code: str
    name: str
    top_name: str
    label: str
    specs: list[str]
    attributes: list[AttributeForm]
    qualification: QualificationView | None


class DeskSku(View):
    """A SKU as its seller sees it."""

    id: UUID
    spec: list[str]
    spec_text: str
    price_fen: int
    market_price_fen: int | None
    cost_fen: int | None
    code: str
    weight_g: int
    picture: Picture | None
    on_hand: int
    held: int
    allocated: int
    sellable: int


class DeskProductRow(View):
    """Goods in the seller's table. A draft may have neither picture nor price."""

    id: UUID
    title: str
    category: str
    category_name: str
    merchant_code: str
    picture: Picture | None
    price_fen: int | None
    price_max_fen: int | None
    state: str
    has_draft: bool
    quality: int
    on_hand: int
    held: int
    allocated: int
    sellable: int
    sold: int
    skus: list[DeskSku]
    updated_sim_at: datetime


class SkuDraftView(View):
    spec: list[str]
    price_fen: int | None
    market_price_fen: int | None
    cost_fen: int | None
    code: str
    weight_g: int
    picture: Picture | None
    on_hand: int | None


class DraftView(View):
    """What the editor has saved and nobody else sees."""

    title: str
    category: str
    attributes: dict[str, bool | int | str | list[str]]
    pictures: list[Picture]
    detail: list[DetailBlock]
    merchant_code: str
    freight_template_id: UUID | None
    specs: list[SpecView]
    skus: list[SkuDraftView]


class DeskProductView(DeskProductRow):
    attributes: dict[str, bool | int | str | list[str]]
    pictures: list[Picture]
    detail: list[DetailBlock]
    freight_template_id: UUID | None
    specs: list[SpecView]
    draft: DraftView | None
    draft_saved_sim_at: datetime | None


class ShelfCounts(View):
    on_sale: int
    off_shelf: int
    draft: int
    recycled: int


class DeskProductPage(View):
    rows: list[DeskProductRow]
    total: int
    page: int
    size: int
    counts: ShelfCounts


class PutOnShelf(Command):
    kind: Literal["put_on_shelf"]


class TakeOffShelf(Command):
    kind: Literal["take_off_shelf"]


class Recycle(Command):
    kind: Literal["recycle"]


class Restore(Command):
    kind: Literal["restore"]


class MoveToCategory(Command):
    kind: Literal["move_to_category"]
    category: CategoryCode


class ChangePrices(Command):
    """Raises or lowers every price by whole percents, half a fen rounded up, one fen at the least."""

    kind: Literal["change_prices"]
    percent: Annotated[int, Field(strict=True, ge=-90, le=200)]


class SetPrices(Command):
    kind: Literal["set_prices"]
    price_fen: PositiveFen


class SetFreight(Command):
    kind: Literal["set_freight"]
    freight_template_id: UUID | None


BatchChange = Annotated[
    PutOnShelf | TakeOffShelf | Recycle | Restore | MoveToCategory | ChangePrices | SetPrices | SetFreight,
    Field(discriminator="kind"),
]


class ProductBatch(Command):
    ids: Annotated[list[UUID], Field(min_length=1, max_length=BATCH_LIMIT)]
    change: BatchChange


class Refusal(StrEnum):
    """Why one of many products was left as it was."""

    DRAFT = "draft"
    RECYCLED = "recycled"
    BANNED_WORD = "banned_word"
    ATTRIBUTES = "attributes"


class RefusedProduct(View):
    id: UUID
    title: str
    reason: Refusal


class BatchAnswer(View):
    done: int
    refused: list[RefusedProduct]


class VerdictView(View):
    """One check: what it is worth, what is reached, and what its words need."""

    check: str
    points: int
    reached: int
    params: dict[str, str | int]


class WordView(View):
    """A forbidden or doubtful word: where it stands (in characters), why it is one, what to write instead."""

    pointer: str
    word: str
    start: int
    end: int
    group: str
    blocks: bool
    law: str
    consequence: str
    instead: list[str]


class QualityView(View):
    score: int
    label: str
    verdicts: list[VerdictView]
    words: list[WordView]
