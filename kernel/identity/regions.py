"""Regions by their GB/T 2260 code: names, and which lies in which. The data stand in `regions.toml`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CITY = re.compile(r"(\d{2})(\S+)")
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Region:
    """A province or a prefecture, by its six-digit code; `name` of a prefecture begins with its province's."""

    code: str
    name: str


@cache
def regions() -> dict[str, Region]:
    """Returns all regions by code: each province, then its prefectures."""
    data = tomllib.loads(Path(__file__).with_name("regions.toml").read_text(encoding="utf-8"))
    found: dict[str, Region] = {}
    for province, line in data["provinces"].items():
        name, *cities = line.split(" ")
        found[f"{province}0000"] = Region(f"{province}0000", name)
        for city in cities:
            number, city_name = _CITY.fullmatch(city).groups()  # type: ignore[union-attr]  # our own data, under test
            found[f"{province}{number}00"] = Region(f"{province}{number}00", name + city_name)
    return found


def prefix_of(code: str) -> str:
    """Returns what every code inside a region begins with: `61` for 610000, `6101` for 610100."""
    while code.endswith("00"):
        code = code[:-2]
    return code


def name_of(code_or_prefix: str) -> str:
    """Returns the name of a region by its code or prefix; of an unknown one the code itself."""
    known = regions().get(code_or_prefix.ljust(CODE_DIGITS, "0"))
    return known.name if known is not None else code_or_prefix
