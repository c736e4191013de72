"""Sends parcels, calls them back, and lets the simulated courier move them, one timer a station."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Invalid
from kernel.ids import new_id
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall import policy
from mall.events import ParcelMoved
from mall.fulfilment import rules
from mall.fulfilment.models import Parcel, ParcelLine, ParcelTrack
from mall.fulfilment.rules import BEFORE, PARCEL, Carrier, Courier, Journey, ParcelState, Stop, find_carrier

PARCEL_TABLE = table_of(Parcel)
LINE = table_of(ParcelLine)
TRACK = table_of(ParcelTrack)
STEP = "mall.parcel.step"
UNTRACKED = "mall.parcel.untracked"
WAYBILL_SERIALS = 500_000
"""Serial numbers from here on are given out before there is a parcel; below, a seller's n-th parcel has number n."""

# One store ships its parcels one after the other, so that the n-th parcel is always the same one for the courier's dice.
_LOCK_SENDER = text("SELECT pg_advisory_xact_lock(hashtextextended(:seat_id, 7))")
_TRADE_OF = text("""
    SELECT t.id AS trade_id, t.number, t.shop_id, t.buyer_seat_id, t.seller_seat_id, t.classmate
      FROM mall_trade t JOIN mall_parcel p ON p.trade_id = t.id WHERE p.id = :parcel_id
""")
_NEXT = text("""
    SELECT 1 + count(p.id) AS ordinal, seat.number AS seat_number
      FROM kernel_seat seat
      LEFT JOIN mall_trade t ON t.seller_seat_id = seat.id
      LEFT JOIN mall_parcel p ON p.trade_id = t.id
     WHERE seat.id = :seat_id GROUP BY seat.number
""")
_SERIALS = text("SELECT nextval('mall_number') AS n FROM generate_series(1, :count)")
_TAKEN = text("SELECT 1 FROM mall_parcel WHERE tracking_number = :number")
_SEAT = text("SELECT number FROM kernel_seat WHERE id = :seat_id")
_UNTRACKED = text("""
    UPDATE mall_parcel SET untracked_sim_at = :sim_at WHERE id = :id AND state = 'created' AND untracked_sim_at IS NULL
    RETURNING tracking_number, trade_id
""")


@dataclass(frozen=True, slots=True)
class Shipment:
    """What goes into one parcel, whose it is, and where it goes."""

    trade_id: UUID
    seller_seat_id: UUID
    carrier_code: str
    origin: str
    places: tuple[str, str]
    lines: Mapping[UUID, int]
    weight_g: int
    tracking_number: str | None = None
    replaces_id: UUID | None = None
    parcel_id: UUID = field(default_factory=new_id)


async def lock_sender(uow: UnitOfWork, seller_seat_id: UUID) -> None:
    """Makes other shipping of this seller wait until the commit; the first lock of all that ship."""
    await uow.execute(_LOCK_SENDER, {"seat_id": str(seller_seat_id)})


def access_carrier(code: str) -> Carrier:
    """Returns a courier company.

    Raises:
        Invalid: there is no such courier.

    """
    carrier = find_carrier(code)
    if carrier is None:
        raise Invalid.field("/carrier", "mall.parcel.unknown_carrier")
    return carrier


async def give_numbers(uow: UnitOfWork, seat_id: UUID, carrier_code: str, count: int) -> list[str]:
    """Returns numbers that the courier company gives a seller before he ships (取号)."""
    carrier = access_carrier(carrier_code)
    seat_number = (await uow.execute(_SEAT, {"seat_id": seat_id})).one().number
    serials = [row.n for row in await uow.execute(_SERIALS, {"count": count})]
    return [
        rules.tracking_number(
            carrier,
            seed=uow.sandbox.seed,
            seat_number=seat_number,
            serial=WAYBILL_SERIALS + serial % (1_000_000 - WAYBILL_SERIALS),
        )
        for serial in serials
    ]


async def send(uow: UnitOfWork, shipment: Shipment) -> None:
    """Hands a parcel to a courier. The sender is locked (`lock_sender`).

    Raises:
        Invalid: there is no such courier, or the number is not one of his, or it is another parcel's.

    """
    carrier = access_carrier(shipment.carrier_code)
    row = (await uow.execute(_NEXT, {"seat_id": shipment.seller_seat_id})).one()
    number, known = await _number(uow, carrier, shipment, row)
    stops = _plan(uow, shipment, row)
    roads = policy.load(uow.sandbox.policy).roads
    values = {
        "id": shipment.parcel_id,
        "sandbox_id": uow.sandbox.id,
        "trade_id": shipment.trade_id,
        "ordinal": row.ordinal,
        "carrier": carrier.code,
        "tracking_number": number,
        "known": known,
        "state": ParcelState.CREATED,
        "weight_g": shipment.weight_g,
        "freight_fen": rules.freight_fen(
            shipment.weight_g,
            first_g=roads.first_g,
            first_fen=roads.first_fen,
            next_g=roads.next_g,
            next_fen=roads.next_fen,
        ),
        "sent_sim_at": uow.now.sim_at,
        "expected_sim_at": stops[-1].sim_at,
        "replaces_id": shipment.replaces_id,
    }
    await uow.execute(insert(PARCEL_TABLE), values)
    await uow.execute(insert(LINE), _lines(uow, shipment))
    await log(
        uow,
        PARCEL,
        shipment.parcel_id,
        from_state=None,
        event="send",
        to_state=ParcelState.CREATED,
        party=Courier.SELLER,
    )
    await _schedule(uow, shipment.parcel_id, stops if known else [])


def _lines(uow: UnitOfWork, shipment: Shipment) -> list[dict[str, Any]]:
    return [
        {"parcel_id": shipment.parcel_id, "line_id": line_id, "sandbox_id": uow.sandbox.id, "quantity": quantity}
        for line_id, quantity in shipment.lines.items()
    ]


async def _number(uow: UnitOfWork, carrier: Carrier, shipment: Shipment, row: Any) -> tuple[str, bool]:
    given = shipment.tracking_number
    if given is None:
        seed, seat_number = uow.sandbox.seed, row.seat_number
        return rules.tracking_number(carrier, seed=seed, seat_number=seat_number, serial=row.ordinal), True
    if not rules.has_format(carrier, given):
        raise Invalid.field(
            "/tracking_number", "mall.parcel.wrong_number", carrier=carrier.name, example=carrier.example
        )
    if (await uow.execute(_TAKEN, {"number": given})).one_or_none() is not None:
        raise Invalid.field("/tracking_number", "mall.parcel.number_taken")
    return given, rules.is_known(carrier, given, seed=uow.sandbox.seed, seat_number=row.seat_number)


def _plan(uow: UnitOfWork, shipment: Shipment, row: Any) -> list[Stop]:
    roads = policy.load(uow.sandbox.policy).roads
    journey = Journey(
        seat_number=row.seat_number,
        ordinal=row.ordinal,
        shipped_sim_at=uow.now.sim_at,
        origin=shipment.origin,
        places=shipment.places,
        weather_bp=roads.weather_bp,
        loss_bp=roads.loss_bp,
        holidays=roads.holidays,
    )
    return rules.plan(uow.sandbox.seed, journey)


async def _schedule(uow: UnitOfWork, parcel_id: UUID, stops: list[Stop]) -> None:
    for ordinal, stop in enumerate(stops, start=1):
        await timers.schedule_sim(
            uow,
            STEP,
            parcel_id,
            due_sim_at=stop.sim_at,
            ordinal=ordinal,
            payload={"state": stop.state.value, "place": stop.place, "delay": stop.delay},
        )
    if not stops:
        due = uow.now.sim_at + policy.load(uow.sandbox.policy).track_within
        await timers.schedule_sim(uow, UNTRACKED, parcel_id, due_sim_at=due)


async def call_back(uow: UnitOfWork, parcel_id: UUID) -> None:
    """Cancels a parcel that the courier has not picked up yet.

    Raises:
        Conflict: it is with the courier already, or cancelled.

    """
    await timers.cancel(uow, STEP, parcel_id)
    await timers.cancel(uow, UNTRACKED, parcel_id)
    state = ParcelState.CREATED
    await transition(uow, PARCEL, Parcel, parcel_id, state=state, event="cancel", party=Courier.SELLER)


async def make_up(uow: UnitOfWork, parcel_id: UUID, *, event: str) -> None:
    """Takes note that its sender has made up for a lost parcel: `resend` or `refund`.

    Raises:
        Conflict: it is not lost, or made up for already.

    """
    await transition(uow, PARCEL, Parcel, parcel_id, state=ParcelState.LOST, event=event, party=Courier.SELLER)


async def step(uow: UnitOfWork, timer: DueTimer) -> ParcelMoved:
    """Moves a parcel to its next station when the courier's time has come, and returns what to publish of it."""
    state, place = ParcelState(timer.payload["state"]), timer.payload["place"]
    await transition(
        uow,
        PARCEL,
        Parcel,
        timer.subject_id,
        state=BEFORE[state],
        event=state.value,
        party=Courier.COURIER,
        params={"place": place},
    )
    await uow.execute(
        insert(TRACK),
        {
            "id": new_id(),
            "sandbox_id": uow.sandbox.id,
            "parcel_id": timer.subject_id,
            "state": state,
            "place": place,
            "delay": timer.payload.get("delay"),
            "sim_at": uow.now.sim_at,
        },
    )
    trade = (await uow.execute(_TRADE_OF, {"parcel_id": timer.subject_id})).one()
    return ParcelMoved(**trade._mapping, parcel_id=timer.subject_id, state=state.value)


async def note_untracked(uow: UnitOfWork, parcel_id: UUID) -> Any:
    """Marks a parcel that has no track a day after it was sent; returns (tracking_number, trade_id), or nothing."""
    return (await uow.execute(_UNTRACKED, {"id": parcel_id, "sim_at": uow.now.sim_at})).one_or_none()
