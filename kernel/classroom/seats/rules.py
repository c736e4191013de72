"""Decisions about one seat: its state, what may be done to it, how its PIN and its learner's numbers are read. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from kernel.classroom.models import CohortState
from kernel.classroom.rules import SEATS_AT_MOST

WRONG_PINS_AT_MOST = 5
FIRST_LOCK = timedelta(minutes=2)
LONGEST_LOCK = timedelta(minutes=30)
"""After so many wrong PINs in a row the seat is locked for a while, after each further one for twice as long. 示例, no
regulation names them. Whoever tries day and night for a week gets some 340 of a million PINs of a seat."""

PIN_LENGTH = 6
PINS = 10**PIN_LENGTH

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


class SeatState(StrEnum):
    UNCLAIMED = "unclaimed"
    CLAIMED = "claimed"
    WITHDRAWN = "withdrawn"


class SeatAction(StrEnum):
    """What a lecturer may do to a seat; its page shows these buttons and no others."""

    NEW_PIN = "new_pin"
    UNDO_CLAIM = "undo_claim"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    READMIT = "readmit"


_ACTIONS = {
    SeatState.UNCLAIMED: (SeatAction.NEW_PIN, SeatAction.CHANGE, SeatAction.WITHDRAW),
    SeatState.CLAIMED: (SeatAction.UNDO_CLAIM, SeatAction.CHANGE, SeatAction.WITHDRAW),
    SeatState.WITHDRAWN: (SeatAction.READMIT,),
}


@dataclass(frozen=True, slots=True)
class TypedPin:
    """A PIN as a learner typed it, taken apart."""

    number: int
    secret: str


def state_of(account_id: UUID | None, withdrawn_at: datetime | None) -> SeatState:
    """Returns the state of a seat; it is no column of its own, because these two say it."""
    if withdrawn_at is not None:
        return SeatState.WITHDRAWN
    return SeatState.UNCLAIMED if account_id is None else SeatState.CLAIMED


def actions(state: SeatState, cohort_state: CohortState) -> tuple[SeatAction, ...]:
    """Returns what may be done to a seat; nothing once the class is over."""
    return () if cohort_state is CohortState.CLOSED else _ACTIONS[state]


def lock_after(failures: int) -> timedelta | None:
    """Returns for how long so many wrong PINs in a row lock a seat; `None` while they do not."""
    over = failures - WRONG_PINS_AT_MOST
    if over < 0:
        return None
    doublings = min(over, LONGEST_LOCK // FIRST_LOCK)  # more cannot count, and would be a huge number
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def is_locked(state: SeatState, locked_until: datetime | None, now: datetime) -> bool:
    """Returns whether nobody can claim the seat yet, not even with the right PIN."""
    return state is SeatState.UNCLAIMED and locked_until is not None and locked_until > now


def secret_of(number: int) -> str:
    """Returns the six digits of a random number below `PINS`."""
    return f"{number:0{PIN_LENGTH}d}"


def written_pin(number: int, secret: str) -> str:
    """Returns a PIN as it is printed: `07-483920`."""
    return f"{number:02d}-{secret}"


def typed_pin(typed: str) -> TypedPin | None:
    """Returns what a learner typed, taken apart; `None` when it can be no PIN.

    Widths, blanks and dashes do not count, nor does the zero of a seat below ten.
    """
    digits = "".join(char for char in unicodedata.normalize("NFKC", typed) if char not in "-–—_. ")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in {PIN_LENGTH + 1, PIN_LENGTH + 2}:
        return None
    number = int(digits[:-PIN_LENGTH])
    return TypedPin(number, digits[-PIN_LENGTH:]) if 1 <= number <= SEATS_AT_MOST else None


def tidy_number(typed: str) -> str:
    """Returns an ID or phone number in half-width capitals without blanks and dashes."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(char for char in plain if not char.isspace() and char != "-")


def is_mobile(number: str) -> bool:
    """Returns whether a tidied number is one of a mobile phone of the mainland."""
    return _MOBILE.fullmatch(number) is not None
