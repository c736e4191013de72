"""Tables of payment: pay orders, the attempts to pay them, refunds."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns
from mall.payments.rules import Channel, Outcome


class PayOrderState(StrEnum):
    CREATED = "created"
    PAID = "paid"
    CLOSED = "closed"


class PaymentState(StrEnum):
    CREATED = "created"
    SUCCESS = "success"
    FAILED = "failed"
    RETURNED = "returned"


class RefundState(StrEnum):
    CREATED = "created"
    PROCESSING = "processing"
    FAILED = "failed"
    MANUAL = "manual"
    SUCCESS = "success"


class RefundReason(StrEnum):
    """Why money goes back to a buyer."""

    SHOP_RESET = "shop_reset"
    PARCEL_LOST = "parcel_lost"
    LATE_PAYMENT = "late_payment"


class PayOrder(SQLModel, table=True):
    """One payment (支付单) for the trades of one checkout, due within class time."""

    __tablename__ = "mall_pay_order"
    __table_args__ = (
        CheckConstraint("total_fen > 0", name="mall_pay_order_total_positive"),
        Index("mall_pay_order_of_buyer", "sandbox_id", "buyer_seat_id", "state"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    number: str = columns.text_column(20)
    buyer_seat_id: UUID = columns.ref_column()
    total_fen: int = columns.fen_column()
    state: PayOrderState = columns.enum_column("mall_pay_order", "state", PayOrderState)
    pay_by_class_ms: int = columns.big_column()
    created_sim_at: datetime = columns.sim_at_column()
    paid_sim_at: datetime | None = columns.sim_at_column(nullable=True)


class Payment(SQLModel, table=True):
    """One attempt (支付尝试) to pay a pay order. `notify_id` is the bank's name for its notification: one has one effect."""

    __tablename__ = "mall_payment"
    __table_args__ = (
        UniqueConstraint("pay_order_id", "attempt", name="mall_payment_attempt_once"),
        UniqueConstraint("sandbox_id", "notify_id", name="mall_payment_notify_once"),
        CheckConstraint("amount_fen > 0", name="mall_payment_amount_positive"),
        CheckConstraint("attempt >= 1", name="mall_payment_attempt_positive"),
        CheckConstraint("(state = 'created') = (settled_sim_at IS NULL)", name="mall_payment_settled_has_moment"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    pay_order_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_pay_order.id"), nullable=False))
    attempt: int = columns.count_column()
    channel: Channel = columns.enum_column("mall_payment", "channel", Channel)
    outcome: Outcome = columns.enum_column("mall_payment", "outcome", Outcome)
    amount_fen: int = columns.fen_column()
    notify_id: str = columns.text_column(24)
    state: PaymentState = columns.enum_column("mall_payment", "state", PaymentState)
    created_sim_at: datetime = columns.sim_at_column()
    settled_sim_at: datetime | None = columns.sim_at_column(nullable=True)


class Refund(SQLModel, table=True):
    """Money on its way back to a buyer (退款): out of a trade, or of a payment that came too late."""

    __tablename__ = "mall_refund"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="mall_refund_amount_positive"),
        CheckConstraint("(trade_id IS NULL) <> (payment_id IS NULL)", name="mall_refund_of_one_thing"),
        CheckConstraint("(state = 'success') = (done_sim_at IS NOT NULL)", name="mall_refund_done_has_moment"),
        CheckConstraint("tries >= 0", name="mall_refund_tries_not_negative"),
        UniqueConstraint("payment_id", name="mall_refund_of_payment_once"),
        UniqueConstraint("sandbox_id", "ordinal", name="mall_refund_ordinal_once"),
        Index("mall_refund_of_trade", "trade_id"),
        Index("mall_refund_open", "sandbox_id", "state", "id"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    ordinal: int = columns.count_column()
    number: str = columns.text_column(20)
    trade_id: UUID | None = Field(default=None, sa_column=Column(Uuid, ForeignKey("mall_trade.id"), nullable=True))
    payment_id: UUID | None = Field(default=None, sa_column=Column(Uuid, ForeignKey("mall_payment.id"), nullable=True))
    buyer_seat_id: UUID = columns.ref_column()
    channel: Channel = columns.enum_column("mall_refund", "channel", Channel)
    reason: RefundReason = columns.enum_column("mall_refund", "reason", RefundReason)
    amount_fen: int = columns.fen_column()
    state: RefundState = columns.enum_column("mall_refund", "state", RefundState)
    tries: int = columns.count_column(0)
    created_sim_at: datetime = columns.sim_at_column()
    done_sim_at: datetime | None = columns.sim_at_column(nullable=True)
