"""The life of a parcel as data, tracking numbers, and the simulated courier's plan: when it will be where. Pure, by seed.

The hours are 示例: chosen so that a parcel takes one to four and a half simulated days, as domestic express does; weather and
holidays add to that, and a few parcels are lost, as often as the policy says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from kernel import randomness
from kernel.lifecycle import Machine, State, Step


class ParcelState(StrEnum):
    """Where a parcel is."""

    CREATED = "created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    SIGNED = "signed"
    CANCELLED = "cancelled"
    LOST = "lost"
    REPLACED = "replaced"
    REFUNDED = "refunded"


class Courier(StrEnum):
    """Who moves a parcel: the courier; its sender may call it back or make up for a loss."""

    COURIER = "courier"
    SELLER = "seller"


_COURIER: frozenset[StrEnum] = frozenset({Courier.COURIER})
_SELLER: frozenset[StrEnum] = frozenset({Courier.SELLER})

PARCEL = Machine(
    "mall.parcel",
    initial="created",
    states={
        "created": State(must_act=Courier.COURIER),
        "picked_up": State(must_act=Courier.COURIER),
        "in_transit": State(must_act=Courier.COURIER),
        "out_for_delivery": State(must_act=Courier.COURIER),
        "signed": State(terminal=True),
        "cancelled": State(terminal=True),
        "lost": State(must_act=Courier.SELLER),
        "replaced": State(terminal=True),
        "refunded": State(terminal=True),
    },
    steps=(
        Step("created", "picked_up", _COURIER, "picked_up"),
        Step("created", "cancel", _SELLER, "cancelled"),
        Step("picked_up", "in_transit", _COURIER, "in_transit"),
        Step("in_transit", "out_for_delivery", _COURIER, "out_for_delivery"),
        Step("in_transit", "lost", _COURIER, "lost"),
        Step("out_for_delivery", "signed", _COURIER, "signed"),
        Step("lost", "resend", _SELLER, "replaced"),
        Step("lost", "refund", _SELLER, "refunded"),
    ),
)
ON_ITS_WAY = ("created", "picked_up", "in_transit", "out_for_delivery", "lost")
"""The states in which a parcel still has an end to come to."""
BEFORE = {
    "picked_up": "created",
    "in_transit": "picked_up",
    "out_for_delivery": "in_transit",
    "lost": "in_transit",
    "signed": "out_for_delivery",
}
"""From which state a courier's step comes."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A simulated courier company; the names are invented. Its numbers are a prefix and so many digits."""

    code: str
    name: str
    prefix: str
    digits: int

    @property
    def example(self) -> str:
        """Returns what one of its numbers looks like."""
        return self.prefix + "0" * (self.digits - 1) + "1"


CARRIERS: tuple[Carrier, ...] = (
    Carrier("moni", "模拟快递", "MN", 12),
    Carrier("sudi", "速递沙盘", "SD", 13),
    Carrier("shanhe", "山河物流", "SH", 14),
)


class Delay(StrEnum):
    """Why a parcel is late."""

    WEATHER = "weather"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Journey:
    """What a plan is made from: which parcel of which seat, from where to where, and how the roads are."""

    seat_number: int
    ordinal: int
    shipped_sim_at: datetime
    origin: str
    places: Sequence[str]
    """The receiver's province and city, in this order."""
    weather_bp: int = 0
    loss_bp: int = 0
    holidays: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """One station of the plan."""

    state: ParcelState
    place: str
    sim_at: datetime
    delay: Delay | None = None


def find_carrier(code: str) -> Carrier | None:
    """Returns a courier company by its code."""
    return next((carrier for carrier in CARRIERS if carrier.code == code), None)


def tracking_number(carrier: Carrier, *, seed: int, seat_number: int, serial: int) -> str:
    """Returns a number of the company for a seat's parcel: a serial number and two digits that only the company can work out."""
    digits = f"{seat_number:04d}{serial:0{carrier.digits - 6}d}"
    return f"{carrier.prefix}{digits}{_check(carrier, seed, digits)}"


def has_format(carrier: Carrier, number: str) -> bool:
    """Returns whether a number looks like one of the company's."""
    return re.fullmatch(rf"{carrier.prefix}\d{{{carrier.digits}}}", number) is not None


def is_known(carrier: Carrier, number: str, *, seed: int, seat_number: int) -> bool:
    """Returns whether the company gave this number to this seat; a made-up one has its format and no track."""
    digits, check = number[len(carrier.prefix) : -2], number[-2:]
    return digits.startswith(f"{seat_number:04d}") and check == _check(carrier, seed, digits)


def _check(carrier: Carrier, seed: int, digits: str) -> str:
    word = blake2b(f"{seed}|{carrier.code}|{digits}".encode(), digest_size=4).digest()
    return f"{int.from_bytes(word, 'big') % 100:02d}"


def freight_fen(weight_g: int, *, first_g: int, first_fen: int, next_g: int, next_fen: int) -> int:
    """Returns what the courier takes for a parcel: the first weight, then for each further step begun."""
    return first_fen + max(0, -((first_g - weight_g) // next_g)) * next_fen


def plan(seed: int, journey: Journey) -> list[Stop]:
    """Returns the stations of a parcel in order, fixed by the sandbox's seed and which parcel of which seat it is.

    Pick-up after 2–8 hours, the sorting centre 4–12 hours later, then 20–52 hours on the road, a day more for a holiday, 12–36
    hours more for weather; delivery starts between eight and nine in the morning and ends by six. A lost parcel is called lost
    four days after it was last seen.
    """

    def minutes(step: int, low_hours: int, high_hours: int) -> timedelta:
        drawn = randomness.integer(seed, "courier", *key, step, low=low_hours * 60, high=high_hours * 60)
        return timedelta(minutes=drawn)

    def chance(step: int, bp: int) -> bool:
        return randomness.integer(seed, "courier", *key, step, low=0, high=9_999) < bp

    key = (journey.seat_number, journey.ordinal)
    province, city = journey.places[0], journey.places[-1]
    picked_up = journey.shipped_sim_at + minutes(1, 2, 8)
    in_transit = picked_up + minutes(2, 4, 12)
    arrived, delay = in_transit + minutes(3, 20, 52), None
    if any(first <= in_transit.date() <= last for first, last in journey.holidays):
        arrived, delay = arrived + timedelta(days=1), Delay.HOLIDAY
    if chance(6, journey.weather_bp):
        arrived, delay = arrived + minutes(7, 12, 36), Delay.WEATHER
    stops = [
        Stop(ParcelState.PICKED_UP, f"{journey.origin}揽收点", picked_up),
        Stop(ParcelState.IN_TRANSIT, f"{province}转运中心", in_transit, delay),
    ]
    if chance(8, journey.loss_bp):
        return [*stops, Stop(ParcelState.LOST, f"{province}转运中心", in_transit + timedelta(days=4))]
    out = arrived.replace(hour=8, minute=0, second=0, microsecond=0) + minutes(4, 0, 1)
    if out < arrived:
        out += timedelta(days=1)
    signed = out + minutes(5, 1, 9)
    return [*stops, Stop(ParcelState.OUT_FOR_DELIVERY, f"{city}派送站", out), Stop(ParcelState.SIGNED, city, signed)]
