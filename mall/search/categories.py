"""The mall's categories as search sees them: what they are called, which words belong to them, what lies under a top one."""

from dataclasses import dataclass
from functools import cache

from mall.catalog import pictures


@dataclass(frozen=True, slots=True)
class Shelf:
    """One leaf: its names from top to leaf, and words of its goods."""

    code: str
    names: tuple[str, ...]
    words: tuple[str, ...]


@cache
def shelves() -> dict[str, Shelf]:
    """Returns all leaves by code."""
    return {
        category["code"]: Shelf(
            code=category["code"],
            names=(category["name"],),
            words=tuple(drawing["name"] for drawing in pictures.of_category(category["code"])),
        )
        for category in pictures.categories()
    }


def shelf_of(code: str) -> Shelf:
    """Returns the leaf of a product; an unknown code, of older data, has no names."""
    return shelves().get(code) or Shelf(code, (), ())


def leaves_under(code: str) -> list[str]:
    """Returns the leaves of a top category, or a leaf itself."""
    return [code]
