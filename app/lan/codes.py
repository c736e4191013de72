"""QR codes: as the path of a drawing for pages, as half-block characters for terminals.

Both carry the white margin of four modules that readers need. Source: ISO/IEC 18004, quiet zone.
"""

from dataclasses import dataclass
from functools import lru_cache

import segno

MARGIN = 4
_HALVES = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}


@dataclass(frozen=True)
class Drawing:
    """A code as one SVG path of dark modules on a square of `size` units, margin included."""

    size: int
    path: str


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Returns the rows of the code for `text`, margin included; true is dark."""
    code = segno.make(text, error="m", micro=False)  # phones read no Micro QR
    return tuple(tuple(module != 0 for module in row) for row in code.matrix_iter(border=MARGIN))


@lru_cache(maxsize=64)
def drawing(text: str) -> Drawing:
    """Returns the code for `text` as a drawing; neighbouring dark modules are one stroke."""
    rows = modules(text)
    strokes = [
        f"M{start} {y}h{end - start}v1h-{end - start}z" for y, row in enumerate(rows) for start, end in _runs(row)
    ]
    return Drawing(size=len(rows), path="".join(strokes))


def half_blocks(text: str) -> list[str]:
    """Returns the code for `text` as lines of characters, two modules high; what is drawn is *light*.

    In white on black it scans on any terminal; without colours it still does on a dark one.
    """
    rows = list(modules(text))
    if len(rows) % 2:
        rows.append((False,) * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_HALVES[half] for half in zip(upper, lower, strict=True)) for upper, lower in pairs]


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Returns start and end of each run of dark modules."""
    edges = [x for x in range(1, len(row)) if row[x] != row[x - 1]]  # the margin begins and ends every row light
    return list(zip(edges[::2], edges[1::2], strict=True))
