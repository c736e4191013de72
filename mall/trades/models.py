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
    SHIPPED = "shipped"
    FINISHED = "finished"
    SEALED = "sealed"
    CLOSED = "closed"


class CloseReason(StrEnum):
    BUYER_CANCELLED = "buyer_cancelled"
    PAY_TIMEOUT = "pay_timeout"
    SHOP_RESET = "shop_reset"


class Trade(SQLModel, table=True):
    """What one buyer buys from one store (交易). Title, price and receiver are snapshots of the moment of placing."""

    __tablename__ = "mall_trade"
    __table_args__ = (
        CheckConstraint("total_fen = goods_fen + freight_fen", name="mall_trade_total_adds_up"),
        CheckConstraint("total_fen > 0", name="mall_trade_total_positive"),
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


class TradeLine(SQLModel, table=True):
    """One SKU of a trade. `paid_share_fen` is what a refund of this line gives back."""

    __tablename__ = "mall_trade_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="mall_trade_line_quantity_positive"),
        CheckConstraint("amount_fen = price_fen * quantity", name="mall_trade_line_amount_adds_up"),
        CheckConstraint("paid_share_fen BETWEEN 0 AND amount_fen", name="mall_trade_line_share_in_range"),
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


class ClassmatePair(SQLModel, table=True):
    """How many live trades a learner has with a classmate's store; the guard of the limit of DESIGN ground rule 13."""

    __tablename__ = "mall_classmate_pair"
    __table_args__ = (CheckConstraint("trades >= 0", name="mall_classmate_pair_not_negative"),)

    buyer_seat_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    shop_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    trades: int = columns.count_column()
