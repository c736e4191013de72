"""Requests and answers about trades."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, View, Word
from mall.catalog.schemas import Picture


class Ship(Command):
    carrier: Annotated[Word, Field(min_length=1, max_length=16)]


class CarrierView(View):
    code: str
    name: str


class Deadline(View):
    """Until when someone must act: on the simulated axis a moment, on the axis of class time the seconds left."""

    kind: str
    axis: str
    due_sim_at: datetime | None
    class_seconds_left: int | None


class TradeRowLine(View):
    title: str
    spec_text: str
    picture: Picture
    price_fen: int
    quantity: int


class TradeRow(View):
    id: UUID
    number: str
    state: str
    total_fen: int
    shop_id: UUID
    shop_name: str
    shop_open: bool
    """Whether the store is still there to be visited; a reset retires it, its trades run to their end."""
    buyer_name: str
    lines: list[TradeRowLine]
    placed_sim_at: datetime
    pay_order_id: UUID
    deadline: Deadline | None
    actions: list[str]
    classmate: bool
    shipped_late: bool


class TradeCounts(View):
    wait_pay: int
    wait_ship: int
    shipped: int
    finished: int
    closed: int


class TradePage(View):
    rows: list[TradeRow]
    total: int
    page: int
    size: int
    counts: TradeCounts


class TradeLineView(View):
    sku_id: UUID
    product_id: UUID
    title: str
    spec_text: str
    picture: Picture
    price_fen: int
    quantity: int
    amount_fen: int
    paid_share_fen: int


class ReceiverView(View):
    name: str
    phone_masked: str
    region: str
    address: str


class TrackView(View):
    state: str
    place: str
    sim_at: datetime


class ParcelView(View):
    id: UUID
    carrier_name: str
    tracking_number: str
    state: str
    expected_sim_at: datetime
    tracks: list[TrackView]


class TradeMoney(View):
    """What was paid and, for the seller, what is earned: cost and profit stay null when no cost was entered."""

    goods_fen: int
    freight_fen: int
    total_fen: int
    commission_bp: int | None
    commission_fen: int | None
    cost_fen: int | None
    profit_fen: int | None


class TimelineEntry(View):
    sim_at: datetime
    lane: str
    code: str
    params: dict[str, Any]


class FlowStep(View):
    """One station of the flow drawing, done or still to come."""

    code: str
    lane: str
    sim_at: datetime | None
    done: bool
    expected: bool


class TradeView(TradeRow):
    side: str
    details: list[TradeLineView]
    remark: str | None
    receiver: ReceiverView
    close_reason: str | None
    parcel: ParcelView | None
    money: TradeMoney
    timeline: list[TimelineEntry]
    steps: list[FlowStep]


class BuyerBadges(View):
    wait_pay: int
    wait_ship: int
    shipped: int


class SellerBadges(View):
    wait_ship: int


class Badges(View):
    buyer: BuyerBadges
    cart: int
    messages: int
    seller: SellerBadges | None
