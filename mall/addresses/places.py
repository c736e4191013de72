"""Regions down to the county by their GB/T 2260 code. Pure: provinces and cities are the kernel's data, counties stand here.

A municipality's districts lie in the municipality itself; what a province administers without a city between lies in the
province. An address must end at a *leaf*: a county, or a city or province that has none here.
"""

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kernel.identity import regions

_COUNTY = re.compile(r"(\d{2})(\S+)")
_CITY_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Place:
    """One region by its six-digit code and its own name, without those it lies in."""

    code: str
    name: str
    parent: str
    """The code of the region it lies in; empty for a province."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a leaf as a parcel takes it. A municipality is both province and city; a county may be missing."""

    province: str
    city: str
    district: str


@cache
def _places() -> dict[str, Place]:
    known = regions.regions()
    found: dict[str, Place] = {}
    for region in known.values():
        if regions.prefix_of(region.code) == region.code[:2]:
            found[region.code] = Place(region.code, region.name, "")
        else:
            province = f"{region.code[:2]}0000"
            found[region.code] = Place(region.code, region.name.removeprefix(known[province].name), province)
    data = tomllib.loads(Path(__file__).with_name("districts.toml").read_text(encoding="utf-8"))
    for prefix, line in data["districts"].items():
        # Municipalities (1101) and what a province administers itself (4290) are no city of the kernel's list.
        parent = f"{prefix}00" if f"{prefix}00" in known else f"{prefix[:2]}0000"
        for number, name in _COUNTY.findall(line):
            code = f"{prefix}{number}"
            found[code] = Place(code, name, parent)
    return found


@cache
def _children() -> dict[str, list[Place]]:
    grouped: dict[str, list[Place]] = defaultdict(list)
    for place in _places().values():
        grouped[place.parent].append(place)
    return dict(grouped)


def children_of(code: str) -> list[Place]:
    """Returns the regions directly inside one, by code; of the empty code the provinces, of an unknown one none."""
    return _children().get(code, [])


def is_leaf(code: str) -> bool:
    """Whether an address may end here."""
    return code in _places() and not children_of(code)


def route_to(code: str) -> Route:
    """Returns the way to a leaf.

    Raises:
        KeyError: there is no region of this code.

    """
    place = _places()[code]
    way = [place.name]
    while place.parent:
        place = _places()[place.parent]
        way.insert(0, place.name)
    if len(way) == 1:
        return Route(way[0], way[0], "")
    if len(way) > 2:  # noqa: PLR2004  province, city, county
        return Route(*way)
    # A municipality's district, a county without a city, or a city without counties.
    is_city = code[_CITY_DIGITS:] == "00"
    return Route(way[0], way[1], "") if is_city else Route(way[0], way[0], way[1])


def name_of(code: str) -> str:
    """Returns the names on the way to a leaf as an envelope has them, without saying a municipality twice.

    Raises:
        KeyError: there is no region of this code.

    """
    route = route_to(code)
    return "".join(dict.fromkeys((route.province, route.city, route.district)))
