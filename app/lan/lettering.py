"""Addresses in letters of three lines, to be read from the last row of the room."""

# Five rows of three dots each, top to bottom; a dot is a bit, the left one the highest.
_GLYPHS = {
    "0": (7, 5, 5, 5, 7),
    "1": (2, 6, 2, 2, 7),
    "2": (7, 1, 7, 4, 7),
    "3": (7, 1, 7, 1, 7),
    "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7),
    "6": (7, 4, 7, 5, 7),
    "7": (7, 1, 1, 2, 2),
    "8": (7, 5, 7, 5, 7),
    "9": (7, 5, 7, 1, 7),
    ".": (0, 0, 0, 0, 2),
    ":": (0, 2, 0, 2, 0),
}
_HALVES = (" ", "▄", "▀", "█")


def large(text: str) -> list[str]:
    """Returns the lines of `text`, which holds digits, dots and colons only."""
    dots = ["  ".join(_row(_GLYPHS[letter][row]) for letter in text) for row in range(5)]
    dots.append(" " * len(dots[0]))
    pairs = zip(dots[::2], dots[1::2], strict=True)
    return ["".join(_half(*pair) for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]


def _row(bits: int) -> str:
    return "".join("█" if bits & 1 << place else " " for place in (2, 1, 0))


def _half(upper: str, lower: str) -> str:
    return _HALVES[2 * (upper != " ") + (lower != " ")]
