"""How an entry is written, what a search asks of it, and what each part of the rank is worth. Pure.

An entry's words carry PostgreSQL's four weights: A stands in the title, B describes the goods (category, attributes, store),
C is a piece of the title that is no word of its own, D belongs to the category's other goods. A search is answered in full
by A to C; D serves the partial answer only.
"""

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from mall.search import words

WORDS_SOUGHT = 8
"""More words than this do not narrow a search any further."""

PART_AT_MOST = 100
_FILE = Path(__file__).with_name("ranks-1.toml")


class Sort(StrEnum):
    """The orders of a list of goods."""

    RECOMMENDED = "recommended"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    SOLD = "sold"
    NEWEST = "newest"


class Part(StrEnum):
    """The parts of the recommended order of a search."""

    TEXT = "text"
    QUALITY = "quality"
    SALES = "sales"
    FRESHNESS = "freshness"
    TURN = "turn"
    PENALTY = "penalty"


@dataclass(frozen=True, slots=True)
class Ranks:
    """The versioned weights of `ranks-1.toml`."""

    version: int
    label: str
    weights: dict[Part, int]
    title: int
    described: int
    inside: int
    fades_per_sim_day: int
    sales_full_at: int
    late_for: timedelta


@cache
def ranks() -> Ranks:
    """Returns the weights."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Ranks(
        version=data["version"],
        label=data["label"],
        weights={Part(name): weight for name, weight in data["weights"].items()},
        title=data["text"]["title"],
        described=data["text"]["described"],
        inside=data["text"]["inside"],
        fades_per_sim_day=data["freshness"]["fades_per_sim_day"],
        sales_full_at=data["sales"]["full_at"],
        late_for=timedelta(days=data["penalty"]["late_sim_days"]),
    )


@dataclass(frozen=True, slots=True)
class Written:
    """The texts by which goods are found."""

    title: str
    described: tuple[str, ...]
    related: tuple[str, ...]


def entry_of(written: Written) -> str:
    """Returns a `tsvector` literal: every word once, with its best weight."""
    weights: dict[str, str] = {}
    for weight, found in (
        ("A", words.cut(written.title)),
        ("B", [word for text in written.described for word in words.cut(text)]),
        ("C", words.pieces(written.title)),
        ("D", [word for text in written.related for word in words.cut(text)]),
    ):
        for word in found:
            weights.setdefault(word, weight)
    return " ".join(f"{_quoted(word)}:1{weight}" for word, weight in weights.items())


@dataclass(frozen=True, slots=True)
class Search:
    """What one search asks: `full` and `partly` are `tsquery` literals; the tuples have one for each word."""

    words: tuple[str, ...]
    full: str
    partly: str
    each: tuple[str, ...]
    in_title: tuple[str, ...]
    described: tuple[str, ...]


def search_for(text: str) -> Search | None:
    """Returns what a buyer's words ask, `None` when they hold no word at all."""
    sought = tuple(words.sought(text)[:WORDS_SOUGHT])
    if not sought:
        return None
    spelt = [(word, *words.alike(word)) for word in sought]
    each = tuple(f"({_any(_ways(spellings, 'ABC'))})" for spellings in spelt)
    return Search(
        words=sought,
        full=" & ".join(each),
        partly=" | ".join(_any(_ways(spellings, "")) for spellings in spelt),
        each=each,
        in_title=tuple(_any(f"{_quoted(word)}:A" for word in spellings) for spellings in spelt),
        described=tuple(_any(f"{_quoted(word)}:B" for word in spellings) for spellings in spelt),
    )


def _ways(spellings: Iterable[str], weights: str) -> Iterable[str]:
    """Returns how an entry may hold a word: as a word of its own, or as neighbouring pieces of its title."""
    suffix = f":{weights}" if weights else ""
    for word in spellings:
        yield f"{_quoted(word)}{suffix}"
        if len(word) > 2 and words.is_chinese(word):  # noqa: PLR2004  a pair is its own only piece
            yield f"({' & '.join(f'{_quoted(pair)}{suffix}' for pair in words.pairs(word))})"


def _any(alternatives: Iterable[str]) -> str:
    return " | ".join(alternatives)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", r"\\").replace("'", "''") + "'"


def sales_part(sold: int) -> int:
    """Returns 0–100 for units sold; logarithmic, because the first ten say more than the next ten. Rounds down."""
    if sold >= ranks().sales_full_at:
        return PART_AT_MOST
    return int(PART_AT_MOST * math.log1p(sold) / math.log1p(ranks().sales_full_at))


def score(parts: dict[Part, int]) -> int:
    """Returns the sum of the weighted parts; the penalty takes away."""
    weights = ranks().weights
    return sum((-1 if part is Part.PENALTY else 1) * weights[part] * value for part, value in parts.items())


def penalty_until(shipped_sim_at: datetime) -> datetime:
    """Returns until when a late parcel counts against its store."""
    return shipped_sim_at + ranks().late_for
