"""Answers with numbers."""

from datetime import datetime
from uuid import UUID

from kernel.http.fields import View
from mall.accounts.schemas import MoneyCheck
from mall.stock.schemas import StockDifference


class Todo(View):
    kind: str
    trade_id: UUID
    number: str
    title: str
    deadline_sim_at: datetime


class Hour(View):
    hour: int
    paid_trades: int
    paid_fen: int


class DeskHome(View):
    """The seller's simulated day. Trades with classmates are shown but never count for marks."""

    paid_fen_today: int
    paid_trades_today: int
    to_ship: int
    on_sale: int
    in_escrow_fen: int
    settled_fen: int
    todos: list[Todo]
    hourly: list[Hour]


class Reconciliation(View):
    checked_at: datetime
    money: MoneyCheck
    stock: list[StockDifference]
    balanced: bool
