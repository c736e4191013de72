"""Judges how well goods are presented: 0 to 100 points from a list of checks (商品质量分). Pure. 教学示例规则, of our own making.

Each check says what it is worth and what was reached; the page turns code and params into words and sorts by what is to be won.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from mall.catalog.category import Leaf
from mall.catalog.rules import AttributeValue, title_bytes
from mall.catalog.words import Hit

GOOD_TITLE_BYTES = 30
"""Fifteen Chinese characters: below, name, spec and trait do not fit in."""
PICTURES_FULL = 5
DETAIL_ENOUGH = 60
DETAIL_PICTURES = 2


class Check(StrEnum):
    """What is looked at."""

    BANNED_WORDS = "banned_words"
    DOUBTFUL_WORDS = "doubtful_words"
    TITLE_LENGTH = "title_length"
    TITLE_NAMES_GOODS = "title_names_goods"
    REQUIRED_ATTRIBUTES = "required_attributes"
    OTHER_ATTRIBUTES = "other_attributes"
    PICTURES = "pictures"
    OWN_PICTURE = "own_picture"
    DETAIL_TEXT = "detail_text"
    DETAIL_PICTURES = "detail_pictures"
    MARGINS = "margins"
    STOCK = "stock"
    CODES = "codes"
    WEIGHTS = "weights"


POINTS: Mapping[Check, int] = {
    Check.BANNED_WORDS: 15,
    Check.DOUBTFUL_WORDS: 5,
    Check.TITLE_LENGTH: 10,
    Check.TITLE_NAMES_GOODS: 6,
    Check.REQUIRED_ATTRIBUTES: 15,
    Check.OTHER_ATTRIBUTES: 6,
    Check.PICTURES: 12,
    Check.OWN_PICTURE: 5,
    Check.DETAIL_TEXT: 8,
    Check.DETAIL_PICTURES: 4,
    Check.MARGINS: 5,
    Check.STOCK: 4,
    Check.CODES: 2,
    Check.WEIGHTS: 3,
}


@dataclass(frozen=True, slots=True)
class SkuFacts:
    """One SKU as far as it is judged. `None` is not yet given; for `on_hand`, as it was."""

    price_fen: int | None
    cost_fen: int | None
    on_hand: int | None
    code: str
    weight_g: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Goods as far as they are judged."""

    title: str
    leaf: Leaf | None
    attributes: Mapping[str, AttributeValue]
    pictures: int
    own_pictures: int
    detail_length: int
    detail_pictures: int
    skus: Sequence[SkuFacts]
    hits: Sequence[Hit]
    commission_bp: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check is worth and what was reached; `params` are what its words need."""

    check: Check
    points: int
    reached: int
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The score and how it came about."""

    score: int
    verdicts: tuple[Verdict, ...]


def judge(facts: Facts) -> Judgement:
    """Returns the quality of goods: the sum of what their checks reach."""
    verdicts = (*_words(facts), *_title(facts), *_attributes(facts), *_pictures(facts), *_skus(facts))
    return Judgement(sum(verdict.reached for verdict in verdicts), verdicts)


def _verdict(check: Check, got: int, of: int = 1, **params: str | int) -> Verdict:
    """Returns what `got` of `of` is worth; a fraction of a point counts when it is complete."""
    return Verdict(check, POINTS[check], POINTS[check] * min(got, of) // of, params)


def _words(facts: Facts) -> list[Verdict]:
    blocking = [hit.word for hit in facts.hits if hit.group.blocks]
    doubtful = [hit.word for hit in facts.hits if not hit.group.blocks]
    written = facts.title != ""
    return [
        _verdict(Check.BANNED_WORDS, written and not blocking, words="、".join(dict.fromkeys(blocking))),
        _verdict(Check.DOUBTFUL_WORDS, written and not doubtful, words="、".join(dict.fromkeys(doubtful))),
    ]


def _title(facts: Facts) -> list[Verdict]:
    words = () if facts.leaf is None else (facts.leaf.name, *facts.leaf.words)
    named = any(word.casefold() in facts.title.casefold() for word in words)
    return [
        _verdict(Check.TITLE_LENGTH, title_bytes(facts.title) >= GOOD_TITLE_BYTES, wanted=GOOD_TITLE_BYTES // 2),
        _verdict(Check.TITLE_NAMES_GOODS, named, words="、".join(words[1:5])),
    ]


def _attributes(facts: Facts) -> list[Verdict]:
    if facts.leaf is None:
        return [_verdict(Check.REQUIRED_ATTRIBUTES, 0, names=""), _verdict(Check.OTHER_ATTRIBUTES, 0, names="")]
    given = {code for code, value in facts.attributes.items() if value not in ("", [])}
    verdicts = []
    for check, required in ((Check.REQUIRED_ATTRIBUTES, True), (Check.OTHER_ATTRIBUTES, False)):
        wanted = [attribute for attribute in facts.leaf.attributes if attribute.required is required]
        missing = [attribute.name for attribute in wanted if attribute.code not in given]
        # What a leaf does not ask for is reached by everybody.
        got, of = (len(wanted) - len(missing), len(wanted)) if wanted else (1, 1)
        verdicts.append(_verdict(check, got, of, names="、".join(missing)))
    return verdicts


def _pictures(facts: Facts) -> list[Verdict]:
    return [
        _verdict(Check.PICTURES, facts.pictures, PICTURES_FULL, count=facts.pictures, wanted=PICTURES_FULL),
        _verdict(Check.OWN_PICTURE, facts.own_pictures > 0),
        _verdict(Check.DETAIL_TEXT, facts.detail_length, DETAIL_ENOUGH, wanted=DETAIL_ENOUGH),
        _verdict(Check.DETAIL_PICTURES, facts.detail_pictures, DETAIL_PICTURES, wanted=DETAIL_PICTURES),
    ]


def _skus(facts: Facts) -> list[Verdict]:
    count = len(facts.skus)
    earning = sum(_earns(sku, facts.commission_bp) for sku in facts.skus)
    stocked = sum(sku.on_hand is None or sku.on_hand > 0 for sku in facts.skus)
    coded = sum(sku.code != "" for sku in facts.skus)
    weighed = sum(sku.weight_g > 0 for sku in facts.skus)
    return [
        _verdict(Check.MARGINS, earning, count or 1, count=count - earning),
        _verdict(Check.STOCK, stocked, count or 1, count=count - stocked),
        _verdict(Check.CODES, coded, count or 1, count=count - coded),
        _verdict(Check.WEIGHTS, weighed, count or 1, count=count - weighed),
    ]


def _earns(sku: SkuFacts, commission_bp: int) -> bool:
    """Whether a unit leaves something after cost and commission; freight is not known here."""
    if sku.price_fen is None or sku.cost_fen is None:
        return False
    return sku.price_fen * (10_000 - commission_bp) > sku.cost_fen * 10_000
