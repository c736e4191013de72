# ruff: noqa: INP001  a script, not a package
"""Draws `kernel/storage/assets/mark.png`, the corner mark 模拟 that is burnt into every picture.

Run once with the path of a font that has the two glyphs (Noto Sans CJK SC Bold was used). Only the result is shipped:
    python tools/draw_mark.py FONT [--index N]
"""

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parents[1] / "kernel" / "storage" / "assets" / "mark.png"
WORDS = "模拟"
SIZE = (288, 144)  # sharp at the largest width the mark is used at: 18 % of 1600
SAND_700 = (0x67, 0x48, 0x05)  # --kd-sand-700
SAND_50 = (0xFD, 0xF9, 0xEF)  # --kd-sand-50
OPACITY = 153  # 60 %
RADIUS = 24
FONT_SIZE = 104
OVERSAMPLING = 4


def draw(font_path: Path, index: int) -> Image.Image:
    """Returns the mark: sand at 60 %, the two glyphs nearly opaque so that they stay legible on any picture."""
    width, height = (side * OVERSAMPLING for side in SIZE)
    plate = Image.new("L", (width, height), 0)
    ImageDraw.Draw(plate).rounded_rectangle((0, 0, width - 1, height - 1), RADIUS * OVERSAMPLING, fill=OPACITY)
    glyphs = Image.new("L", (width, height), 0)
    font = ImageFont.truetype(str(font_path), FONT_SIZE * OVERSAMPLING, index=index)
    ImageDraw.Draw(glyphs).text((width / 2, height / 2), WORDS, font=font, fill=255, anchor="mm")
    mark = Image.new("RGBA", (width, height), (*SAND_700, 0))
    mark.putalpha(plate)
    mark.paste((*SAND_50, 245), mask=glyphs)
    return mark.resize(SIZE, Image.Resampling.LANCZOS)


def main() -> None:
    """Draws the mark with the font named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("font", type=Path)
    parser.add_argument("--index", type=int, default=0, help="which face of a font collection")
    arguments = parser.parse_args()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    draw(arguments.font, arguments.index).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
