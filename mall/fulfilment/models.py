"""Tables of parcels and their tracks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns
from mall.fulfilment.rules import ParcelState


class Parcel(SQLModel, table=True):
    """One parcel (包裹) of a trade, carried by a simulated courier."""

    __tablename__ = "mall_parcel"
    __table_args__ = (
        UniqueConstraint("trade_id", name="mall_parcel_one_a_trade"),
        UniqueConstraint("sandbox_id", "tracking_number", name="mall_parcel_tracking_number_once"),
        CheckConstraint("ordinal >= 1", name="mall_parcel_ordinal_positive"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    trade_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_trade.id"), nullable=False))
    ordinal: int = columns.big_column()
    carrier: str = columns.text_column(16)
    tracking_number: str = columns.text_column(20)
    state: ParcelState = columns.enum_column("mall_parcel", "state", ParcelState)
    expected_sim_at: datetime = columns.sim_at_column()


class ParcelTrack(SQLModel, table=True):
    """One station of a parcel, append-only."""

    __tablename__ = "mall_parcel_track"
    __table_args__ = (
        UniqueConstraint("parcel_id", "state", name="mall_parcel_track_once"),
        Index("mall_parcel_track_of_parcel", "parcel_id", "seq"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seq: int = Field(sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    parcel_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("mall_parcel.id"), nullable=False))
    state: ParcelState = columns.enum_column("mall_parcel_track", "state", ParcelState)
    place: str = columns.text_column(60)
    sim_at: datetime = columns.sim_at_column()
