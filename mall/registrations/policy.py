"""Rules of entry as versioned data: deposits by category, naming, the agreement. All of `entry-1` is 示例."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

VERSION = "entry-1"
_FOLDER = Path(__file__).parent
_CATEGORIES = _FOLDER.parent / "catalog" / "categories" / "teaching-1.toml"


@dataclass(frozen=True, slots=True)
class Trade:
    """One main category (主营类目): a top of the category tree, its deposit, the papers its goods need."""

    code: str
    name: str
    deposit_fen: int
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A qualification (资质) that some categories need."""

    code: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a seller agrees to."""

    version: str
    title: str
    sections: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of the rules of entry."""

    version: str
    label: str
    approval: str
    trades: dict[str, Trade]
    papers: dict[str, Paper]
    banned: tuple[str, ...]
    branded: tuple[str, ...]
    agreement: Agreement


BRAND = Paper("brand", "品牌授权书", "店名里用“旗舰店”“专卖店”这类字样才需要。")
"""Needed by no category: it lets a company call its store a flagship store."""


@cache
def load(version: str = VERSION) -> Entry:
    """Returns a version of the rules of entry.

    Raises:
        FileNotFoundError: there is none of that name.

    """
    values = tomllib.loads((_FOLDER / f"{version}.toml").read_text(encoding="utf-8"))
    tree = tomllib.loads(_CATEGORIES.read_text(encoding="utf-8"))
    needs: dict[str, list[str]] = {}
    for leaf in tree["leaves"]:
        code = leaf.get("qualification")
        if code is not None and code not in needs.setdefault(leaf["top"], []):
            needs[leaf["top"]].append(code)
    deposit = values["deposit"]
    trades = {
        top["code"]: Trade(
            code=top["code"],
            name=top["name"],
            deposit_fen=deposit["by_top"].get(top["code"], deposit["default_fen"]),
            papers=tuple(needs.get(top["code"], ())),
        )
        for top in tree["tops"]
    }
    papers = {one["code"]: Paper(one["code"], one["name"], one["note"]) for one in tree["qualifications"]}
    agreement = values["agreement"]
    return Entry(
        version=values["version"],
        label=values["label"],
        approval=values["approval"],
        trades=trades,
        papers={**papers, BRAND.code: BRAND},
        banned=tuple(values["names"]["banned"]),
        branded=tuple(values["names"]["branded"]),
        agreement=Agreement(
            agreement["version"], agreement["title"], tuple((head, body) for head, body in agreement["sections"])
        ),
    )
