"""Claims a seat: class code and PIN prove who somebody is to the class; he gets an account, or brings his own.

A try is counted before its PIN is looked at and given back when it was right, in one transaction that locks the seat, so
that no number of simultaneous tries gets more guesses than the rules allow. Wrong ones lock a seat for a while only, or
whoever has the class code could keep everybody out; a browser is held before it locks many. Nothing counts per address: thirty phones of a
classroom come from one. No transaction is open while a password is hashed.
"""

import hmac
from math import ceil
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.classroom import rules as class_rules
from kernel.classroom.claims import browsers, pace, queries, rules
from kernel.classroom.claims.schemas import ClaimMake, ClaimPreviewView
from kernel.classroom.models import CohortState
from kernel.classroom.seats import pins
from kernel.classroom.seats import rules as seat_rules
from kernel.classroom.seats.rules import TypedPin
from kernel.crypto.masking import mask_name
from kernel.errors import Conflict, Invalid, NotFound, TooMany, Unauthorised
from kernel.identity import passwords
from kernel.identity import service as identity
from kernel.identity.credentials import service as credentials
from kernel.identity.logins import service as logins
from kernel.identity.logins.rules import Origin
from kernel.identity.models import LoginOutcome
from kernel.identity.service import Ticket
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork

# A claimed seat counts nothing: its PIN opens nothing any more, and undoing the claim makes another.
_COUNT = text("""
    UPDATE kernel_seat s SET pin_failures = s.pin_failures + CASE WHEN s.account_id IS NULL THEN 1 ELSE 0 END
      FROM kernel_cohort c
     WHERE c.code = :code AND s.cohort_id = c.id AND s.number = :number AND s.withdrawn_at IS NULL
       AND s.pin_sealed IS NOT NULL
       AND (s.account_id IS NOT NULL OR s.pin_locked_until IS NULL OR s.pin_locked_until <= :now)
    RETURNING s.id, s.number, s.display_name, s.person_id, s.account_id, s.pin_sealed, s.pin_failures, c.id AS cohort_id,
              c.institution_id, c.region_code, c.name AS class_name, c.code AS class_code, c.state AS class_state
""")
_LOCK = text("UPDATE kernel_seat SET pin_locked_until = :until WHERE id = :seat_id AND account_id IS NULL")
_GIVE_BACK = text("UPDATE kernel_seat SET pin_failures = pin_failures - 1 WHERE id = :seat_id AND pin_failures > 0")
# Whoever comes second finds the seat taken; a PIN that was renewed meanwhile claims nothing.
_TAKE = text("""
    UPDATE kernel_seat
       SET account_id = :account_id, claimed_at = :now, claim_browser = :browser, made_account = :made, pin_failures = 0,
           pin_locked_until = NULL
     WHERE id = :seat_id AND account_id IS NULL AND withdrawn_at IS NULL AND pin_sealed = :sealed
""")
_MAKE_ACCOUNT = text("""
    INSERT INTO kernel_account (id, institution_id, region_code, person_id, login, password_hash, display_name)
    VALUES (:id, :institution_id, :region_code, :person_id, :login, :password_hash, :display_name)
    ON CONFLICT (login) DO NOTHING
""")


async def preview(runtime: Runtime, *, class_code: str, pin: str, browser: browsers.Known | None) -> ClaimPreviewView:
    """Returns whose seat this PIN claims, for the learner to say that it is him.

    Raises:
        NotFound: code, seat and PIN do not belong together; which of them is wrong is not told.
        Conflict: the seat is claimed, or the class is over.
        TooMany: wrong PINs have locked the seat for a while, or hold this browser.

    """
    seat = await _prove(runtime, class_code=class_code, pin=pin, browser=browser)
    suggested = rules.suggested_logins(seat.class_code, seat.number)
    async with runtime.enter_system() as uow:
        account = await queries.find_account(uow, person_id=seat.person_id, institution_id=seat.institution_id)
        taken = await queries.list_taken(uow, suggested)
    return ClaimPreviewView(
        class_name=seat.class_name,
        class_state=CohortState(seat.class_state),
        seat_number=seat.number,
        masked_name=mask_name(seat.display_name),
        login=None if account is None else account.login,
        suggested_login=rules.first_free_login(suggested, taken),
    )


async def claim(runtime: Runtime, command: ClaimMake, *, origin: Origin, browser: browsers.Known | None) -> Ticket:
    """Gives a learner his seat and opens a session in his class, whether or not it has opened.

    Raises:
        NotFound, Conflict: see `preview`; `kernel.claims.taken` also for whoever was a moment too late.
        Invalid: the chosen log-in name is taken or none, the new password is weak, or the password is not that of the
            account he has.
        TooMany: see `preview`.
        TooMany, Unavailable: see `identity.sign_in`, for whoever has an account.

    """
    seat = await _prove(runtime, class_code=command.class_code, pin=command.pin, browser=browser)
    async with runtime.enter_system() as uow:
        account = await queries.find_account(uow, person_id=seat.person_id, institution_id=seat.institution_id)
    if account is None:
        login = _chosen_login(command.login)
        credentials.refuse_weak(command.password, login=login, pointer="/password")
        password_hash = await passwords.hash_of(command.password)
    else:
        login, password_hash = account.login, None
        await _confirm(runtime, login=login, password=command.password, origin=origin)
    async with runtime.enter_system() as uow:
        account_id = await _take(uow, seat, account, browser=origin.browser)
        if password_hash is not None:
            await _make_account(uow, seat, account_id, login=login, password_hash=password_hash)
            found = SimpleNamespace(id=account_id, cohort_id=seat.cohort_id)
            await logins.record(uow, found, LoginOutcome.OK, origin)
        return await identity.open_session(
            uow, account_id, cohort_id=seat.cohort_id, grant_id=None, hours=runtime.settings.session_hours
        )


async def _prove(runtime: Runtime, *, class_code: str, pin: str, browser: browsers.Known | None) -> Any:
    """Returns the seat of a right PIN that may be claimed."""
    async with pace.level(), browsers.counted(runtime.redis, browser, runtime.wall.now()):
        seat = await _seat_of(runtime, class_rules.tidy_code(class_code), seat_rules.typed_pin(pin))
    if seat.class_state == CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    if seat.account_id is not None:
        raise Conflict("kernel.claims.taken")
    return seat


async def _seat_of(runtime: Runtime, code: str, typed: TypedPin | None) -> Any:
    """Returns the seat that a PIN belongs to. Refuses after the commit only: a wrong try has to stay counted."""
    if typed is None:
        raise NotFound("kernel.claims.not_matching")
    async with runtime.enter_system() as uow:
        seat: Any = (await uow.execute(_COUNT, {"code": code, "number": typed.number, "now": uow.now.at})).one_or_none()
        locked_until = None if seat is not None else await queries.find_lock(uow, code, typed.number)
        right = seat is not None and _is_right(runtime, seat, typed.secret)
        if right:
            await uow.execute(_GIVE_BACK, {"seat_id": seat.id})
        elif seat is not None:
            await _lock(uow, seat)
    if locked_until is not None:
        raise _locked((locked_until - uow.now.at).total_seconds())
    if not right:
        raise NotFound("kernel.claims.not_matching")
    return seat


async def _lock(uow: UnitOfWork, seat: Any) -> None:
    """Locks a seat for a while when this wrong PIN was one too many."""
    duration = seat_rules.lock_after(seat.pin_failures)
    if duration is not None:
        await uow.execute(_LOCK, {"seat_id": seat.id, "until": uow.now.at + duration})


def _locked(left_seconds: float) -> TooMany:
    seconds = max(ceil(left_seconds), 1)
    refusal = TooMany("kernel.claims.locked", limit=seat_rules.WRONG_PINS_AT_MOST, minutes=ceil(seconds / 60))
    refusal.retry_after_seconds = seconds
    return refusal


def _is_right(runtime: Runtime, seat: Any, secret: str) -> bool:
    return hmac.compare_digest(pins.opened(runtime.keyring, seat.id, seat.pin_sealed), secret)


def _chosen_login(typed: str | None) -> str:
    if typed is None:
        raise Invalid.field("/login", "kernel.field.missing")
    login = rules.tidy_login(typed)
    if rules.is_personal(login):
        raise Invalid.field("/login", "kernel.claims.login_personal")
    return login


async def _confirm(runtime: Runtime, *, login: str, password: str, origin: Origin) -> None:
    """Passes when the password is that of the account the person has already."""
    try:
        await identity.check_password(runtime, login=login, password=password, origin=origin)
    except Unauthorised:
        # Not a 401: nobody was signed in, and nothing has expired.
        raise Invalid.field("/password", "kernel.claims.not_your_password") from None


async def _take(uow: UnitOfWork, seat: Any, account: Any, *, browser: str) -> UUID:
    """Takes the seat for an account, new or old, and returns its id.

    Before the account is made, so that the second of two phones waits here and hears of the seat, not of the name.
    """
    account_id: UUID = new_id() if account is None else account.id
    taken = await uow.execute(
        _TAKE,
        {
            "seat_id": seat.id,
            "account_id": account_id,
            "now": uow.now.at,
            "browser": browser,
            "made": account is None,
            "sealed": bytes(seat.pin_sealed),
        },
    )
    if taken.rowcount != 1:
        raise Conflict("kernel.claims.taken")
    await pins.forget_told(uow, seat.id)
    return account_id


async def _make_account(uow: UnitOfWork, seat: Any, account_id: UUID, *, login: str, password_hash: str) -> None:
    made = await uow.execute(
        _MAKE_ACCOUNT,
        {
            "id": account_id,
            "institution_id": seat.institution_id,
            "region_code": seat.region_code,
            "person_id": seat.person_id,
            "login": login,
            "password_hash": password_hash,
            "display_name": seat.display_name,
        },
    )
    if made.rowcount != 1:
        raise Invalid.field("/login", "kernel.claims.login_taken")
