"""Builds uploads: sound pictures, damaged ones, and ones that lie."""

import struct
import zlib
from io import BytesIO
from random import Random  # noqa: TID251  noise with a fixed seed

from PIL import Image

GPS_MARKER = "Kaidian secret place"
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 60), (40, 60, 210), (235, 200, 40)


def quarters(width: int = 800, height: int = 600) -> Image.Image:
    """Returns a picture with a different colour in each corner: red and green above, blue and yellow below."""
    picture = Image.new("RGB", (width, height))
    half_width, half_height = width // 2, height // 2
    picture.paste(RED, (0, 0, half_width, half_height))
    picture.paste(GREEN, (half_width, 0, width, half_height))
    picture.paste(BLUE, (0, half_height, half_width, height))
    picture.paste(YELLOW, (half_width, half_height, width, height))
    return picture


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def photo(number: int = 0) -> bytes:
    """Returns one of many small sound JPEG files; another number gives other bytes."""
    # Neighbouring colours may come out as the same JPEG; the comment makes the bytes differ for certain.
    return encoded(Image.new("RGB", (240, 200), (200, 120, 90)), comment=f"photo {number}".encode())


def with_exif(picture: Image.Image, *, orientation: int) -> bytes:
    """Returns a JPEG as a phone writes it: sensor orientation in a tag, place and maker in the metadata."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = GPS_MARKER
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 15.0)
    return encoded(picture, exif=exif, quality=95)


def noise(width: int, height: int) -> Image.Image:
    """Returns what compresses worst."""
    return Image.frombytes("RGB", (width, height), Random(7).randbytes(width * height * 3))  # noqa: S311


def png_claiming(width: int, height: int) -> bytes:
    """Returns a PNG of under 100 bytes that claims any dimensions; its checksums are right."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def webp_claiming(width: int, height: int) -> bytes:
    """Returns an extended WebP header that claims any canvas."""
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def jpeg_claiming(width: int, height: int) -> bytes:
    """Returns a sound small JPEG whose frame header was changed to claim other dimensions."""
    content = bytearray(encoded(quarters(240, 240)))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(content)
