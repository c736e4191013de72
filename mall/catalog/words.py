"""Finds forbidden and doubtful words in a seller's texts (违禁词). Pure; owns no opinion on what a page does with them.

A text is folded first (full width, case, spaces inside a word), so that “最 佳” and “ＮＯ．１” are found; hits inside an allowed
phrase (“第一步”) are none. Places are in characters of the text as it was written.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = "teaching-1"
BLOCKS_FROM = 7
"""From this severity on a word keeps goods from the shelf; below it is a hint. 示例, as the lists are."""

_FOLDER = Path(__file__).with_name("wordlists")
_INVISIBLE = {"Cf", "Zs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Group:
    """Words of one kind, why they are wrong, and what to write instead."""

    code: str
    name: str
    severity: int
    law: str
    consequence: str
    instead: tuple[str, ...]

    @property
    def blocks(self) -> bool:
        """Whether goods with such a word stay off the shelf."""
        return self.severity >= BLOCKS_FROM


@dataclass(frozen=True, slots=True)
class Hit:
    """One word found, from `start` to before `end` of the text as it was written."""

    word: str
    start: int
    end: int
    group: Group


@dataclass(frozen=True, slots=True)
class WordList:
    """One version of the words, made ready to search."""

    version: str
    label: str
    groups: dict[str, Group]
    pattern: re.Pattern[str]
    allowed: re.Pattern[str]


@cache
def load(version: str = VERSION) -> WordList:
    """Returns a version of the words.

    Raises:
        FileNotFoundError: there is none of that name.
        ValueError: a word stands in two groups.

    """
    values = tomllib.loads((_FOLDER / f"{version}.toml").read_text(encoding="utf-8"))
    groups: dict[str, Group] = {}
    for entry in values["groups"]:
        words = [_fold(word)[0] for word in entry.pop("words")]
        group = Group(**{**entry, "instead": tuple(entry["instead"])})
        for word in words:
            if groups.setdefault(word, group) is not group:
                raise ValueError(f"{word} is in {groups[word].code} and {group.code}")
    allowed = [_fold(phrase)[0] for phrase in values["allowed"]]
    return WordList(values["version"], values["label"], groups, _any_of(list(groups)), _any_of(allowed))


def find(text: str, words: WordList | None = None) -> list[Hit]:
    """Returns the words found in a text, from left to right; of two that begin at one place the longer."""
    words = words or load()
    folded, places = _fold(text)
    spared = [match.span() for match in words.allowed.finditer(folded)]
    return [
        Hit(
            word=text[places[start] : places[end - 1] + 1],
            start=places[start],
            end=places[end - 1] + 1,
            group=words.groups[folded[start:end]],
        )
        for start, end in (match.span() for match in words.pattern.finditer(folded))
        if not any(first <= start and end <= last for first, last in spared)
    ]


def _fold(text: str) -> tuple[str, list[int]]:
    """Returns a text in half width and small letters without spaces, and for each of its characters where it stood."""
    pairs = list(_folded(text))
    return "".join(char for char, _ in pairs), [place for _, place in pairs]


def _folded(text: str) -> Iterator[tuple[str, int]]:
    for place, char in enumerate(text):
        for part in unicodedata.normalize("NFKC", char).casefold():
            if unicodedata.category(part) not in _INVISIBLE and not part.isspace():
                yield part, place


def _any_of(words: list[str]) -> re.Pattern[str]:
    """Returns a pattern of any of these words, the longer first. A few hundred words need no automaton of our own."""
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word))))
