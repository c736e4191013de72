"""The life of a registration as data, what is missing before it may be handed in, and how a store may be called. Pure.

Source: the steps of 抖店/淘宝/微信小店 (subject, store, papers, deposit, agreement), shortened to a lesson; 电子商务法 10 and 15 for
who needs no registration and what is to be shown.
"""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum

from kernel.errors import FieldError
from kernel.lifecycle import Machine, State, Step, by


class Subject(StrEnum):
    """Who sells (主体)."""

    PERSONAL = "personal"
    SOLE = "sole"
    COMPANY = "company"


class Exemption(StrEnum):
    """Why a person needs no registration. Source: 电子商务法 10."""

    FARM = "farm"
    HANDICRAFT = "handicraft"
    LABOUR = "labour"
    SPORADIC = "sporadic"


class StepOf(StrEnum):
    """The steps of the form, in their order."""

    SUBJECT = "subject"
    STORE = "store"
    PAPERS = "papers"
    DEPOSIT = "deposit"
    AGREEMENT = "agreement"


class Party(StrEnum):
    """Who may move a registration."""

    SELLER = "seller"
    LECTURER = "lecturer"
    SYSTEM = "system"


REGISTRATION = Machine(
    "mall.registration",
    initial="draft",
    states={
        "draft": State(must_act=Party.SELLER),
        "submitted": State(must_act=Party.LECTURER),
        "returned": State(must_act=Party.SELLER),
        "approved": State(terminal=True),
        "abandoned": State(terminal=True),
    },
    steps=(
        Step("draft", "submit", by(Party.SELLER), "submitted"),
        Step("returned", "submit", by(Party.SELLER), "submitted"),
        Step("submitted", "take_back", by(Party.SELLER), "draft"),
        Step("submitted", "return", by(Party.LECTURER), "returned"),
        Step("submitted", "approve", by(Party.LECTURER, Party.SYSTEM), "approved"),
        Step("draft", "abandon", by(Party.SELLER), "abandoned"),
        Step("returned", "abandon", by(Party.SELLER), "abandoned"),
    ),
)

TRADES_AT_MOST = 3
"""How many main categories a store names. 示例."""
REMARK_FIELDS = ("subject", "name", "intro", "logo", "categories", "papers", "agreement")
"""What a lecturer may object to, each with a reason."""

_NAME = re.compile(r"[\w\u00b7\-&（）() ]+")
_LONG_NUMBER = re.compile(r"\d{6,}")


def name_fault(
    name: str, *, banned: Sequence[str], branded: Sequence[str], may_brand: bool, at: str = "/name"
) -> FieldError | None:
    """Returns what is wrong with a store's name, with the word at fault, or `None`."""
    if _NAME.fullmatch(name) is None:
        return FieldError(at, "mall.shop.name_signs")
    if _LONG_NUMBER.search(name) is not None:
        return FieldError(at, "mall.shop.name_number")
    for word in banned:
        if word in name:
            return FieldError(at, "mall.shop.name_banned", (("word", word),))
    for word in branded:
        if word in name and not may_brand:
            return FieldError(at, "mall.shop.name_branded", (("word", word),))
    return None


def may_brand(subject: Subject | None, papers: Collection[str]) -> bool:
    """Returns whether a store may call itself a flagship store: a company with the brand's authorisation."""
    return subject is Subject.COMPANY and "brand" in papers


def papers_for(exemption: Exemption | None, needed: Collection[str]) -> list[str]:
    """Returns the papers that must be there: who sells what he has grown himself needs no food licence.

    Source: 食品安全法 35 (edible farm products need no food licence).
    """
    spared = {"food-filing"} if exemption is Exemption.FARM else set()
    return sorted(set(needed) - spared)
