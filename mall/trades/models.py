"""Tables of trades: trade, its lines, and how often a pair of classmates has traded."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class TradeState(StrEnum):
    WAIT_PAY = "wait_pay"
    WAIT_SHIP = "wait_ship"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    FINISHED = "finished"
    SEALED = "sealed"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a trade was closed. The buyer's and the seller's own stand in `rules`."""

    BUYER_CANCELLED = "buyer_cancelled"
    BUYER_WRONG_GOODS = "buyer_wrong_goods"
    BUYER_WRONG_DETAILS = "buyer_wrong_details"
    BUYER_FOUND_BETTER = "buyer_found_better"
    SELLER_UNPAID = "seller_unpaid"
    SELLER_BUYER_DECLINED = "seller_buyer_declined"
    SELLER_WRONG_DETAILS = "seller_wrong_details"
    SELLER_MALICIOUS = "seller_malicious"
    SELLER_OUT_OF_STOCK = "seller_out_of_stock"
    SELLER_WRONG_GOODS = "seller_wrong_goods"
    SELLER_IN_PERSON = "seller_in_person"
    PAY_TIMEOUT = "pay_timeout"
    SHOP_RESET = "shop_reset"
    REFUNDED = "refunded"


class Flag(StrEnum):
    """The colour by which a seller marks a trade for himself (备注旗)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"


class Trade(SQLModel, table=True):
    """What one buyer buys from one store (交易). Title, price and receiver are snapshots of the moment of placing."""

    __tablename__ = "mall_trade"
    __table_args__ = (
        CheckConstraint("total_fen = goods_fen + freight_fen", name="mall_trade_total_adds_up"),
        CheckConstraint("total_fen > 0", name="mall_trade_total_positive"),
        CheckConstraint("refunded_fen BETWEEN 0 AND total_fen", name="mall_trade_refunded_at_most_paid"),
        CheckConstraint("refunded_fen = 0 OR paid_sim_at IS NOT NULL", name="mall_trade_refunded_was_paid"),
        CheckConstraint("flag IN ('red', 'yellow', 'green', 'blue', 'purple')", name="mall_trade_flag_known"),
        CheckConstraint("granted_days >= 0", name="mall_trade_granted_days_not_negative"),
        CheckConstraint("(state = 'closed') = (close_reason IS NOT NULL)", name="mall_trade_closed_has_reason"),
        Index("mall_trade_of_buyer", "sandbox_id", "buyer_seat_id", "id"),
        Index("mall_trade_of_seller", "sandbox_id", "seller_seat_id", "id"),
        Index("mall_trade_of_shop", "sandbox_id", "shop_id", "state", "id"),
        Index("mall_trade_of_pay_order", "pay_order_id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    number: str = columns.text_column(20)
    pay_order_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_pay_order.id"), nullable=False))
    shop_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_shop.id"), nullable=False))
    seller_seat_id: UUID = columns.ref_column()
    buyer_seat_id: UUID = columns.ref_column()
    buyer_name: str = columns.text_column(20)
    state: TradeState = columns.enum_column("mall_trade", "state", TradeState)
    close_reason: str | None = columns.text_column(24, nullable=True)
    classmate: bool = columns.flag_column()
    goods_fen: int = columns.fen_column()
    freight_fen: int = columns.fen_column()
    total_fen: int = columns.fen_column()
    placed_fen: int = columns.fen_column()
    """The total when it was placed; another one now says that the seller has changed the price."""
    commission_bp: int = columns.count_column()
    receiver: dict[str, Any] = columns.json_column()
    remark: str | None = columns.text_column(100, nullable=True)
    pay_by_class_ms: int = columns.big_column()
    placed_sim_at: datetime = columns.sim_at_column()
    paid_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    ship_by_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    shipped_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    confirm_by_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    finished_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    seal_at_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    shipped_late: bool = columns.flag_column()
    refunded_fen: int = columns.fen_column()
    memo: str | None = columns.text_column(200, nullable=True)
    flag: str | None = columns.text_column(8, nullable=True)
    receiver_asked: dict[str, Any] | None = columns.json_column(nullable=True)
    buyer_extended: bool = columns.flag_column()
    granted_days: int = columns.count_column(0)


class TradeLine(SQLModel, table=True):
    """One SKU of a trade. `paid_share_fen` is what a refund of the whole line gives back.

    Of `quantity` units `shipped` are with a courier or beyond, `refunded` are paid back, the rest is still to be shipped.
    """

    __tablename__ = "mall_trade_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="mall_trade_line_quantity_positive"),
        CheckConstraint("amount_fen = price_fen * quantity", name="mall_trade_line_amount_adds_up"),
        CheckConstraint("paid_share_fen BETWEEN 0 AND amount_fen", name="mall_trade_line_share_in_range"),
        CheckConstraint("shipped >= 0 AND refunded >= 0", name="mall_trade_line_units_not_negative"),
        CheckConstraint("shipped + refunded <= quantity", name="mall_trade_line_units_add_up"),
        CheckConstraint("refunded_fen BETWEEN 0 AND paid_share_fen", name="mall_trade_line_refunded_at_most_paid"),
        CheckConstraint("weight_g >= 0", name="mall_trade_line_weight_not_negative"),
        Index("mall_trade_line_of_trade", "trade_id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    trade_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_trade.id"), nullable=False))
    sku_id: UUID = columns.ref_column()
    product_id: UUID = columns.ref_column()
    title: str = columns.text_column(60)
    spec_text: str = columns.text_column(60)
    picture: dict[str, Any] = columns.json_column()
    price_fen: int = columns.fen_column()
    quantity: int = columns.count_column()
    amount_fen: int = columns.fen_column()
    paid_share_fen: int = columns.fen_column()
    cost_fen: int | None = columns.fen_column(nullable=True)
    weight_g: int = columns.count_column()
    shipped: int = columns.count_column(0)
    refunded: int = columns.count_column(0)
    refunded_fen: int = columns.fen_column()


class ClassmatePair(SQLModel, table=True):
    """How many live trades a learner has with a classmate's store; the guard of the limit of DESIGN ground rule 13."""

    __tablename__ = "mall_classmate_pair"
    __table_args__ = (CheckConstraint("trades >= 0", name="mall_classmate_pair_not_negative"),)

    buyer_seat_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    shop_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    trades: int = columns.count_column()
