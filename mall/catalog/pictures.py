"""The drawings a product may show, and the categories of the mall; the same list as the front end's (a test compares)."""

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("pictures.json")


@cache
def _catalogue() -> dict[str, list[dict[str, str]]]:
    loaded: dict[str, list[dict[str, str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def drawing_keys() -> frozenset[str]:
    """Returns the keys of all drawings."""
    return frozenset(picture["key"] for picture in _catalogue()["pictures"])


def categories() -> list[dict[str, str]]:
    """Returns the mall's categories (code, name, art) in their order on the page."""
    return _catalogue()["categories"]


def category_codes() -> frozenset[str]:
    """Returns the codes of all categories."""
    return frozenset(category["code"] for category in categories())


def of_category(code: str) -> list[dict[str, str]]:
    """Returns the drawings of one category."""
    return [picture for picture in _catalogue()["pictures"] if picture["category"] == code]
