"""Table of pay orders."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from kernel.database import columns


class PayOrderState(StrEnum):
    CREATED = "created"
    PAID = "paid"
    CLOSED = "closed"


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
