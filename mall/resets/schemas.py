"""Requests and answers about resets."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View


class ShopReset(Command):
    reason: Annotated[Line, Field(min_length=2, max_length=200)]
    """The learner reads it on his desk."""


class ResetView(View):
    """What a reset would do, or has done. The wallets are what they held and what they hold afterwards."""

    seat_id: UUID
    shop_id: UUID
    shop_name: str
    products: int
    unpaid_trades: int
    unpaid_fen: int
    refunded_trades: int
    refund_fen: int
    running_trades: int
    """Shipped ones: they run to their end, and what they earn still reaches the learner's wallet."""
    running_fen: int
    cart_lines: int
    """In the learner's own cart."""
    lines_of_others: int
    """Of the store's goods in other carts."""
    buyer_fen: int
    seller_fen: int
    grant_fen: int


class ResetNote(View):
    """What the learner is told until he opens a store again."""

    shop_name: str
    reason: str
    sim_at: datetime


class LastReset(View):
    note: ResetNote | None
