"""Requests and answers about carts."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, View
from mall.catalog.schemas import Picture

ITEM_LIMIT = 100
"""Different SKUs in a cart, and so in one checkout: who fills his cart can also buy it."""

QUANTITY_LIMIT = 999
Quantity = Annotated[int, Field(strict=True, ge=1, le=QUANTITY_LIMIT)]


class CartAdd(Command):
    sku_id: UUID
    quantity: Quantity = 1


class CartChange(Command):
    quantity: Quantity | None = None
    selected: Annotated[bool, Field(strict=True)] | None = None


SkuIds = Annotated[list[UUID], Field(min_length=1, max_length=ITEM_LIMIT)]


class CartSelect(Command):
    sku_ids: SkuIds
    selected: Annotated[bool, Field(strict=True)]


class CartRemove(Command):
    sku_ids: SkuIds


class CartSwap(Command):
    """Another specification of the same product in a line's place."""

    sku_id: UUID
    to_sku_id: UUID
    quantity: Quantity


class CartItemView(View):
    sku_id: UUID
    product_id: UUID
    title: str
    spec_text: str
    picture: Picture
    price_fen: int
    added_price_fen: int
    """What a piece cost when it was last put in."""
    quantity: int
    selected: bool
    sellable: int
    valid: bool
    invalid_reason: str | None


class CartShop(View):
    shop_id: UUID
    shop_name: str
    items: list[CartItemView]


class CartView(View):
    shops: list[CartShop]
    invalid: list[CartItemView]
    selected_total_fen: int
    selected_count: int
    count: int
