"""Requests and answers about trades."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Fen, Line, View, Word
from mall.catalog.schemas import Picture
from mall.fulfilment.schemas import ParcelView
from mall.payments.schemas import RefundView
from mall.trades.models import CloseReason, Flag

SellerReason = Literal[
    CloseReason.SELLER_UNPAID,
    CloseReason.SELLER_BUYER_DECLINED,
    CloseReason.SELLER_WRONG_DETAILS,
    CloseReason.SELLER_MALICIOUS,
    CloseReason.SELLER_OUT_OF_STOCK,
    CloseReason.SELLER_WRONG_GOODS,
    CloseReason.SELLER_IN_PERSON,
]


CarrierCode = Annotated[Word, Field(min_length=1, max_length=16)]
TrackingNumber = Annotated[Line, Field(min_length=6, max_length=20)]
LINES_LIMIT = 100
"""Lines of one trade, as many as a cart may hold."""
BATCH_LIMIT = 50
"""Trades shipped at once."""


class ShipLine(Command):
    line_id: UUID
    quantity: Annotated[int, Field(strict=True, ge=1, le=999)]


class Ship(Command):
    """One parcel. Without `lines` it takes all that is left; without a number the courier gives one."""

    carrier: CarrierCode
    tracking_number: TrackingNumber | None = None
    lines: Annotated[list[ShipLine], Field(min_length=1, max_length=LINES_LIMIT)] | None = None


class Resend(Command):
    carrier: CarrierCode
    tracking_number: TrackingNumber | None = None


class BatchRow(Command):
    trade_id: UUID
    tracking_number: TrackingNumber | None = None


class BatchShip(Command):
    carrier: CarrierCode
    rows: Annotated[list[BatchRow], Field(min_length=1, max_length=BATCH_LIMIT)]


class BatchResult(View):
    """What became of one row: `problem` says in words why it was refused."""

    trade_id: UUID
    shipped: bool
    code: str | None
    problem: str | None


class BatchShipped(View):
    rows: list[BatchResult]


class NumbersAsked(Command):
    carrier: CarrierCode
    count: Annotated[int, Field(strict=True, ge=1, le=BATCH_LIMIT)]


class NumbersGiven(View):
    numbers: list[str]


class RepriceLine(Command):
    line_id: UUID
    amount_fen: Fen


class Reprice(Command):
    """What each line costs from now on, in all its units, and the freight. Source: freight ≤ 999.99, training domain §10."""

    lines: Annotated[list[RepriceLine], Field(min_length=1, max_length=LINES_LIMIT)]
    freight_fen: Annotated[int, Field(strict=True, ge=0, le=99_999)]


class TradeClose(Command):
    reason: SellerReason


class Memo(Command):
    memo: Annotated[Line, Field(max_length=200)] | None
    flag: Flag | None


class AddressAsk(Command):
    """Which of the other receivers, counted from one."""

    choice: Annotated[int, Field(strict=True, ge=1, le=9)]


class AddressAnswer(Command):
    agree: bool


class Readdress(Command):
    address: Annotated[Line, Field(min_length=4, max_length=60)]


class Grant(Command):
    days: Annotated[int, Field(strict=True, ge=1, le=30)]


class Deadline(View):
    """Until when someone must act: on the simulated axis a moment, on the axis of class time the seconds left."""

    kind: str
    axis: str
    due_sim_at: datetime | None
    class_seconds_left: int | None


class TradeRowLine(View):
    """One line; `left` units are still to be shipped."""

    id: UUID
    title: str
    spec_text: str
    picture: Picture
    price_fen: int
    quantity: int
    left: int


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
    remark: str | None
    memo: str | None
    flag: str | None
    placed_fen: int
    """The total when it was placed; another one now says that the seller has changed the price."""
    refunded_fen: int
    address_asked: bool
    lost_parcels: int
    untracked_parcels: int
    """Parcels whose number had no track for a day; only the seller is told."""


class TradeCounts(View):
    wait_pay: int
    wait_ship: int
    part_shipped: int
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
    id: UUID
    sku_id: UUID
    product_id: UUID
    title: str
    spec_text: str
    picture: Picture
    price_fen: int
    quantity: int
    amount_fen: int
    paid_share_fen: int
    weight_g: int
    shipped: int
    refunded: int
    refunded_fen: int


class ReceiverView(View):
    name: str
    phone_masked: str
    region: str
    address: str


class TradeMoney(View):
    """What was paid and, for the seller, what is earned: cost and profit stay null when no cost was entered.

    `cost_fen` counts the units that left the house, lost ones and their replacements included, and those still to be shipped;
    `courier_fen` is what the couriers took for the parcels so far.
    """

    list_fen: int
    goods_fen: int
    freight_fen: int
    total_fen: int
    refunded_fen: int
    courier_fen: int | None
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
    receiver: ReceiverView
    receiver_asked: ReceiverView | None
    close_reason: str | None
    parcels: list[ParcelView]
    refunds: list[RefundView]
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
