"""The life of a parcel as data, and the simulated courier's plan: when it will be where. Pure, by seed.

The hours are 示例: chosen so that a parcel takes one to four and a half simulated days, as domestic express does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel import randomness
from kernel.lifecycle import Machine, State, Step


class ParcelState(StrEnum):
    """Where a parcel is."""

    CREATED = "created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    SIGNED = "signed"


class Courier(StrEnum):
    """The only party that moves a parcel."""

    COURIER = "courier"


_COURIER: frozenset[StrEnum] = frozenset({Courier.COURIER})

PARCEL = Machine(
    "mall.parcel",
    initial="created",
    states={
        "created": State(must_act=Courier.COURIER),
        "picked_up": State(must_act=Courier.COURIER),
        "in_transit": State(must_act=Courier.COURIER),
        "out_for_delivery": State(must_act=Courier.COURIER),
        "signed": State(terminal=True),
    },
    steps=(
        Step("created", "picked_up", _COURIER, "picked_up"),
        Step("picked_up", "in_transit", _COURIER, "in_transit"),
        Step("in_transit", "out_for_delivery", _COURIER, "out_for_delivery"),
        Step("out_for_delivery", "signed", _COURIER, "signed"),
    ),
)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A simulated courier company; the names are invented."""

    code: str
    name: str
    prefix: str


CARRIERS: tuple[Carrier, ...] = (
    Carrier("moni", "模拟快递", "MN"),
    Carrier("sudi", "速递沙盘", "SD"),
    Carrier("shanhe", "山河物流", "SH"),
)


@dataclass(frozen=True, slots=True)
class Stop:
    """One station of the plan."""

    state: ParcelState
    place: str
    sim_at: datetime


def find_carrier(code: str) -> Carrier | None:
    """Returns a courier company by its code."""
    return next((carrier for carrier in CARRIERS if carrier.code == code), None)


def tracking_number(carrier: Carrier, *, seat_number: int, ordinal: int) -> str:
    """Returns the parcel's number: the company, the sending seat, the seat's n-th parcel. Unique in a sandbox."""
    return f"{carrier.prefix}{seat_number:04d}{ordinal:06d}"


def plan(
    seed: int, *, seat_number: int, ordinal: int, shipped_sim_at: datetime, origin: str, places: Sequence[str]
) -> list[Stop]:
    """Returns the stations of a parcel in order, fixed by the sandbox's seed and which parcel of which seat it is.

    Pick-up after 2–8 hours, the sorting centre 4–12 hours later, then 20–52 hours on the road; delivery starts between
    eight and nine in the morning and ends by six. `places` are the receiver's province and city, in this order.
    """
    province, city = places[0], places[-1]

    def minutes(step: int, low_hours: int, high_hours: int) -> timedelta:
        drawn = randomness.integer(
            seed, "courier", seat_number, ordinal, step, low=low_hours * 60, high=high_hours * 60
        )
        return timedelta(minutes=drawn)

    picked_up = shipped_sim_at + minutes(1, 2, 8)
    in_transit = picked_up + minutes(2, 4, 12)
    arrived = in_transit + minutes(3, 20, 52)
    out = arrived.replace(hour=8, minute=0, second=0, microsecond=0) + minutes(4, 0, 1)
    if out < arrived:
        out += timedelta(days=1)
    signed = out + minutes(5, 1, 9)
    return [
        Stop(ParcelState.PICKED_UP, f"{origin}揽收点", picked_up),
        Stop(ParcelState.IN_TRANSIT, f"{province}转运中心", in_transit),
        Stop(ParcelState.OUT_FOR_DELIVERY, f"{city}派送站", out),
        Stop(ParcelState.SIGNED, f"{city}", signed),
    ]
