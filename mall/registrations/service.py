"""A learner's way to a store: each step is saved, the form is handed in, approved or returned, and then the store opens."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError

from kernel.errors import Conflict, FieldError, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import log, table_of, transition
from kernel.unit_of_work import UnitOfWork
from mall.accounts import queries as wallets
from mall.events import RegistrationDecided
from mall.registrations import certificates, deposits, policy, queries, rules
from mall.registrations.models import Approval, Registration, RegistrationState
from mall.registrations.rules import REGISTRATION, Party, Subject
from mall.registrations.schemas import (
    AgreementWrite,
    ApprovalWrite,
    NameFault,
    PapersWrite,
    RegistrationBegin,
    RegistrationDesk,
    RegistrationReturn,
    RegistrationView,
    StoreWrite,
    SubjectWrite,
)
from mall.shops import logos, names
from mall.shops import service as shops
from mall.shops.rules import Keeper
from mall.shops.service import Opening

REGISTRATION_TABLE = table_of(Registration)
_EDITABLE = frozenset({RegistrationState.DRAFT, RegistrationState.RETURNED})
_HAS_SHOP = text("SELECT EXISTS (SELECT 1 FROM mall_shop WHERE seat_id = :seat_id AND state = 'open')")
_SET_APPROVAL = text("""
    INSERT INTO mall_registration_setting (sandbox_id, approval) VALUES (:sandbox_id, :approval)
    ON CONFLICT (sandbox_id) DO UPDATE SET approval = excluded.approval
""")


async def view_desk(uow: UnitOfWork) -> RegistrationDesk:
    """Returns the acting learner's registration, if he has begun one, and what his wallet holds."""
    row = await queries.find_own(uow)
    return RegistrationDesk(
        registration=None if row is None else queries.view_of(row, Party.SELLER),
        wallet_fen=await wallets.find_balance(uow, uow.actor.seat),
    )


async def begin(uow: UnitOfWork, command: RegistrationBegin) -> RegistrationView:
    """Begins a registration, perhaps with the store's name.

    Raises:
        Conflict: he has a store, or has begun one already.
        Invalid: the name is against the rules or taken.

    """
    if (await uow.execute(_HAS_SHOP, {"seat_id": uow.actor.seat})).scalar_one():
        raise Conflict("mall.shop.already_open")
    if command.name is not None:
        await _check_name(uow, command.name, may_brand=False)
    try:
        registration_id = await _insert(uow, name=command.name or "", intro=command.intro)
    except IntegrityError as failure:
        raise Conflict("mall.registration.begun") from failure
    return queries.view_of(await queries.access(uow, registration_id), Party.SELLER)


async def set_subject(uow: UnitOfWork, command: SubjectWrite) -> RegistrationView:
    """Says who sells and makes a mock licence for a business; each call makes a fresh one.

    Raises:
        NotFound: no registration has begun.
        Conflict: it is handed in.
        Invalid: a person must say why he needs no licence, a business must not.

    """
    row = await _editable(uow)
    if (command.kind is Subject.PERSONAL) == (command.exemption is None):
        raise Invalid.field("/exemption", "mall.registration.exemption")
    licence = None
    if command.kind is not Subject.PERSONAL:
        seed, today = uow.sandbox.seed, uow.now.sim_at
        licence = certificates.licence(seed, row.seat_number, row.draws, kind=command.kind, today=today)
    subject = {"kind": command.kind, "exemption": command.exemption, "licence": licence}
    # Papers are made out to the holder of the licence, so a new one asks for new papers.
    return await _save(uow, row, subject=subject, papers=[], draws=row.draws + 1)


async def set_store(uow: UnitOfWork, command: StoreWrite) -> RegistrationView:
    """Says how the store is called and what it sells.

    Raises:
        NotFound: no registration has begun, or the logo's file is not there.
        Conflict: it is handed in.
        Invalid: the name is against the rules or taken, or a category is unknown or named twice.

    """
    row = await _editable(uow)
    errors = []
    unknown = [code for code in command.categories if code not in policy.load().trades]
    if unknown or len(set(command.categories)) != len(command.categories):
        errors.append(FieldError("/categories", "mall.registration.unknown_category"))
    fault = await names.find_fault(uow, command.name, seat_id=row.seat_id, may_brand=_may_brand(row))
    if fault is not None:
        errors.append(fault)
    if errors:
        raise Invalid("kernel.request.invalid", errors=errors)
    logo = await logos.resolve(uow, command.logo)
    return await _save(uow, row, name=command.name, intro=command.intro, logo=logo, categories=list(command.categories))


async def set_papers(uow: UnitOfWork, command: PapersWrite) -> RegistrationView:
    """Makes mock papers of these qualifications; each call makes fresh ones.

    Raises:
        NotFound: no registration has begun.
        Conflict: it is handed in, or who sells is not said yet.
        Invalid: a qualification that this store does not need.

    """
    row = await _editable(uow)
    offered = {need.code for need in queries.view_of(row, Party.SELLER).needs}
    if not offered.issuperset(command.codes):
        raise Invalid.field("/codes", "mall.registration.unknown_paper")
    if row.subject is None:
        raise Conflict("mall.registration.subject_first")
    licence = row.subject["licence"]
    holder = row.learner_name if licence is None else licence["holder"]
    papers = [
        certificates.paper(uow.sandbox.seed, row.seat_number, row.draws, code=code, holder=holder, today=uow.now.sim_at)
        for code in sorted(set(command.codes))
    ]
    return await _save(uow, row, papers=papers, draws=row.draws + 1)


async def pay_deposit(uow: UnitOfWork) -> RegistrationView:
    """Takes the deposit that the chosen categories ask for; another amount held before goes back first.

    Raises:
        NotFound: no registration has begun.
        Conflict: it is handed in, no category is chosen yet, or the wallet holds too little.

    """
    row = await _editable(uow)
    if row.categories == []:
        raise Conflict("mall.registration.store_first")
    amount_fen = queries.deposit_of(row.categories)
    await deposits.hold(uow, row.id, seat_id=row.seat_id, amount_fen=amount_fen)
    return queries.view_of(await queries.access(uow, row.id), Party.SELLER)


async def agree(uow: UnitOfWork, command: AgreementWrite) -> RegistrationView:
    """Notes that the agreement was read and agreed to.

    Raises:
        NotFound: no registration has begun.
        Conflict: it is handed in, or the agreement has changed since.

    """
    row = await _editable(uow)
    if command.version != policy.load().agreement.version:
        raise Conflict("mall.registration.agreement_changed")
    return await _save(uow, row, agreement=command.version)


async def submit(uow: UnitOfWork) -> RegistrationView:
    """Hands the form in; where the rules approve, the store opens at once.

    Raises:
        NotFound: no registration has begun.
        Conflict: a step is missing, or it is handed in already.
        Invalid: the name was taken in the meantime.
    Emits: `RegistrationDecided` where the rules approve.

    """
    row = await _editable(uow)
    missing = queries.missing(row)
    if missing:
        raise Conflict("mall.registration.incomplete", step=missing[0], missing=len(missing))
    await _check_name(uow, row.name, may_brand=_may_brand(row))
    values = {"submitted_sim_at": uow.now.sim_at, "submitted_at": uow.now.at, "remarks": {}}
    try:
        await _move(uow, row, "submit", Party.SELLER, values)
    except IntegrityError as failure:
        raise Invalid.field("/name", "mall.shop.name_taken", name=row.name) from failure
    if await queries.find_approval(uow) is Approval.AUTO:
        await _open(uow, await queries.access(uow, row.id), Party.SYSTEM)
    return queries.view_of(await queries.access(uow, row.id), Party.SELLER)


async def take_back(uow: UnitOfWork) -> RegistrationView:
    """Takes a form that waits back, to change it.

    Raises:
        NotFound: no registration has begun.
        Conflict: it does not wait.

    """
    row = await queries.access_own(uow)
    await _move(uow, row, "take_back", Party.SELLER)
    return queries.view_of(await queries.access(uow, row.id), Party.SELLER)


async def abandon(uow: UnitOfWork) -> None:
    """Gives a registration up; the deposit goes back.

    Raises:
        NotFound: no registration has begun.
        Conflict: it waits for the lecturer.

    """
    row = await queries.access_own(uow)
    await _move(uow, row, "abandon", Party.SELLER)
    await deposits.give_back(uow, row.id)


async def approve(uow: UnitOfWork, registration_id: UUID) -> RegistrationView:
    """Approves a form for the class's lecturer and opens the store.

    Raises:
        NotFound: the class has none of this id.
        Conflict: it does not wait.
        Invalid: the name was taken in the meantime.
    Emits: `RegistrationDecided`.

    """
    row = await queries.access(uow, registration_id, lock=True)
    await _open(uow, row, Party.LECTURER)
    return queries.view_of(await queries.access(uow, registration_id), Party.LECTURER)


async def send_back(uow: UnitOfWork, registration_id: UUID, command: RegistrationReturn) -> RegistrationView:
    """Returns a form with a reason per field; what was filled in and the deposit stay.

    Raises:
        NotFound: the class has none of this id.
        Conflict: it does not wait.
    Emits: `RegistrationDecided`.

    """
    row = await queries.access(uow, registration_id, lock=True)
    remarks = {remark.field: remark.reason for remark in command.remarks}
    await _move(uow, row, "return", Party.LECTURER, {"remarks": remarks})
    uow.publish(RegistrationDecided(registration_id=row.id, seat_id=row.seat_id, state=RegistrationState.RETURNED))
    return queries.view_of(await queries.access(uow, registration_id), Party.LECTURER)


async def set_approval(uow: UnitOfWork, command: ApprovalWrite) -> None:
    """Says who approves from now on; what waits already goes on waiting for the lecturer."""
    await uow.execute(_SET_APPROVAL, {"sandbox_id": uow.sandbox.id, "approval": command.approval})


async def check_name(uow: UnitOfWork, name: str) -> NameFault:
    """Returns whether the acting learner may call his store so."""
    row = await queries.find_own(uow)
    allowed = row is not None and _may_brand(row)
    fault = await names.find_fault(uow, name, seat_id=uow.actor.seat, may_brand=allowed)
    return NameFault(code=None if fault is None else fault.code, word=_word(fault))


async def open_at_once(uow: UnitOfWork, *, name: str, intro: str = "") -> UUID:
    """Opens the acting seat's store without the form or a deposit: for the demo class, and for tests.

    Raises:
        Conflict: the seat has a store, or a registration under way.
        Invalid: the name is taken.

    """
    seat_id = uow.actor.seat
    registration_id = await _insert(uow, name=name, intro=intro)
    row = await queries.access(uow, registration_id)
    seed, today = uow.sandbox.seed, uow.now.sim_at
    licence = certificates.licence(seed, row.seat_number, 0, kind=Subject.SOLE, today=today)
    subject = {"kind": Subject.SOLE, "exemption": None, "licence": licence}
    shop_id = await shops.open_shop(uow, seat_id, Opening(name=name, intro=intro))
    handed_in = {"submitted_sim_at": uow.now.sim_at, "submitted_at": uow.now.at, "subject": subject}
    await _move(uow, row, "submit", Party.SELLER, handed_in)
    await _move(uow, await queries.access(uow, registration_id), "approve", Party.SYSTEM, {"shop_id": shop_id})
    return shop_id


async def _open(uow: UnitOfWork, row: Any, party: Party) -> None:
    REGISTRATION.step(row.state, "approve", party)
    opening = Opening(name=row.name, intro=row.intro, logo=row.logo, categories=row.categories)
    keeper = Keeper.LECTURER if party is Party.LECTURER else Keeper.SYSTEM
    shop_id = await shops.open_shop(uow, row.seat_id, opening, party=keeper)
    await _move(uow, row, "approve", party, {"shop_id": shop_id})
    uow.publish(RegistrationDecided(registration_id=row.id, seat_id=row.seat_id, state=RegistrationState.APPROVED))


async def _editable(uow: UnitOfWork) -> Any:
    row = await queries.access_own(uow)
    if row.state not in _EDITABLE:
        raise Conflict("mall.registration.handed_in")
    return row


async def _save(uow: UnitOfWork, row: Any, **values: Any) -> RegistrationView:
    await uow.execute(update(REGISTRATION_TABLE).where(REGISTRATION_TABLE.c.id == row.id).values(**values))
    return queries.view_of(await queries.access(uow, row.id), Party.SELLER)


async def _move(uow: UnitOfWork, row: Any, event: str, party: Party, values: dict[str, Any] | None = None) -> None:
    await transition(
        uow, REGISTRATION, Registration, row.id, state=row.state, event=event, party=party, values=values,
        params={"name": row.name},
    )  # fmt: skip


async def _insert(uow: UnitOfWork, *, name: str, intro: str) -> UUID:
    registration_id = new_id()
    values = {
        "id": registration_id,
        "sandbox_id": uow.sandbox.id,
        "seat_id": uow.actor.seat,
        "state": RegistrationState.DRAFT,
        "name": name,
        "intro": intro,
        "categories": [],
        "papers": [],
        "draws": 0,
        "remarks": {},
    }
    await uow.execute(insert(REGISTRATION_TABLE), values)
    await log(
        uow,
        REGISTRATION,
        registration_id,
        from_state=None,
        event="begin",
        to_state=RegistrationState.DRAFT,
        party=Party.SELLER,
    )
    return registration_id


async def _check_name(uow: UnitOfWork, name: str, *, may_brand: bool) -> None:
    fault = await names.find_fault(uow, name, seat_id=uow.actor.seat, may_brand=may_brand)
    if fault is not None:
        raise Invalid("kernel.request.invalid", errors=[fault])


def _may_brand(row: Any) -> bool:
    subject = None if row.subject is None else Subject(row.subject["kind"])
    return rules.may_brand(subject, {paper["code"] for paper in row.papers})


def _word(fault: FieldError | None) -> str | None:
    return None if fault is None else str(dict(fault.params).get("word") or "")
