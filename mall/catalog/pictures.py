"""The drawings a product may show, and the categories of the mall."""

import json
from functools import cache
from pathlib import Path

from mall.drawings import catalogue as drawings

_FILE = Path(__file__).with_name("pictures.json")


@cache
def _catalogue() -> dict[str, list[dict[str, str]]]:
    loaded: dict[str, list[dict[str, str]]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def drawing_keys() -> frozenset[str]:
    """Returns the keys of all drawings."""
    return drawings.keys()


def categories() -> list[dict[str, str]]:
    """Returns the mall's categories (code, name, art) in their order on the page."""
    return _catalogue()["categories"]


def category_codes() -> frozenset[str]:
    """Returns the codes of all categories."""
    return frozenset(category["code"] for category in categories())
