"""Reads of registrations: the learner's own form, the lecturer's queue, what a store must show."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.registrations import policy, rules
from mall.registrations.models import Approval
from mall.registrations.rules import REGISTRATION, Exemption, Party, StepOf, Subject
from mall.registrations.schemas import (
    AgreementSection,
    AgreementView,
    EntryTrade,
    EntryView,
    PaperNeed,
    PaperView,
    RegistrationQueue,
    RegistrationView,
    RemarkView,
    SubjectView,
)
from mall.shops.schemas import ShopLicence, ShopView, ShownPaper

_VIEW = """
    SELECT r.id, r.state, r.seat_id, r.subject, r.name, r.intro, r.logo, r.categories, r.papers, r.agreement, r.draws,
           r.remarks, r.submitted_sim_at, r.submitted_at, r.shop_id, seat.number AS seat_number,
           seat.display_name AS learner_name,
           (SELECT coalesce(sum(d.amount_fen), 0)::bigint FROM mall_deposit d
             WHERE d.registration_id = r.id AND d.state = 'held') AS deposit_held_fen
      FROM mall_registration r JOIN kernel_seat seat ON seat.id = r.seat_id
"""
_MINE = f"{_VIEW} WHERE r.seat_id = :seat_id AND r.state IN ('draft', 'submitted', 'returned')"
_OWN = text(_MINE)
_LOCK_OWN = text(f"{_MINE} FOR NO KEY UPDATE OF r")
_ONE = text(f"{_VIEW} WHERE r.id = :registration_id")
_LOCK_ONE = text(f"{_VIEW} WHERE r.id = :registration_id FOR NO KEY UPDATE OF r")
_QUEUE = text(f"{_VIEW} WHERE r.state = 'submitted' ORDER BY r.submitted_at, r.id LIMIT 100")
_WAITING = text("SELECT count(*) FROM mall_registration WHERE state = 'submitted'")
_APPROVAL = text("SELECT approval FROM mall_registration_setting")
_OF_SHOP = text("SELECT subject, papers FROM mall_registration WHERE shop_id = :shop_id")


async def find_own(uow: UnitOfWork, *, lock: bool = False) -> Any:
    """Returns the acting learner's registration that is not decided yet, or `None`."""
    return (await uow.execute(_LOCK_OWN if lock else _OWN, {"seat_id": uow.actor.seat})).one_or_none()


async def access_own(uow: UnitOfWork) -> Any:
    """Returns and locks the acting learner's registration.

    Raises:
        NotFound: he has begun none.

    """
    row = await find_own(uow, lock=True)
    if row is None:
        raise NotFound("mall.registration.none")
    return row


async def access(uow: UnitOfWork, registration_id: UUID, *, lock: bool = False) -> Any:
    """Returns a registration of this class.

    Raises:
        NotFound: there is none of this id.

    """
    statement = _LOCK_ONE if lock else _ONE
    row = (await uow.execute(statement, {"registration_id": registration_id})).one_or_none()
    if row is None:
        raise NotFound("mall.registration.not_found")
    return row


async def find_approval(uow: UnitOfWork) -> Approval:
    """Returns who approves in this class."""
    row = (await uow.execute(_APPROVAL)).one_or_none()
    return Approval(policy.load().approval if row is None else row.approval)


async def count_waiting(uow: UnitOfWork) -> int:
    """Returns how many registrations wait for the lecturer."""
    return int((await uow.execute(_WAITING)).scalar_one())


async def view_queue(uow: UnitOfWork) -> RegistrationQueue:
    """Returns the registrations that wait for the lecturer, the longest waiting first."""
    rows = [view_of(row, Party.LECTURER) for row in await uow.execute(_QUEUE)]
    return RegistrationQueue(approval=await find_approval(uow), rows=rows)


async def view_entry(uow: UnitOfWork) -> EntryView:
    """Returns what the form offers in this class."""
    entry = policy.load()
    agreement = entry.agreement
    return EntryView(
        label=entry.label,
        trades=[
            EntryTrade(code=one.code, name=one.name, deposit_fen=one.deposit_fen, papers=list(one.papers))
            for one in entry.trades.values()
        ],
        at_most=rules.TRADES_AT_MOST,
        agreement=AgreementView(
            version=agreement.version,
            title=agreement.title,
            sections=[AgreementSection(title=head, text=body) for head, body in agreement.sections],
        ),
        approval=await find_approval(uow),
        branded=list(entry.branded),
    )


async def view_licence(uow: UnitOfWork, shop: ShopView) -> ShopLicence:
    """Returns what a store shows its buyers: its licence, or why it needs none, and its papers."""
    row = (await uow.execute(_OF_SHOP, {"shop_id": shop.id})).one_or_none()
    subject = {} if row is None else row.subject
    papers = [] if row is None else row.papers
    known = policy.load().papers
    return ShopLicence(
        shop_id=shop.id,
        shop_name=shop.name,
        subject=subject.get("kind", Subject.PERSONAL),
        exemption=subject.get("exemption", Exemption.SPORADIC if row is None else None),
        licence=subject.get("licence"),
        papers=[
            ShownPaper(
                name=known[paper["code"]].name,
                number=paper["number"],
                holder=paper["holder"],
                valid_until=paper["valid_until"],
            )
            for paper in papers
        ],
    )


def view_of(row: Any, party: Party) -> RegistrationView:
    """Returns a registration as its form shows it, with what this party may do now."""
    known = policy.load().papers
    copied = (
        "id state seat_number learner_name name intro logo categories agreement submitted_sim_at submitted_at shop_id"
    )
    return RegistrationView(
        **{name: getattr(row, name) for name in copied.split()},
        subject=None if row.subject is None else SubjectView(**row.subject),
        papers=[PaperView(name=known[paper["code"]].name, **paper) for paper in row.papers],
        needs=_needs(row),
        deposit_fen=deposit_of(row.categories),
        deposit_held_fen=row.deposit_held_fen,
        missing=missing(row),
        remarks=[RemarkView(field=name, reason=reason) for name, reason in row.remarks.items()],
        actions=REGISTRATION.offers(row.state, party),
    )


def deposit_of(categories: list[str]) -> int:
    """Returns the deposit for main categories, in fen: the highest of them; nothing while none is chosen."""
    trades = policy.load().trades
    return max((trades[code].deposit_fen for code in categories), default=0)


def needed_papers(subject: dict[str, Any] | None, categories: list[str]) -> list[str]:
    """Returns the codes of the papers that a seller of these categories must have."""
    trades = policy.load().trades
    needed = {paper for code in categories for paper in trades[code].papers}
    exemption = None if subject is None else subject["exemption"]
    return rules.papers_for(exemption and Exemption(exemption), needed)


def missing(row: Any) -> list[str]:
    """Returns the steps that are not done, in their order."""
    has = {paper["code"] for paper in row.papers}
    done = {
        StepOf.SUBJECT: row.subject is not None,
        StepOf.STORE: row.name != "" and row.categories != [],
        StepOf.PAPERS: row.subject is not None
        and row.categories != []
        and has.issuperset(needed_papers(row.subject, row.categories)),
        StepOf.DEPOSIT: row.categories != [] and row.deposit_held_fen == deposit_of(row.categories),
        StepOf.AGREEMENT: row.agreement == policy.load().agreement.version,
    }
    return [step.value for step in StepOf if not done[step]]


def _needs(row: Any) -> list[PaperNeed]:
    known = policy.load().papers
    required = needed_papers(row.subject, row.categories)
    codes = [*required]
    if row.subject is not None and row.subject["kind"] == Subject.COMPANY:
        codes.append(policy.BRAND.code)
    return [
        PaperNeed(code=code, name=known[code].name, note=known[code].note, required=code in required) for code in codes
    ]
