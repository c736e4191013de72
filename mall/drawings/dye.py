"""Dyes a colour: keeps its light and shade, takes another hue. Pure arithmetic in OKLCH.

Source: Björn Ottosson, “A perceptual color space for image processing”, 2020 (the two matrices and their inverses).
"""

from dataclasses import dataclass
from math import cos, hypot, radians, sin

_KNEE = 0.0031308
"""Below this light sRGB is a straight line. Source: IEC 61966-2-1."""


@dataclass(frozen=True, slots=True)
class Dye:
    """What a colour becomes: hue in degrees; chroma and lightness as factors; the least chroma, so that greys take colour."""

    hue: float
    chroma: float
    lightness: float
    least: float


def dyed(colour: str, dye: Dye) -> str:
    """Returns `#rrggbb` dyed; what the screen cannot show is clipped."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    chroma = max(hypot(a, b) * dye.chroma, dye.least)
    return _hex(min(lightness * dye.lightness, 0.975), chroma, dye.hue)


def mixed(colour: str, other: str, share: float) -> str:
    """Returns a colour with a share of another mixed in."""
    parts = (
        round(int(colour[at : at + 2], 16) * (1 - share) + int(other[at : at + 2], 16) * share) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02x}" for part in parts)


def _hex(lightness: float, chroma: float, hue: float) -> str:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return "#" + "".join(f"{round(_gamma(part) * 255):02x}" for part in (red, green, blue))


def _linear(part: float) -> float:
    return part / 12.92 if part <= _KNEE * 12.92 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    part = min(max(part, 0.0), 1.0)
    return part * 12.92 if part <= _KNEE else 1.055 * part ** (1 / 2.4) - 0.055
