"""What a file is, by its own bytes: JPEG, PNG or WebP, how many pixels it claims, and whether it is more than that.

Pure, and asked before a decoder touches the file: a claimed size costs a few bytes here and gigabytes there. Names and
content types sent along are not even looked at.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from mmap import mmap

Content = bytes | mmap


class PictureKind(StrEnum):
    """The accepted formats, by Pillow's names."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file's header says about it. The decoder must come to the same result."""

    kind: PictureKind
    width: int
    height: int


def read_claim(content: Content) -> Claim | None:
    """Returns what the file claims to be, or `None` if it is none of the three formats or its header is broken."""
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        return _png(content)
    if content[:3] == b"\xff\xd8\xff":
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    return None


def _big(content: Content, start: int, length: int) -> int:
    return int.from_bytes(content[start : start + length], "big")


def _little(content: Content, start: int, length: int) -> int:
    return int.from_bytes(content[start : start + length], "little")


_PNG_HEAD_LENGTH = 33  # signature and the whole IHDR chunk


def _png(content: Content) -> Claim | None:
    if len(content) < _PNG_HEAD_LENGTH or content[8:16] != b"\0\0\0\rIHDR":
        return None
    return Claim(PictureKind.PNG, _big(content, 16, 4), _big(content, 20, 4))


_JPEG_MARKER = 0xFF
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_SCAN = 0xDA
_JPEG_END = 0xD9


def _jpeg(content: Content) -> Claim | None:
    """Walks the segments up to the frame header, which stands behind any amount of metadata."""
    position = 2
    while position + 9 <= len(content) and content[position] == _JPEG_MARKER:
        marker = content[position + 1]
        if marker == _JPEG_MARKER:  # padding
            position += 1
        elif marker in _JPEG_FRAMES:
            return Claim(PictureKind.JPEG, _big(content, position + 7, 2), _big(content, position + 5, 2))
        elif marker in {_JPEG_SCAN, _JPEG_END}:
            return None
        elif marker in _JPEG_WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + _big(content, position + 2, 2)
    return None


_WEBP_HEAD_LENGTH = 30  # up to the dimensions, in each of the three kinds
_LOSSLESS_SIGNATURE = 0x2F


def _webp(content: Content) -> Claim | None:
    if len(content) < _WEBP_HEAD_LENGTH:
        return None
    chunk = content[12:16]
    if chunk == b"VP8X":
        return Claim(PictureKind.WEBP, _little(content, 24, 3) + 1, _little(content, 27, 3) + 1)
    if chunk == b"VP8L" and content[20] == _LOSSLESS_SIGNATURE:
        bits = _little(content, 21, 4)
        return Claim(PictureKind.WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return Claim(PictureKind.WEBP, _little(content, 26, 2) & 0x3FFF, _little(content, 28, 2) & 0x3FFF)
    return None


_ACTIVE = re.compile(rb"<script[\s/>]|<iframe[\s/>]|<html[\s>]|<!doctype\s+html|<\?php", re.IGNORECASE)
_WINDOW = 256 * 1024
_OVERLAP = 64
_PDF_HEAD = 1024  # readers accept %PDF- within the first kilobyte
_ZIP_TAIL = 65_535 + 22  # the end-of-directory record and the longest comment


def is_polyglot(content: Content) -> bool:
    """Tells whether a picture is at the same time a web page, a script, a PDF or an archive.

    What is kept is re-encoded and could carry none of it; such a file was made on purpose and is refused for that.
    Bytes behind the picture's end alone are no offence: many phones put a second exposure or a film there. The search
    goes in windows because a regular expression keeps the interpreter to itself while it runs.
    """
    if content.find(b"%PDF-", 0, _PDF_HEAD) >= 0:
        return True
    if content.find(b"PK\x05\x06", max(0, len(content) - _ZIP_TAIL)) >= 0:
        return True
    return any(_ACTIVE.search(content[start : start + _WINDOW + _OVERLAP]) for start in range(0, len(content), _WINDOW))
