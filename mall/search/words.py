"""Cuts what stands on goods, and what a buyer types, into the words they are found by. Pure.

The same cutting on both sides. Chinese goes through `rjieba` (a dictionary of its own, loaded on first use: 34 MB). Sizes
keep their unit and one spelling, so that “500 克” finds “500g”; Latin is folded, full width becomes half width. It refuses
to guess typing errors.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION_OF_CUTTING = 1
"""Raised when this code cuts differently; entries cut by another version are made anew (`service.fill`)."""

LONGEST = 24
"""Characters of a word at most; longer Latin is cut off on both sides alike."""

_FILE = Path(__file__).with_name("words-1.toml")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_LETTER_APART = re.compile(r"(?<![a-z0-9])([a-z])\s+(?=[\u3400-\u4dbf\u4e00-\u9fff])")
_LATIN = re.compile(r"[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Words:
    """The versioned lists of `words-1.toml`."""

    version: int
    dictionary: tuple[str, ...]
    ignored: frozenset[str]
    synonyms: dict[str, tuple[str, ...]]
    units: dict[str, str]
    size: re.Pattern[str]
    initials: dict[str, str]


@cache
def lists() -> Words:
    """Returns the lists."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    units = {spelling: group[0] for group in data["units"] for spelling in group}
    # The longest spelling first: “千克” before “克”. A Latin unit ends where its letters end (“5gb” is no gram).
    spellings = sorted(units, key=lambda unit: (-len(unit), unit))
    alternatives = "|".join(f"{unit}(?![a-z])" if unit.isascii() else unit for unit in spellings)
    return Words(
        version=data["version"],
        dictionary=tuple(data["dictionary"]),
        ignored=frozenset(data["ignored"]),
        synonyms={
            word: tuple(other for other in group if other != word) for group in data["synonyms"] for word in group
        },
        units=units,
        size=re.compile(rf"(\d+(?:\.\d+)?)\s*({alternatives})"),
        initials=data["initials"],
    )


def version() -> int:
    """Returns by which cutting and which lists the words of an entry were made."""
    return VERSION_OF_CUTTING * 1000 + lists().version


def folded(text: str) -> str:
    """Returns a text in half width and lower case; “T 恤” is written together."""
    return _LETTER_APART.sub(r"\1", unicodedata.normalize("NFKC", text).casefold())


def cut(text: str) -> list[str]:
    """Returns the words of a text in their order, each once; overlapping ones as well (“黑木耳”: 木耳, 黑木耳)."""
    known = lists()
    plain = folded(text)
    words = [f"{size}{known.units[unit]}" for size, unit in known.size.findall(plain)]
    rest = known.size.sub(" ", plain)
    for word in _knife()(rest):
        words += [word] if _HAN.search(word) else _LATIN.findall(word)
    return [word for word in dict.fromkeys(word[:LONGEST] for word in words) if word not in known.ignored]


@cache
def _knife() -> Callable[[str], list[str]]:
    """Returns the cutter, with our own words added to its dictionary."""
    import rjieba  # noqa: PLC0415  loaded on first use: a process that never cuts does without 34 MB

    for word in (*lists().dictionary, *lists().synonyms):
        rjieba.add_word(word, None, None)
    return rjieba.cut_for_search


def is_chinese(word: str) -> bool:
    """Tells whether a word is written in Chinese characters."""
    return _HAN.match(word) is not None


def pieces(text: str) -> list[str]:
    """Returns every character and every two neighbouring characters of the Chinese in a text.

    They find what no cutting expects: one character, and a word that the title's own cutting went across.
    """
    found: list[str] = []
    for run in _HAN_RUN.findall(folded(text)):
        found += [*run, *pairs(run)]
    return list(dict.fromkeys(found))


def pairs(word: str) -> list[str]:
    """Returns the neighbouring characters of a word, two by two."""
    return [word[at : at + 2] for at in range(len(word) - 1)]


def sought(text: str) -> list[str]:
    """Returns the words a buyer looks for: the longest cutting only, without words inside words."""
    words = cut(text)
    return [word for word in words if not any(word != other and word in other and is_chinese(word) for other in words)]


def alike(word: str) -> tuple[str, ...]:
    """Returns other words for the same thing."""
    return lists().synonyms.get(word, ())


def known_words(texts: Iterable[str]) -> list[str]:
    """Returns the words worth suggesting from some texts: two characters and more, whole ones, no sizes."""
    words = (word for text in texts for word in sought(text))
    return list(dict.fromkeys(word for word in words if len(word) > 1 and not word[0].isdigit()))
