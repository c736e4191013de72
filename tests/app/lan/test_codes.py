"""What is drawn is the code: read back from the drawing and from the terminal's characters, module by module."""

import re

import pytest
import segno

from app.lan import codes, lettering

TEXTS = ["http://192.168.1.5:8000/", "https://10.0.0.5:8443/claim?c=AB12CD", "http://192.168.100.100:8000/" + "a" * 120]
HALVES = {" ": (True, True), "▄": (True, False), "▀": (False, True), "█": (False, False)}


def expected(text: str) -> list[list[bool]]:
    """Returns the code with a white margin of four, made by the library alone."""
    matrix = [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False).matrix]
    width = len(matrix) + 8
    empty = [[False] * width for _ in range(4)]
    return [*empty, *([False] * 4 + row + [False] * 4 for row in matrix), *empty]


@pytest.mark.parametrize("text", TEXTS)
class TestCode:
    def test_drawing_is_the_code(self, text: str) -> None:
        drawn = codes.drawing(text)
        rows = [[False] * drawn.size for _ in range(drawn.size)]
        strokes = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawn.path)
        assert "".join(f"M{x} {y}h{w}v1h-{back}z" for x, y, w, back in strokes) == drawn.path
        for x, y, width, back in strokes:
            assert width == back
            for dark in range(int(x), int(x) + int(width)):
                rows[int(y)][dark] = True
        assert rows == expected(text)

    def test_terminal_shows_the_code(self, text: str) -> None:
        pairs = [[HALVES[letter] for letter in line] for line in codes.half_blocks(text)]
        rows = [[half[part] for half in line] for line in pairs for part in (0, 1)]
        wanted = expected(text)
        assert rows[: len(wanted)] == wanted
        assert rows[len(wanted) :] in ([], [[False] * len(wanted)])


class TestLetters:
    def test_every_letter_of_an_address_is_another(self) -> None:
        letters = "0123456789.:"
        assert len({tuple(lettering.large(letter)) for letter in letters}) == len(letters)

    def test_are_three_lines_of_one_width(self) -> None:
        lines = lettering.large("192.168.1.5:8000")
        assert len(lines) == 3
        assert {len(line) for line in lines} == {16 * 3 + 15 * 2}
