"""The mall's categories as search sees them: what they are called, and which words belong to them."""

from dataclasses import dataclass
from functools import cache

from mall.catalog import category


@dataclass(frozen=True, slots=True)
class Shelf:
    """A leaf or a department: its names from top to leaf, and words of its goods."""

    code: str
    names: tuple[str, ...]
    words: tuple[str, ...]


@cache
def shelves() -> dict[str, Shelf]:
    """Returns all departments and leaves by code, each department before its leaves."""
    found: dict[str, Shelf] = {}
    for top in category.load().tops:
        found[top.code] = Shelf(top.code, (top.name,), ())
        found |= {leaf.code: Shelf(leaf.code, (top.name, leaf.name), leaf.words) for leaf in top.leaves}
    return found


def shelf_of(code: str) -> Shelf:
    """Returns the leaf of a product; an unknown code, of older data, has no names."""
    return shelves().get(code) or Shelf(code, (), ())
