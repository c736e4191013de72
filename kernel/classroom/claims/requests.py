"""What learners ask their lecturer for (待审批): to be let in without a PIN, to get a new password. Asked without a log-in.

The asking browser keeps a secret, of which we keep the hash, and it alone learns the answer: with a granted seat its class
code and PIN, with which it claims like everybody else. It hears that PIN for a day at most and never the next one: once the
seat is taken, given another PIN, or withdrawn, it only hears that it was let in. One open request a browser, and a
bounded number of each kind a class.
"""

import secrets
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.classroom import queries as classes
from kernel.classroom import rules as class_rules
from kernel.classroom.claims import browsers, pace, queries, rules
from kernel.classroom.claims.models import ClassRequest, RequestKind, RequestState
from kernel.classroom.claims.schemas import (
    AnswerView,
    JoinAsk,
    Namesake,
    PasswordAsk,
    RefusedView,
    RequestRow,
    RequestsRefuse,
)
from kernel.classroom.models import CohortState
from kernel.classroom.seats import pins
from kernel.classroom.seats import rules as seat_rules
from kernel.classroom.seats import service as seats
from kernel.classroom.seats.schemas import SeatAdd
from kernel.classroom.service import Home
from kernel.crypto.keyring import Keyring
from kernel.errors import Conflict
from kernel.http.session import hash_of
from kernel.identity.credentials import queries as resettable
from kernel.identity.people import sealed
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

REQUEST = table_of(ClassRequest)
TAIL = 4

_DECIDE = text("""
    UPDATE kernel_class_request
       SET state = :state, decided_at = :now, decided_by = :account_id, reason = :reason, seat_id = coalesce(:seat_id, seat_id),
           pin_until = :pin_until
     WHERE id = :request_id AND state = 'open'
""")
_REFUSE_ALL = text("""
    UPDATE kernel_class_request SET state = 'refused', decided_at = :now, decided_by = :account_id, reason = :reason
     WHERE cohort_id = :cohort_id AND kind = :kind AND state = 'open'
""")


@dataclass(frozen=True, slots=True)
class Asker:
    """The browser that asks: the secret of what it asked last, how it is recognised, and what it is, in words."""

    secret: str | None
    browser: browsers.Known | None
    words: str


async def ask_to_join(runtime: Runtime, command: JoinAsk, *, asker: Asker) -> str:
    """Asks a class to be let in and returns the secret by which this browser learns the answer.

    Raises:
        NotFound: there is no class of this code.
        Conflict: this browser waits for an answer already, the class is over, or too many wait.

    """
    async with pace.level(), runtime.enter_system() as uow:
        found = await queries.find_class(uow, class_rules.tidy_code(command.class_code))
        await _check_room(uow, found, RequestKind.JOIN, asker)
        return await _ask(uow, found, kind=RequestKind.JOIN, name=command.name, note=command.phone_tail, asker=asker)


async def ask_for_password(runtime: Runtime, command: PasswordAsk, *, asker: Asker) -> str:
    """Asks the lecturer of a class for a new password and returns the secret of this request.

    Raises:
        NotFound: no class of this code has a learner of this log-in name.
        Conflict: this browser or this learner waits for an answer already, the class is over, or too many wait.

    """
    code, login = class_rules.tidy_code(command.class_code), rules.tidy_login(command.login)
    async with pace.level(), runtime.enter_system() as uow:
        found = await queries.find_learner(uow, code, login)
        await _check_room(uow, found, RequestKind.PASSWORD, asker)
        if await queries.has_asked(uow, found.seat_id):
            raise Conflict("kernel.claims.asked_already")
        return await _ask(uow, found, kind=RequestKind.PASSWORD, name=found.display_name, note="", asker=asker)


async def _check_room(uow: UnitOfWork, found: Any, kind: RequestKind, asker: Asker) -> None:
    """Passes when one more request may wait; keeps the class locked until the commit, so that nobody slips past."""
    if found.state == CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    mine = None if asker.secret is None else await queries.find_mine(uow, hash_of(asker.secret))
    if mine is not None and mine.state == RequestState.OPEN:
        raise Conflict("kernel.claims.asked_already")
    await classes.lock_cohort(uow, found.cohort_id)
    if asker.browser is not None and await queries.waits(uow, found.cohort_id, asker.browser.key):
        raise Conflict("kernel.claims.asked_already")
    if await queries.count_open(uow, found.cohort_id, kind) >= rules.OPEN_OF_A_KIND_AT_MOST:
        raise Conflict("kernel.claims.too_many_requests")


async def _ask(uow: UnitOfWork, found: Any, *, kind: RequestKind, name: str, note: str, asker: Asker) -> str:
    secret = secrets.token_urlsafe(32)
    await uow.execute(
        insert(REQUEST),
        {
            "id": new_id(),
            "institution_id": found.institution_id,
            "region_code": found.region_code,
            "cohort_id": found.cohort_id,
            "seat_id": found.seat_id,
            "kind": kind,
            "state": RequestState.OPEN,
            "name": name,
            "note": note,
            "secret_hash": hash_of(secret),
            "browser_key": None if asker.browser is None else asker.browser.key,
            "browser": asker.words,
            "asked_at": uow.now.at,
            "reason": "",
        },
    )
    return secret


async def answer_of(runtime: Runtime, secret: str | None) -> AnswerView | None:
    """Returns how far the request of this browser has got; `None` when it has asked nothing."""
    if secret is None:
        return None
    async with runtime.enter_system() as uow:
        row = await queries.find_mine(uow, hash_of(secret))
    if row is None:
        return None
    pin = None
    if row.seat_id is not None:
        pin = seat_rules.written_pin(row.number, pins.opened(runtime.keyring, row.seat_id, row.pin_sealed))
    return AnswerView(
        kind=RequestKind(row.kind),
        state=RequestState(row.state),
        class_name=row.class_name,
        reason=row.reason,
        class_code=None if pin is None else row.class_code,
        pin=pin,
    )


async def list_open(uow: UnitOfWork, keyring: Keyring, home: Home) -> list[RequestRow]:
    """Returns the requests of a class that wait, each with the unclaimed seats that bear its name."""
    rows = await queries.list_open(uow, home.cohort_id)
    namesakes: defaultdict[str, list[Any]] = defaultdict(list)
    names = sorted({row.name for row in rows if row.kind == RequestKind.JOIN})
    for seat in await queries.list_namesakes(uow, home.cohort_id, names):
        namesakes[seat.display_name].append(seat)
    return [_row(row, [_namesake(keyring, seat, row.note) for seat in namesakes[row.name]]) for row in rows]


def _namesake(keyring: Keyring, seat: Any, tail: str) -> Namesake:
    agrees = None
    if seat.phone_sealed is not None:
        phone = keyring.decrypt(bytes(seat.phone_sealed), context=sealed.PHONE.context(seat.record_id))
        agrees = phone[-TAIL:] == tail
    return Namesake(seat_id=seat.id, number=seat.number, phone_agrees=agrees)


def _row(row: Any, namesakes: list[Namesake]) -> RequestRow:
    joins = row.kind == RequestKind.JOIN
    return RequestRow(
        id=row.id,
        kind=RequestKind(row.kind),
        state=RequestState(row.state),
        name=row.name,
        phone_tail=row.note if joins else None,
        seat_id=row.seat_id,
        seat_number=row.number,
        login=row.login,
        browser=row.browser,
        asked_at=row.asked_at,
        reason=row.reason,
        namesakes=namesakes if joins else [],
    )


async def let_in(
    uow: UnitOfWork, keyring: Keyring, home: Home, request_id: UUID, *, seat_id: UUID | None
) -> RequestRow:
    """Gives the asker the seat that was his all along, or a new one; his browser can claim it from now on.

    Raises:
        NotFound: the class has no such request or seat.
        Conflict: it was answered meanwhile, the seat is not to be claimed, or the class is full (article 7) or over.

    """
    await classes.lock_cohort(uow, home.cohort_id)
    row = await queries.access_request(uow, home.cohort_id, request_id)
    if row.kind != RequestKind.JOIN:
        raise Conflict("kernel.claims.not_possible")
    if seat_id is None:
        seat_id = await seats.add(uow, keyring, home, SeatAdd(name=row.name))
    await pins.renew(uow, keyring, home, seat_id)  # whoever finds the lost slip claims nothing
    await _decide(uow, request_id, RequestState.GRANTED, seat_id=seat_id, pin_until=uow.now.at + rules.TOLD_FOR)
    return _row(await queries.access_request(uow, home.cohort_id, request_id), [])


async def access_reset(uow: UnitOfWork, home: Home, request_id: UUID) -> UUID:
    """Returns the account that a request for a new password is about, which this person may reset.

    Raises:
        NotFound: the class has no such request.
        Forbidden: the account is in use elsewhere.
        Conflict: it asks for something else, was answered meanwhile, or its seat is claimed no more.

    """
    row = await queries.access_request(uow, home.cohort_id, request_id)
    if row.kind != RequestKind.PASSWORD or row.account_id is None:
        raise Conflict("kernel.claims.not_possible")
    if row.claimed_at is not None and row.claimed_at > row.asked_at:
        raise Conflict("kernel.claims.not_possible")  # whoever asked sat there before him
    if row.state != RequestState.OPEN:
        raise Conflict("kernel.claims.answered")
    account_id: UUID = row.account_id
    await resettable.access_resettable(uow, account_id)
    return account_id


async def grant_reset(uow: UnitOfWork, home: Home, request_id: UUID) -> UUID:
    """Grants a request for a new password and returns the account to give it to.

    Raises:
        NotFound, Conflict: see `access_reset`.

    """
    account_id = await access_reset(uow, home, request_id)
    await _decide(uow, request_id, RequestState.GRANTED)
    return account_id


async def refuse(uow: UnitOfWork, home: Home, request_id: UUID, reason: str) -> RequestRow:
    """Refuses a request; the asker reads why.

    Raises:
        NotFound: the class has no such request.
        Conflict: it was answered meanwhile.

    """
    await queries.access_request(uow, home.cohort_id, request_id)
    await _decide(uow, request_id, RequestState.REFUSED, reason=reason)
    return _row(await queries.access_request(uow, home.cohort_id, request_id), [])


async def refuse_all(uow: UnitOfWork, home: Home, command: RequestsRefuse) -> RefusedView:
    """Refuses every open request of one kind; each asker reads why. Safe twice."""
    refused = await uow.execute(
        _REFUSE_ALL,
        {
            "cohort_id": home.cohort_id,
            "kind": command.kind.value,
            "now": uow.now.at,
            "account_id": uow.actor.account_id,
            "reason": command.reason,
        },
    )
    return RefusedView(refused=refused.rowcount)


async def _decide(
    uow: UnitOfWork,
    request_id: UUID,
    state: RequestState,
    *,
    reason: str = "",
    seat_id: UUID | None = None,
    pin_until: datetime | None = None,
) -> None:
    decided = await uow.execute(
        _DECIDE,
        {
            "request_id": request_id,
            "state": state.value,
            "now": uow.now.at,
            "account_id": uow.actor.account_id,
            "reason": reason,
            "seat_id": seat_id,
            "pin_until": pin_until,
        },
    )
    if decided.rowcount != 1:
        raise Conflict("kernel.claims.answered")
