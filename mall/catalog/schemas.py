"""Requests and answers about goods."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, PositiveFen, View, Word
from mall.shops.schemas import ShopView
from mall.stock.schemas import STOCK_LIMIT

Title = Annotated[Line, Field(min_length=2, max_length=30)]
Description = Annotated[Line, Field(max_length=500)]
CategoryCode = Annotated[Word, Field(min_length=1, max_length=24)]


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


class ProductCreate(Command):
    title: Title
    category: CategoryCode
    description: Description = ""
    picture: PictureChoice
    price_fen: PositiveFen
    market_price_fen: PositiveFen | None = None
    cost_fen: Annotated[int, Field(strict=True, ge=0, le=10**12)] | None = None
    on_hand: Annotated[int, Field(strict=True, ge=0, le=STOCK_LIMIT)]
    on_shelf: bool = True


class ProductUpdate(Command):
    title: Title
    category: CategoryCode
    description: Description = ""
    picture: PictureChoice
    price_fen: PositiveFen
    market_price_fen: PositiveFen | None = None
    cost_fen: Annotated[int, Field(strict=True, ge=0, le=10**12)] | None = None


class CategoryView(View):
    code: str
    name: str
    art: str


class ProductCard(View):
    id: UUID
    title: str
    picture: Picture
    price_fen: int
    market_price_fen: int | None
    sold: int
    shop_id: UUID
    shop_name: str


class ShopCard(View):
    id: UUID
    name: str
    on_sale: int


class ProductView(View):
    id: UUID
    sku_id: UUID
    title: str
    description: str
    category: str
    picture: Picture
    price_fen: int
    market_price_fen: int | None
    sellable: int
    sold: int
    state: str
    own: bool
    shop: ShopCard


class DeskProductRow(View):
    id: UUID
    sku_id: UUID
    title: str
    category: str
    picture: Picture
    price_fen: int
    market_price_fen: int | None
    cost_fen: int | None
    state: str
    on_hand: int
    held: int
    allocated: int
    sellable: int
    sold: int
    updated_sim_at: datetime


class DeskProductView(DeskProductRow):
    description: str


class ShelfCounts(View):
    on_sale: int
    off_shelf: int


class DeskProductPage(View):
    rows: list[DeskProductRow]
    total: int
    page: int
    size: int
    counts: ShelfCounts


class ShopFront(View):
    shop: ShopView
    rows: list[ProductCard]
