"""Requests and answers about stock."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View

STOCK_LIMIT = 1_000_000
"""Units of one SKU at the most, far inside the column's range."""


class StockAdjust(Command):
    delta: Annotated[int, Field(strict=True, ge=-STOCK_LIMIT, le=STOCK_LIMIT)]
    reason: Annotated[Line, Field(min_length=2, max_length=60)]


class StockView(View):
    on_hand: int
    held: int
    allocated: int
    sellable: int


class StockMoveRow(View):
    id: UUID
    sim_at: datetime
    cause_kind: str
    cause_number: str | None
    note: str
    on_hand_delta: int
    held_delta: int
    allocated_delta: int
    on_hand_after: int
    held_after: int
    allocated_after: int


class StockLedger(View):
    level: StockView
    rows: list[StockMoveRow]


class StockDifference(View):
    """One SKU whose counters disagree with its ledger or with its open trades."""

    sku_id: UUID
    title: str
    bucket: str
    counter: int
    ledger: int
    holds: int | None
