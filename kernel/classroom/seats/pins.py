"""PINs of seats: made at random, kept sealed, read again for printing, renewed, unlocked.

A PIN proves to the class who a learner is, once. It opens nothing by itself once its seat is claimed. It never stands in a
log, an event or a stored answer. Refuses: judging a typed PIN (`kernel.classroom.claims`).
"""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text

from kernel.classroom.seats import queries, rules
from kernel.classroom.seats.schemas import PinSlip
from kernel.classroom.service import Home
from kernel.crypto.keyring import Keyring
from kernel.crypto.rotation import EncryptedColumn
from kernel.errors import Conflict
from kernel.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

SEALED = EncryptedColumn("kernel_seat", "pin_sealed")

_FIRST = text("UPDATE kernel_seat SET pin_sealed = :sealed WHERE id = :seat_id AND pin_sealed IS NULL")
_RENEW = text("""
    UPDATE kernel_seat SET pin_sealed = :sealed, pin_failures = 0, pin_locked_until = NULL
     WHERE id = :seat_id AND account_id IS NULL AND withdrawn_at IS NULL
""")
_UNLOCK = text("""
    UPDATE kernel_seat SET pin_failures = 0, pin_locked_until = NULL
     WHERE cohort_id = :cohort_id AND account_id IS NULL AND withdrawn_at IS NULL AND pin_locked_until > :now
""")
_FORGET_TOLD = text(
    "UPDATE kernel_class_request SET pin_until = NULL WHERE seat_id = :seat_id AND pin_until IS NOT NULL"
)


def fresh(keyring: Keyring, seat_id: UUID) -> bytes:
    """Returns a new random PIN for a seat, sealed."""
    secret = rules.secret_of(secrets.randbelow(rules.PINS))
    return keyring.encrypt(secret, context=SEALED.context(seat_id))


def opened(keyring: Keyring, seat_id: UUID, sealed: bytes) -> str:
    """Returns the six digits of a sealed PIN.

    Raises:
        Unreadable: it was sealed by other keys or for another seat.

    """
    return keyring.decrypt(bytes(sealed), context=SEALED.context(seat_id))


async def print_slips(uow: UnitOfWork, keyring: Keyring, home: Home) -> list[PinSlip]:
    """Returns a slip for every seat that is still to be claimed; makes the PINs that are missing. Safe twice.

    That somebody looked is noted in the log, the PINs are not.
    """
    rows = await queries.list_unclaimed(uow, home.cohort_id)
    missing = [row.id for row in rows if row.pin_sealed is None]
    if missing:
        await uow.execute(_FIRST, [{"seat_id": seat_id, "sealed": fresh(keyring, seat_id)} for seat_id in missing])
        rows = await queries.list_unclaimed(uow, home.cohort_id)
    _note(uow, home, "pins.printed", seats=len(rows))
    return _slips(keyring, rows)


async def read(uow: UnitOfWork, keyring: Keyring, home: Home, seat_id: UUID) -> PinSlip:
    """Returns the slip of one seat that is still to be claimed, noted in the log; makes its PIN if it has none.

    Raises:
        NotFound: the class has no such seat.
        Conflict: it is claimed or withdrawn.

    """
    await uow.execute(_FIRST, {"seat_id": seat_id, "sealed": fresh(keyring, seat_id)})
    return await _slip(uow, keyring, home, seat_id, "pins.read")


async def renew(uow: UnitOfWork, keyring: Keyring, home: Home, seat_id: UUID) -> PinSlip:
    """Gives a seat another PIN, which also unlocks it; the printed one is worth nothing from now on.

    Raises:
        NotFound: the class has no such seat.
        Conflict: it is claimed or withdrawn.

    """
    await queries.access_seat(uow, home.cohort_id, seat_id)
    await uow.execute(_RENEW, {"seat_id": seat_id, "sealed": fresh(keyring, seat_id)})
    await forget_told(uow, seat_id)
    return await _slip(uow, keyring, home, seat_id, "pins.renewed")


async def unlock(uow: UnitOfWork, home: Home) -> None:
    """Lifts the locks of all seats of a class; the printed slips stay good."""
    lifted = await uow.execute(_UNLOCK, {"cohort_id": home.cohort_id, "now": uow.now.at})
    _note(uow, home, "pins.unlocked", seats=lifted.rowcount)


async def forget_told(uow: UnitOfWork, seat_id: UUID) -> None:
    """Ends that browsers are told the PIN of a seat which they were once let in with; they still hear that they were.

    Whatever changes the PIN or the holder of a seat calls this after it has changed the seat: its row is the lock that
    keeps a grant of the same moment from coming between.
    """
    await uow.execute(_FORGET_TOLD, {"seat_id": seat_id})


async def _slip(uow: UnitOfWork, keyring: Keyring, home: Home, seat_id: UUID, event: str) -> PinSlip:
    row = await queries.access_seat(uow, home.cohort_id, seat_id)
    if rules.state_of(row.account_id, row.withdrawn_at) is not rules.SeatState.UNCLAIMED:
        raise Conflict("kernel.seats.not_unclaimed")
    _note(uow, home, event, seats=1)
    [slip] = _slips(keyring, [row])
    return slip


def _slips(keyring: Keyring, rows: Sequence[Any]) -> list[PinSlip]:
    return [
        PinSlip(
            seat_id=row.id,
            number=row.number,
            name=row.display_name,
            pin=rules.written_pin(row.number, opened(keyring, row.id, row.pin_sealed)),
        )
        for row in rows
        if row.pin_sealed is not None
    ]


def _note(uow: UnitOfWork, home: Home, event: str, *, seats: int) -> None:
    log.info(event, cohort_id=str(home.cohort_id), account_id=str(uow.actor.account_id), seats=seats)
