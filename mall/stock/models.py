"""Tables of stock: level (the counters), hold (units set aside for an unpaid trade), ledger (why each counter moved)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class HoldState(StrEnum):
    OPEN = "open"
    ALLOCATED = "allocated"
    RELEASED = "released"
    SHIPPED = "shipped"


class StockCause(StrEnum):
    """What may move stock."""

    LISTED = "listed"
    ADJUSTED = "adjusted"
    HELD = "held"
    RELEASED = "released"
    ALLOCATED = "allocated"
    SHIPPED = "shipped"
    RECALLED = "recalled"
    RESENT = "resent"
    RESET = "reset"


class StockLevel(SQLModel, table=True):
    """The buckets of one SKU. `sellable = on_hand − held − allocated` can never be negative."""

    __tablename__ = "mall_stock_level"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="mall_stock_level_on_hand_not_negative"),
        CheckConstraint("held >= 0", name="mall_stock_level_held_not_negative"),
        CheckConstraint("allocated >= 0", name="mall_stock_level_allocated_not_negative"),
        CheckConstraint("on_hand - held - allocated >= 0", name="mall_stock_level_never_oversold"),
    )

    sku_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_sku.id"), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    on_hand: int = columns.count_column()
    held: int = columns.count_column(0)
    allocated: int = columns.count_column(0)


class StockHold(SQLModel, table=True):
    """Units of one SKU set aside for one trade. Of `quantity`, `shipped` have left and `released` went back for sale."""

    __tablename__ = "mall_stock_hold"
    __table_args__ = (
        UniqueConstraint("trade_id", "sku_id", name="mall_stock_hold_once"),
        CheckConstraint("quantity > 0", name="mall_stock_hold_quantity_positive"),
        CheckConstraint("shipped >= 0 AND released >= 0", name="mall_stock_hold_parts_not_negative"),
        CheckConstraint("shipped + released <= quantity", name="mall_stock_hold_parts_add_up"),
        CheckConstraint(
            "(state IN ('released', 'shipped')) = (shipped + released = quantity)",
            name="mall_stock_hold_done_when_gone",
        ),
        Index("mall_stock_hold_open", "sandbox_id", "sku_id", "state"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    sku_id: UUID = columns.ref_column()
    trade_id: UUID = columns.ref_column()
    quantity: int = columns.count_column()
    state: HoldState = columns.enum_column("mall_stock_hold", "state", HoldState)
    shipped: int = columns.count_column(0)
    released: int = columns.count_column(0)


class StockMove(SQLModel, table=True):
    """One append-only line of the ledger: what changed, to what, because of which thing."""

    __tablename__ = "mall_stock_move"
    __table_args__ = (
        UniqueConstraint("sku_id", "cause", "cause_id", name="mall_stock_move_once"),
        Index("mall_stock_move_of_sku", "sku_id", "seq"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    sku_id: UUID = columns.ref_column()
    cause: StockCause = columns.enum_column("mall_stock_move", "cause", StockCause)
    cause_id: UUID = columns.ref_column()
    note: str = columns.text_column(60, default="")
    on_hand_delta: int = columns.count_column(0)
    held_delta: int = columns.count_column(0)
    allocated_delta: int = columns.count_column(0)
    on_hand_after: int = columns.count_column()
    held_after: int = columns.count_column()
    allocated_after: int = columns.count_column()
    sim_at: datetime = columns.sim_at_column()
    at: datetime = columns.at_column()
