"""Categories (类目) as versioned data: tops, leaves with typed attributes, and what a leaf suggests. Owns their meaning, not goods.

`categories/teaching-1.toml` is 示例. Reading it checks it, so that a slip in the data is an error at the start and not in a lesson.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

VERSION = "teaching-1"
_FOLDER = Path(__file__).with_name("categories")


class AttributeKind(StrEnum):
    """How an attribute is given."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOL = "bool"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute (属性) of a leaf. Numbers are whole, in `unit`."""

    code: str
    name: str
    kind: AttributeKind
    required: bool = False
    options: tuple[str, ...] = ()
    unit: str = ""
    min: int | None = None
    max: int | None = None
    max_length: int = 40
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a seller needs before he may sell goods of a leaf (资质)."""

    code: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """The lowest category: what a product belongs to."""

    code: str
    top: str
    name: str
    art: str
    attributes: tuple[Attribute, ...]
    specs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    qualification: str | None = None

    def attribute(self, code: str) -> Attribute | None:
        """Returns the attribute of this code, if the leaf has it."""
        return next((attribute for attribute in self.attributes if attribute.code == code), None)


@dataclass(frozen=True, slots=True)
class Top:
    """A department of the mall."""

    code: str
    name: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Categories:
    """One version of all categories."""

    version: str
    label: str
    tops: tuple[Top, ...]
    qualifications: tuple[Qualification, ...]


@cache
def load(version: str = VERSION) -> Categories:
    """Returns a version of the categories.

    Raises:
        FileNotFoundError: there is none of that name.
        ValueError: the data contradict themselves.

    """
    return read(tomllib.loads((_FOLDER / f"{version}.toml").read_text(encoding="utf-8")))


def read(values: dict[str, Any]) -> Categories:
    """Returns the categories that a parsed file describes.

    Raises:
        ValueError: a code is used twice, a leaf hangs on no top, an attribute cannot be given, or nothing is required.

    """
    leaves = [_leaf(entry) for entry in values["leaves"]]
    tops = tuple(
        Top(top["code"], top["name"], tuple(leaf for leaf in leaves if leaf.top == top["code"]))
        for top in values["tops"]
    )
    qualifications = tuple(Qualification(**entry) for entry in values.get("qualifications", ()))
    _check(tops, leaves, {entry.code for entry in qualifications})
    return Categories(values["version"], values["label"], tops, qualifications)


def find_leaf(code: str) -> Leaf | None:
    """Returns the leaf of a code; a top or a code of nothing is none."""
    return _leaves().get(code)


def codes_under(code: str) -> list[str]:
    """Returns the leaves that a code stands for: itself, or all of a top's; none for a code of nothing."""
    if code in _leaves():
        return [code]
    return [leaf.code for top in load().tops if top.code == code for leaf in top.leaves]


@cache
def _leaves() -> dict[str, Leaf]:
    return {leaf.code: leaf for top in load().tops for leaf in top.leaves}


def _leaf(entry: dict[str, Any]) -> Leaf:
    attributes = tuple(_attribute(entry["code"], given) for given in entry["attributes"])
    if len({attribute.code for attribute in attributes}) != len(attributes):
        raise ValueError(f"{entry['code']}: an attribute stands there twice")
    if not any(attribute.required for attribute in attributes):
        raise ValueError(f"{entry['code']}: no attribute is required")
    return Leaf(
        code=entry["code"],
        top=entry["top"],
        name=entry["name"],
        art=entry["art"],
        attributes=attributes,
        specs=tuple(entry.get("specs", ())),
        words=tuple(entry.get("words", ())),
        qualification=entry.get("qualification"),
    )


def _attribute(leaf: str, given: dict[str, Any]) -> Attribute:
    attribute = Attribute(**{**given, "kind": AttributeKind(given["kind"]), "options": tuple(given.get("options", ()))})
    chosen = attribute.kind in {AttributeKind.CHOICE, AttributeKind.CHOICES}
    if chosen != bool(attribute.options):
        raise ValueError(f"{leaf}.{attribute.code}: options belong to choices, and only to them")
    if attribute.kind is AttributeKind.NUMBER and not (attribute.min or 0) <= (attribute.max or 10**9):
        raise ValueError(f"{leaf}.{attribute.code}: the bounds exclude everything")
    return attribute


def _check(tops: tuple[Top, ...], leaves: list[Leaf], qualifications: set[str]) -> None:
    codes = [top.code for top in tops] + [leaf.code for leaf in leaves]
    shared = {code for code in codes if codes.count(code) > 1}
    if shared:
        raise ValueError(f"used twice: {sorted(shared)}")
    homeless = {leaf.code for leaf in leaves} - {leaf.code for top in tops for leaf in top.leaves}
    if homeless or not all(top.leaves for top in tops):
        raise ValueError(f"tops and leaves disagree: {sorted(homeless)}")
    unknown = {leaf.qualification for leaf in leaves if leaf.qualification is not None} - qualifications
    if unknown:
        raise ValueError(f"unknown qualifications: {sorted(unknown)}")
