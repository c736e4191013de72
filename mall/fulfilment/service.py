"""Sends parcels and lets the simulated courier move them, one timer a station."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Invalid
from kernel.ids import new_id
from kernel.sandbox import timers
from kernel.sandbox.timers import DueTimer
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall.events import ParcelMoved
from mall.fulfilment.models import Parcel, ParcelTrack
from mall.fulfilment.rules import PARCEL, Courier, ParcelState, Stop, find_carrier, plan, tracking_number

PARCEL_TABLE = table_of(Parcel)
TRACK = table_of(ParcelTrack)
STEP = "mall.parcel.step"

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


async def send(
    uow: UnitOfWork, trade_id: UUID, *, seller_seat_id: UUID, carrier_code: str, origin: str, places: list[str]
) -> datetime:
    """Hands a trade's parcel to a courier and returns when it is expected to be signed for.

    Raises:
        Invalid: there is no such courier.

    """
    carrier = find_carrier(carrier_code)
    if carrier is None:
        raise Invalid.field("/carrier", "mall.parcel.unknown_carrier")
    await uow.execute(_LOCK_SENDER, {"seat_id": str(seller_seat_id)})
    row = (await uow.execute(_NEXT, {"seat_id": seller_seat_id})).one()
    stops = plan(
        uow.sandbox.seed,
        seat_number=row.seat_number,
        ordinal=row.ordinal,
        shipped_sim_at=uow.now.sim_at,
        origin=origin,
        places=places,
    )
    parcel_id = new_id()
    await uow.execute(
        insert(PARCEL_TABLE),
        {
            "id": parcel_id,
            "sandbox_id": uow.sandbox.id,
            "trade_id": trade_id,
            "ordinal": row.ordinal,
            "carrier": carrier.code,
            "tracking_number": tracking_number(carrier, seat_number=row.seat_number, ordinal=row.ordinal),
            "state": ParcelState.CREATED,
            "expected_sim_at": stops[-1].sim_at,
        },
    )
    await log(
        uow, PARCEL, parcel_id, from_state=None, event="send", to_state=ParcelState.CREATED, party=Courier.COURIER
    )
    await _schedule(uow, parcel_id, stops)
    return stops[-1].sim_at


async def _schedule(uow: UnitOfWork, parcel_id: UUID, stops: list[Stop]) -> None:
    for ordinal, stop in enumerate(stops, start=1):
        await timers.schedule_sim(
            uow,
            STEP,
            parcel_id,
            due_sim_at=stop.sim_at,
            ordinal=ordinal,
            payload={"state": stop.state.value, "place": stop.place},
        )


async def step(uow: UnitOfWork, timer: DueTimer) -> None:
    """Moves a parcel to its next station when the courier's time has come. Emits: `ParcelMoved`."""
    stop = Stop(ParcelState(timer.payload["state"]), timer.payload["place"], uow.now.sim_at)
    before = PARCEL.steps[timer.ordinal - 1].source
    await transition(
        uow,
        PARCEL,
        Parcel,
        timer.subject_id,
        state=before,
        event=stop.state.value,
        party=Courier.COURIER,
        params={"place": stop.place},
    )
    await uow.execute(
        insert(TRACK),
        {
            "id": new_id(),
            "sandbox_id": uow.sandbox.id,
            "parcel_id": timer.subject_id,
            "state": stop.state,
            "place": stop.place,
            "sim_at": stop.sim_at,
        },
    )
    trade = (await uow.execute(_TRADE_OF, {"parcel_id": timer.subject_id})).one()
    uow.publish(ParcelMoved(**trade._mapping, parcel_id=timer.subject_id, state=stop.state.value))
