"""Requests and answers about goods: what a seller publishes and what buyers see."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import PRICE_LIMIT_FEN, Command, Line, PositiveFen, View, Word
from mall.catalog.models import TITLE_LENGTH
from mall.catalog.rules import NAME_LENGTH, SKU_LIMIT, SPEC_LIMIT, VALUE_LENGTH, VALUE_LIMIT
from mall.shops.schemas import ShopView
from mall.stock.schemas import STOCK_LIMIT

PICTURE_LIMIT = 5
DETAIL_LIMIT = 30
DETAIL_TEXT_LENGTH = 1000
WEIGHT_LIMIT_G = 1_000_000

Title = Annotated[Line, Field(min_length=2, max_length=TITLE_LENGTH)]
"""Counted in characters here; the limit in bytes is `rules.title_errors`."""
CategoryCode = Annotated[Word, Field(min_length=1, max_length=24)]
Code = Annotated[Line, Field(max_length=32)]
"""A seller's own code of a product or SKU (商家编码)."""
StrictNumber = Annotated[int, Field(strict=True, ge=-(10**9), le=10**9)]
Choices = Annotated[list[Annotated[Line, Field(max_length=40)]], Field(max_length=20)]
AttributeValue = Annotated[bool, Field(strict=True)] | StrictNumber | Annotated[Line, Field(max_length=200)] | Choices
Attributes = Annotated[dict[Annotated[Word, Field(max_length=24)], AttributeValue], Field(max_length=20)]
Cost = Annotated[int, Field(strict=True, ge=0, le=PRICE_LIMIT_FEN)]
OnHand = Annotated[int, Field(strict=True, ge=0, le=STOCK_LIMIT)]
Weight = Annotated[int, Field(strict=True, ge=0, le=WEIGHT_LIMIT_G)]
SpecValue = Annotated[Line, Field(min_length=1, max_length=VALUE_LENGTH)]
SpecValues = Annotated[list[SpecValue], Field(max_length=SPEC_LIMIT)]


class DrawnPicture(Command):
    kind: Literal["art"]
    key: Annotated[Word, Field(min_length=1, max_length=32)]


class UploadedPicture(Command):
    kind: Literal["file"]
    file_id: UUID


PictureChoice = Annotated[DrawnPicture | UploadedPicture, Field(discriminator="kind")]


class Drawing(View):
    kind: Literal["art"]
    key: str


class Photo(View):
    kind: Literal["file"]
    file_id: UUID
    url: str
    thumb_url: str


Picture = Annotated[Drawing | Photo, Field(discriminator="kind")]


class TextWrite(Command):
    kind: Literal["text"]
    text: Annotated[Line, Field(min_length=1, max_length=DETAIL_TEXT_LENGTH)]


class PictureWrite(Command):
    kind: Literal["picture"]
    picture: PictureChoice


DetailWrite = Annotated[TextWrite | PictureWrite, Field(discriminator="kind")]


class TextBlock(View):
    kind: Literal["text"]
    text: str


class PictureBlock(View):
    kind: Literal["picture"]
    picture: Picture


DetailBlock = Annotated[TextBlock | PictureBlock, Field(discriminator="kind")]


class SpecWrite(Command):
    name: Annotated[Line, Field(min_length=1, max_length=NAME_LENGTH)]
    values: Annotated[list[SpecValue], Field(min_length=1, max_length=VALUE_LIMIT)]


class SkuWrite(Command):
    """`spec` are its values in the order of the specs. `on_hand` null leaves the units of a known SKU as they are."""

    spec: SpecValues = Field(default_factory=list)
    price_fen: PositiveFen
    market_price_fen: PositiveFen | None = None
    cost_fen: Cost | None = None
    code: Code = ""
    weight_g: Weight = 0
    picture: PictureChoice | None = None
    on_hand: OnHand | None = None


class ProductContent(Command):
    title: Title
    category: CategoryCode
    attributes: Attributes = Field(default_factory=dict)
    pictures: Annotated[list[PictureChoice], Field(min_length=1, max_length=PICTURE_LIMIT)]
    detail: Annotated[list[DetailWrite], Field(max_length=DETAIL_LIMIT)] = Field(default_factory=list)
    merchant_code: Code = ""
    freight_template_id: UUID | None = None
    specs: Annotated[list[SpecWrite], Field(max_length=SPEC_LIMIT)] = Field(default_factory=list)
    skus: Annotated[list[SkuWrite], Field(min_length=1, max_length=SKU_LIMIT)]


class ProductCreate(ProductContent):
    on_shelf: Annotated[bool, Field(strict=True)] = True


class ProductUpdate(ProductContent):
    """`on_shelf` null leaves goods where they are; a draft then goes to the warehouse."""

    on_shelf: Annotated[bool, Field(strict=True)] | None = None


class SpecView(View):
    name: str
    values: list[str]


class AttributeView(View):
    """One attribute as it is shown: `value` is a text with its unit, or a plain yes or no."""

    code: str
    label: str
    value: bool | str


class SkuView(View):
    """A SKU as buyers see it."""

    id: UUID
    spec: list[str]
    spec_text: str
    price_fen: int
    market_price_fen: int | None
    sellable: int
    picture: Picture | None


class LeafView(View):
    code: str
    name: str
    art: str


class CategoryView(View):
    """A department with its leaves."""

    code: str
    name: str
    art: str
    leaves: list[LeafView]


class ProductCard(View):
    """Goods in a list. `price_fen` is the lowest price; with a higher `price_max_fen` it is “from”."""

    id: UUID
    title: str
    picture: Picture
    price_fen: int
    price_max_fen: int
    market_price_fen: int | None
    sold: int
    shop_id: UUID
    shop_name: str


class ShopCard(View):
    id: UUID
    name: str
    on_sale: int


class ProductView(View):
    """Goods as buyers see them; `sellable` is that of all SKUs together."""

    id: UUID
    title: str
    category: str
    category_name: str
    attributes: list[AttributeView]
    picture: Picture
    pictures: list[Picture]
    detail: list[DetailBlock]
    specs: list[SpecView]
    skus: list[SkuView]
    price_fen: int
    price_max_fen: int
    market_price_fen: int | None
    sellable: int
    sold: int
    state: str
    own: bool
    shop: ShopCard


class ShopFront(View):
    shop: ShopView
    rows: list[ProductCard]
