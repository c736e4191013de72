# ruff: noqa: INP001  a script, not a package
"""Writes `web/src/pictures/catalogue.json`, what the front end knows of the drawings, from `mall/drawings`.

Run after any change of a drawing: `python -m tools.list_drawings`. A test compares.
"""

import json
from pathlib import Path

from mall.drawings.catalogue import listing

TARGET = Path(__file__).resolve().parents[1] / "web" / "src" / "pictures" / "catalogue.json"


def main() -> None:
    """Writes the list."""
    TARGET.write_text(json.dumps(listing(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
