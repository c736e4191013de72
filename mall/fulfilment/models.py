"""Tables of parcels, what is in them, and their tracks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns
from mall.fulfilment.rules import ParcelState


class Parcel(SQLModel, table=True):
    """One parcel (包裹) of a trade, carried by a simulated courier, who is paid `freight_fen` by the seller.

    `known` says whether the courier knows the number: one that a seller made up has no track, ever. `replaces_id` is the lost
    parcel whose goods this one sends again.
    """

    __tablename__ = "mall_parcel"
    __table_args__ = (
        UniqueConstraint("sandbox_id", "tracking_number", name="mall_parcel_tracking_number_once"),
        UniqueConstraint("replaces_id", name="mall_parcel_replaced_once"),
        CheckConstraint("ordinal >= 1", name="mall_parcel_ordinal_positive"),
        CheckConstraint("weight_g >= 0 AND freight_fen >= 0", name="mall_parcel_costs_not_negative"),
        Index("mall_parcel_of_trade", "trade_id", "ordinal"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    trade_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_trade.id"), nullable=False))
    ordinal: int = columns.big_column()
    carrier: str = columns.text_column(16)
    tracking_number: str = columns.text_column(20)
    known: bool = columns.flag_column(default=True)
    state: ParcelState = columns.enum_column("mall_parcel", "state", ParcelState)
    weight_g: int = columns.count_column()
    freight_fen: int = columns.fen_column()
    sent_sim_at: datetime = columns.sim_at_column()
    expected_sim_at: datetime = columns.sim_at_column()
    untracked_sim_at: datetime | None = columns.sim_at_column(nullable=True)
    replaces_id: UUID | None = Field(default=None, sa_column=Column(Uuid, ForeignKey("mall_parcel.id"), nullable=True))


class ParcelLine(SQLModel, table=True):
    """How many units of which line of the trade a parcel carries."""

    __tablename__ = "mall_parcel_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="mall_parcel_line_quantity_positive"),)

    parcel_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_parcel.id"), primary_key=True))
    line_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_trade_line.id"), primary_key=True))
    sandbox_id: UUID = columns.sandbox_column()
    quantity: int = columns.count_column()


class ParcelTrack(SQLModel, table=True):
    """One station of a parcel, append-only. `delay` says why it came late."""

    __tablename__ = "mall_parcel_track"
    __table_args__ = (
        UniqueConstraint("parcel_id", "state", name="mall_parcel_track_once"),
        CheckConstraint("delay IN ('weather', 'holiday')", name="mall_parcel_track_delay_known"),
        Index("mall_parcel_track_of_parcel", "parcel_id", "seq"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    parcel_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_parcel.id"), nullable=False))
    state: ParcelState = columns.enum_column("mall_parcel_track", "state", ParcelState)
    place: str = columns.text_column(60)
    delay: str | None = columns.text_column(16, nullable=True)
    sim_at: datetime = columns.sim_at_column()
