"""Receives an uploaded roster into memory: it holds personal data and never lies on the disk unencrypted.

Owns the byte limit and the shape of the form. Of what the browser says about the file only the name is kept, to show it.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import anyio
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from kernel.classroom.roster.findings import without_numbers
from kernel.classroom.roster.parsing import FILE_BYTES_AT_MOST
from kernel.errors import Invalid
from kernel.storage.errors import Interrupted, TooLarge

FILE_FIELD = "file"
PATIENCE_SECONDS = 120
MIB = 1024 * 1024
NAME_LIMIT = 120
_ENVELOPE_BYTES = 16 * 1024
"""What the form's own lines may take."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook as it arrived."""

    name: str
    content: bytes


class _InMemory(MultiPartParser):
    spool_max_size = FILE_BYTES_AT_MOST + _ENVELOPE_BYTES  # never reached: what is larger is refused before


async def receive(request: Request) -> Upload:
    """Returns the form's one file.

    Raises:
        Invalid: the form is not multipart, or has something else than one file.
        TooLarge: `kernel.roster.too_large`.
        Interrupted: it did not arrive whole in time.

    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise _not_a_form()
    parser = _InMemory(request.headers, _bounded(request), max_files=1, max_fields=0)
    try:
        with anyio.fail_after(PATIENCE_SECONDS):
            form = await parser.parse()
    except (TimeoutError, ClientDisconnect) as failure:
        raise Interrupted("kernel.roster.interrupted") from failure
    except (MultiPartException, KeyError, LookupError, UnicodeError) as failure:
        raise _not_a_form() from failure
    try:
        file = form.get(FILE_FIELD)
        if not isinstance(file, UploadFile):
            raise Invalid.field(f"/{FILE_FIELD}", "kernel.field.missing")
        return Upload(_shown(file.filename or ""), await file.read())
    finally:
        await form.close()


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    """Yields the body. A larger one is read to its end, a browser sees an answer only then, but kept no longer."""
    seen = 0
    async for chunk in request.stream():
        seen += len(chunk)
        if seen <= FILE_BYTES_AT_MOST + _ENVELOPE_BYTES:
            yield chunk
    if seen > FILE_BYTES_AT_MOST + _ENVELOPE_BYTES:
        raise TooLarge("kernel.roster.too_large", limit_mib=FILE_BYTES_AT_MOST // MIB)


def _shown(name: str) -> str:
    """Returns a file's name without its folder and without what cannot be printed."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return without_numbers("".join(char for char in last if char.isprintable()))[:NAME_LIMIT]


def _not_a_form() -> Invalid:
    return Invalid.field("", "kernel.roster.not_a_form")
