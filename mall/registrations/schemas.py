"""Requests and answers about registrations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kernel.http.fields import Command, Line, View, Word
from mall.registrations.models import Approval
from mall.registrations.rules import TRADES_AT_MOST, Exemption, Subject
from mall.shops.schemas import Intro, Logo, LogoChoice, Name

Code = Annotated[Word, Field(min_length=1, max_length=24)]


class RegistrationBegin(Command):
    """A registration may begin with the name the store shall have; it can still be changed."""

    name: Name | None = None
    intro: Intro = ""


class SubjectWrite(Command):
    """Who sells; a business gets a mock licence, a person says why he needs none."""

    kind: Subject
    exemption: Exemption | None = None


class StoreWrite(Command):
    name: Name
    intro: Intro = ""
    logo: LogoChoice | None = None
    categories: Annotated[list[Code], Field(min_length=1, max_length=TRADES_AT_MOST)]


class PapersWrite(Command):
    """For which qualifications mock papers are made; each call makes fresh ones."""

    codes: Annotated[list[Code], Field(max_length=20)]


class AgreementWrite(Command):
    version: Annotated[Word, Field(min_length=1, max_length=24)]
    agreed: Literal[True]


class Remark(Command):
    field: Literal["subject", "name", "intro", "logo", "categories", "papers", "agreement"]
    reason: Annotated[Line, Field(min_length=2, max_length=100)]


class RegistrationReturn(Command):
    remarks: Annotated[list[Remark], Field(min_length=1, max_length=7)]


class ApprovalWrite(Command):
    approval: Approval


class Licence(View):
    """A generated business licence; nobody's."""

    number: str
    holder: str
    person: str
    address: str
    scope: str
    issued_on: str


class SubjectView(View):
    kind: Subject
    exemption: Exemption | None
    licence: Licence | None


class PaperView(View):
    code: str
    name: str
    number: str
    holder: str
    issued_on: str
    valid_until: str


class PaperNeed(View):
    code: str
    name: str
    note: str
    required: bool


class RemarkView(View):
    field: str
    reason: str


class RegistrationView(View):
    id: UUID
    state: str
    seat_number: int
    learner_name: str
    subject: SubjectView | None
    name: str
    intro: str
    logo: Logo | None
    categories: list[str]
    papers: list[PaperView]
    needs: list[PaperNeed]
    agreement: str | None
    deposit_fen: int
    """What this store's main categories ask for."""
    deposit_held_fen: int
    missing: list[str]
    """The steps that are not done yet, in their order."""
    remarks: list[RemarkView]
    submitted_sim_at: datetime | None
    submitted_at: datetime | None
    shop_id: UUID | None
    actions: list[str]


class AgreementSection(View):
    title: str
    text: str


class AgreementView(View):
    version: str
    title: str
    sections: list[AgreementSection]


class EntryTrade(View):
    code: str
    name: str
    deposit_fen: int
    papers: list[str]


class EntryView(View):
    """What the form offers. `label` says that it is an example."""

    label: str
    trades: list[EntryTrade]
    at_most: int
    agreement: AgreementView
    approval: Approval
    branded: list[str]


class RegistrationDesk(View):
    registration: RegistrationView | None
    wallet_fen: int


class NameFault(View):
    """Why a name cannot be used, and the word at fault; both null when it can."""

    code: str | None
    word: str | None


class RegistrationQueue(View):
    approval: Approval
    rows: list[RegistrationView]
