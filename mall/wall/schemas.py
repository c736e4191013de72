"""Answers about the class as its lecturer sees it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.http.fields import View


class WallRow(View):
    """One seat: claimed or not, with or without a store. `_at` is real time, `_sim_at` the market's."""

    seat_id: UUID
    seat_number: int
    learner_name: str
    claimed: bool
    is_late: bool
    device: str | None
    """The verdict of the newest device check of this place."""
    flags: int
    requests: int
    shop_id: UUID | None
    shop_name: str | None
    products: int
    on_sale: int
    paid_trades: int
    to_ship: int
    due_soon: int
    late: int
    finished: int
    paid_fen: int
    spark: list[int]
    """Paid trades per two simulated hours, the last day, oldest first."""
    last_sim_at: datetime | None
    last_at: datetime | None
    """When the learner last did something that was kept."""


class Wall(View):
    rows: list[WallRow]
    open_requests: int
    open_registrations: int
    """Stores that wait to be approved."""


class ReturningShops(View):
    """Names of stores that a rollback opens again, in order."""

    names: list[str]


class SeatShop(View):
    id: UUID
    name: str
    state: str
    opened_sim_at: datetime
    retired_sim_at: datetime | None


class SeatGoods(View):
    id: UUID
    title: str
    state: str
    price_fen: int
    sellable: int


class LearnerAction(View):
    """One thing the learner did: `code` is machine and event, or the cause of a move of stock."""

    code: str
    subject: str
    params: dict[str, Any]
    sim_at: datetime
    at: datetime


class SeatPage(View):
    """One learner as his lecturer sees him."""

    row: WallRow
    buyer_fen: int
    seller_fen: int
    in_escrow_fen: int
    bought_trades: int
    shops: list[SeatShop]
    goods: list[SeatGoods]
    actions: list[LearnerAction]
