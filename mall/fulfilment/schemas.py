"""Answers about parcels and couriers."""

from datetime import datetime
from uuid import UUID

from kernel.http.fields import View


class CarrierView(View):
    code: str
    name: str
    example: str
    """What one of its numbers looks like."""


class TrackView(View):
    state: str
    place: str
    delay: str | None
    sim_at: datetime


class ParcelGoods(View):
    line_id: UUID
    title: str
    quantity: int


class ParcelView(View):
    """One parcel; `untracked_sim_at` says since when its number has gone a day without any track."""

    id: UUID
    carrier_name: str
    tracking_number: str
    state: str
    sent_sim_at: datetime
    expected_sim_at: datetime
    untracked_sim_at: datetime | None
    replaces_id: UUID | None
    freight_fen: int | None
    weight_g: int
    goods: list[ParcelGoods]
    tracks: list[TrackView]
