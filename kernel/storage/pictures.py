"""Decodes an uploaded picture and derives the files that are kept. The only place where Pillow meets foreign bytes.

Blocking and heavy: call it in a worker thread. Everything is decoded in full, turned upright, brought to sRGB on white,
shrunk, marked 模拟 and encoded anew as WebP, so no metadata and no byte of the upload survives.
"""

import struct
import threading
import zlib
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path

from PIL import Image, ImageCms

from kernel.storage import containers, rules
from kernel.storage.containers import Claim, PictureKind

MARK_PATH = Path(__file__).with_name("assets") / "mark.png"
MARK_SHARE = 0.18
"""Width of the mark by the picture's shortest side."""
MARK_MINIMUM_WIDTH = 48
MARK_MARGIN_SHARE = 0.02

HUGE_PIXELS = 16_000_000
_ONE_HUGE = threading.Lock()
"""Held while more than `HUGE_PIXELS` are decoded: 40 million take Pillow 600 MB as WebP, 370 MB as PNG."""

_MAIN_QUALITY = 82
_THUMB_QUALITIES = (80, 65, 50, 35, 20)
_WEBP_METHOD = 4

_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's readers of the three formats raise over damaged files.
_DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


@dataclass(frozen=True, slots=True)
class Derived:
    """The files made from one upload, as encoded bytes; width and height are those of `main`."""

    width: int
    height: int
    main: bytes
    thumb: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.main) + len(self.thumb)


def derive(path: Path) -> Derived:
    """Returns the marked files derived from an uploaded one.

    Raises:
        Invalid: not a sound picture of an accepted kind, or its dimensions are out of bounds.

    """
    claim = _checked_claim(path)
    with _ONE_HUGE if claim.width * claim.height > HUGE_PIXELS else nullcontext():
        picture = _decode(path, claim)
    small = picture.copy()
    small.thumbnail((rules.THUMB_SIDE, rules.THUMB_SIDE), Image.Resampling.LANCZOS)
    return Derived(
        width=picture.width,
        height=picture.height,
        main=_encode(_marked(picture), _MAIN_QUALITY),
        thumb=_encode_thumb(_marked(small)),
    )


def _checked_claim(path: Path) -> Claim:
    if path.stat().st_size == 0:
        raise rules.not_a_picture()
    with path.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        claim = containers.read_claim(content)
        if claim is None:
            raise rules.not_a_picture()
        rules.check_dimensions(claim.width, claim.height)
        if containers.is_polyglot(content):
            raise rules.not_a_picture()
    return claim


def _decode(path: Path, claim: Claim) -> Image.Image:
    """Returns the picture upright, in sRGB on white, at most `MAIN_SIDE` long, carrying no metadata."""
    box = (rules.MAIN_SIDE, rules.MAIN_SIDE)
    try:
        with Image.open(path, formats=[claim.kind.value]) as opened:
            if opened.size != (claim.width, claim.height):
                raise rules.not_a_picture()
            orientation = opened.getexif().get(_ORIENTATION)
            profile = opened.info.get("icc_profile")
            if claim.kind is PictureKind.JPEG:  # decodes at 1/2, 1/4 or 1/8 where that is still large enough
                opened.draft(None, (2 * rules.MAIN_SIDE, 2 * rules.MAIN_SIDE))
            opened.load()
            picture = _in_plain_mode(opened)
            picture.thumbnail(box, Image.Resampling.LANCZOS, reducing_gap=2.0)
    except _DAMAGED as failure:
        raise rules.not_a_picture() from failure
    flat = _on_white(picture, profile)
    turn = _UPRIGHT.get(orientation) if isinstance(orientation, int) else None
    return flat if turn is None else flat.transpose(turn)


def _in_plain_mode(picture: Image.Image) -> Image.Image:
    """Returns the picture in a mode that shrinks well; shrinking comes first because it makes the rest cheap."""
    if picture.has_transparency_data:
        return picture if picture.mode == "RGBA" else picture.convert("RGBA")
    return picture if picture.mode in {"RGB", "CMYK"} else picture.convert("RGB")


def _on_white(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Returns a fresh sRGB picture; what was transparent is white, as the trade wants its product pictures."""
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    colours = picture.convert("RGB") if picture.mode == "RGBA" else picture
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(_in_srgb(colours, profile), mask=alpha)
    return flat


def _in_srgb(colours: Image.Image, profile: bytes | None) -> Image.Image:
    """Returns the colours as sRGB. Phones save wider gamuts, which look pale once their profile is gone."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(colours, source, _srgb(), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a broken or foreign profile costs only its correction
        if converted is not None:
            return converted
    return colours.convert("RGB")


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _mark() -> Image.Image:
    with Image.open(MARK_PATH) as opened:
        return opened.convert("RGBA")


def mark_box(width: int, height: int) -> tuple[int, int, int, int]:
    """Returns left, top, right, bottom of the mark in a picture: its lower right corner."""
    mark = _mark()
    shortest = min(width, height)
    mark_width = max(MARK_MINIMUM_WIDTH, round(shortest * MARK_SHARE))
    mark_height = round(mark_width * mark.height / mark.width)
    margin = round(shortest * MARK_MARGIN_SHARE)
    right, bottom = width - margin, height - margin
    return right - mark_width, bottom - mark_height, right, bottom


def _marked(picture: Image.Image) -> Image.Image:
    """Returns a copy with the mark 模拟 burnt in."""
    left, top, right, bottom = mark_box(picture.width, picture.height)
    mark = _mark().resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    marked = picture.copy()
    marked.paste(mark, (left, top), mask=mark)
    return marked


def _encode(picture: Image.Image, quality: int) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "WEBP", quality=quality, method=_WEBP_METHOD)
    return buffer.getvalue()


def _encode_thumb(picture: Image.Image) -> bytes:
    """Returns the thumbnail at the best quality that keeps it within its limit; even noise fits at the lowest."""
    encoded = b""
    for quality in _THUMB_QUALITIES:
        encoded = _encode(picture, quality)
        if len(encoded) <= rules.THUMB_LIMIT_BYTES:
            break
    return encoded
