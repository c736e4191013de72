"""Limits of uploads and pictures, and where a picture is served. Pure.

The numbers are ours: what a phone photo needs, what two cores decode in a second, what 30 seats may fill of a disk.
"""

from uuid import UUID

from kernel.errors import Invalid

MIB = 1024 * 1024

UPLOAD_LIMIT_BYTES = 8 * MIB
"""The largest file accepted: a 12-megapixel phone photo is 3 to 6 MiB."""

PIXEL_LIMIT = 40_000_000
SIDE_LIMIT = 12_000
SIDE_MINIMUM = 200
ASPECT_LIMIT = 6
"""Longest side by shortest: a narrower strip leaves no room for a legible mark."""

MAIN_SIDE = 1600
THUMB_SIDE = 480
THUMB_LIMIT_BYTES = 150_000

QUOTA_FILES = 300
QUOTA_BYTES = 200 * MIB

FILE_POINTER = "/file"


def check_dimensions(width: int, height: int) -> None:
    """Passes when a picture of this many pixels is worth decoding. Asked before anything is decoded.

    Raises:
        Invalid: `kernel.storage.too_many_pixels`, `too_small` or `too_narrow`, at `/file`.

    """
    shortest, longest = sorted((width, height))
    if longest > SIDE_LIMIT or width * height > PIXEL_LIMIT:
        raise Invalid.field(
            FILE_POINTER,
            "kernel.storage.too_many_pixels",
            limit_megapixels=PIXEL_LIMIT // 1_000_000,
            limit_side=SIDE_LIMIT,
        )
    if shortest < SIDE_MINIMUM:
        raise Invalid.field(FILE_POINTER, "kernel.storage.too_small", minimum_side=SIDE_MINIMUM)
    if longest > ASPECT_LIMIT * shortest:
        raise Invalid.field(FILE_POINTER, "kernel.storage.too_narrow", limit_aspect=ASPECT_LIMIT)


def not_a_picture() -> Invalid:
    """Returns the refusal of a file that is not a sound JPEG, PNG or WebP, whatever it claims."""
    return Invalid.field(FILE_POINTER, "kernel.storage.not_a_picture")


def urls(file_id: UUID) -> tuple[str, str]:
    """Returns the addresses of a stored picture and of its thumbnail, both for signed-in people of its sandbox."""
    url = f"/api/v1/files/{file_id}"
    return url, f"{url}/thumb"
