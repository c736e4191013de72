"""Requests and answers of checkout."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View
from kernel.money import FEN_LIMIT
from mall.carts.schemas import ITEM_LIMIT, Quantity
from mall.catalog.schemas import Picture
from mall.payments.schemas import PaymentView
from mall.trades.schemas import ReceiverView


class LineWanted(Command):
    sku_id: UUID
    quantity: Quantity


Lines = Annotated[list[LineWanted], Field(min_length=1, max_length=ITEM_LIMIT)]


class QuoteRequest(Command):
    """Without an address the buyer's default one counts: freight depends on it."""

    lines: Lines
    address_id: UUID | None = None


class ShopRemark(Command):
    """What the buyer tells one store."""

    shop_id: UUID
    text: Annotated[Line, Field(max_length=100)]


class TradePlace(Command):
    """`expected_total_fen` is what the buyer saw; another total is refused, never charged."""

    lines: Lines
    expected_total_fen: Annotated[int, Field(strict=True, ge=1, le=FEN_LIMIT)]
    address_id: UUID | None = None
    remarks: Annotated[list[ShopRemark], Field(default_factory=list, max_length=ITEM_LIMIT)]
    from_cart: bool = False


class QuoteLine(View):
    sku_id: UUID
    product_id: UUID
    title: str
    spec_text: str
    picture: Picture
    price_fen: int
    quantity: int
    amount_fen: int
    paid_share_fen: int
    sellable: int
    deliverable: bool
    """Whether its store sends to where the buyer is; if not, it cannot be ordered."""


class QuoteShop(View):
    shop_id: UUID
    shop_name: str
    lines: list[QuoteLine]
    goods_fen: int
    freight_fen: int
    total_fen: int


class TraceStepView(View):
    layer: str
    rule: str
    shop_name: str | None
    base_fen: int
    change_fen: int
    subtotal_fen: int
    applied: bool
    reason: str | None
    params: dict[str, int]


class QuoteView(View):
    shops: list[QuoteShop]
    trace: list[TraceStepView]
    total_fen: int
    receiver: ReceiverView
    address_id: UUID | None
    """The address in the buyer's book; null for the invented receiver of an empty one."""
    wallet_fen: int
    pay_class_minutes: int


class PayOrderTrade(View):
    id: UUID
    number: str
    state: str
    shop_name: str
    total_fen: int
    placed_fen: int
    """The total when it was placed; the seller may have changed it since."""


class PayOrderView(View):
    id: UUID
    number: str
    state: str
    total_fen: int
    wallet_fen: int
    pay_seconds_left: int
    pay_deadline_class_seconds: int
    created_sim_at: datetime
    trades: list[PayOrderTrade]
    attempts: list[PaymentView]
