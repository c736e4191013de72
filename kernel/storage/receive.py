"""Receives a multipart upload: the file goes straight to disk, chunk by chunk, and never stands in memory whole.

Owns the byte limit and the shape of the form. Judges nothing by the sent name or content type: both go unread.
"""

import os
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import anyio
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from kernel.errors import Invalid
from kernel.storage import rules
from kernel.storage.errors import Interrupted, TooLarge
from kernel.storage.models import FilePurpose
from kernel.storage.service import Upload

FILE_FIELD = "file"
PURPOSE_FIELD = "purpose"
PATIENCE_SECONDS = 180
"""30 phones on one Wi-Fi send 8 MiB each within this; who takes longer holds a place that others need."""

DISCARD_LIMIT_BYTES = 32 * rules.MIB
"""How much of a too large file is read and thrown away. Browsers see an answer only after they have sent everything."""

_PURPOSE_LIMIT_BYTES = 64


class _Form:
    """Callbacks of the parser. Collects the file's bytes of one network chunk until `take` fetches them."""

    def __init__(self) -> None:
        self.purpose = bytearray()
        self.seen: list[str] = []
        self.complete = False
        self._pieces: list[bytes] = []
        self._header_name = bytearray()
        self._header_value = bytearray()
        self._disposition = b""
        self._field = ""

    def on_part_begin(self) -> None:
        self._disposition = b""
        self._field = ""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = bytes(self._header_value)
        self._header_name.clear()
        self._header_value.clear()

    def on_headers_finished(self) -> None:
        name = parse_options_header(self._disposition)[1].get(b"name", b"").decode("latin-1")
        if name not in {FILE_FIELD, PURPOSE_FIELD} or name in self.seen:
            raise Invalid.field("", "kernel.storage.unexpected_field")
        self._field = name
        self.seen.append(name)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._field == FILE_FIELD:
            self._pieces.append(data[start:end])
            return
        self.purpose += data[start:end]
        if len(self.purpose) > _PURPOSE_LIMIT_BYTES:
            raise _unknown_purpose()

    def on_end(self) -> None:
        self.complete = True

    def take(self) -> bytes:
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken

    def parser(self, boundary: bytes) -> MultipartParser:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self.on_part_begin,
                "on_header_field": self.on_header_field,
                "on_header_value": self.on_header_value,
                "on_header_end": self.on_header_end,
                "on_headers_finished": self.on_headers_finished,
                "on_part_data": self.on_part_data,
                "on_end": self.on_end,
            },
        )


async def receive(request: Request, path: Path) -> Upload:
    """Writes the form's file to `path` and returns what arrived.

    Raises:
        Invalid: the form is not multipart, lacks a field, has one too many or names an unknown purpose.
        TooLarge: `kernel.storage.too_large`; at most the limit has been written.
        Interrupted: it did not arrive whole in time.

    """
    try:
        with anyio.fail_after(PATIENCE_SECONDS):
            return await _receive(request, path)
    except (TimeoutError, ClientDisconnect) as failure:
        raise Interrupted("kernel.storage.interrupted") from failure
    except FormParserError as failure:
        raise _not_multipart() from failure


async def _receive(request: Request, path: Path) -> Upload:
    form = _Form()
    parser = form.parser(_boundary_of(request))
    stream = request.stream()
    digest = sha256()
    written = 0
    async with await anyio.open_file(path, "xb", opener=_private) as target:
        async for chunk in stream:
            parser.write(chunk)
            piece = form.take()
            written += len(piece)
            if written > rules.UPLOAD_LIMIT_BYTES:
                await _discard(stream)
                raise TooLarge("kernel.storage.too_large", limit_mib=rules.UPLOAD_LIMIT_BYTES // rules.MIB)
            if piece:
                digest.update(piece)
                await target.write(piece)
    parser.finalize()
    return Upload(path=path, purpose=_checked_purpose(form), sha256=digest.hexdigest())


def _checked_purpose(form: _Form) -> FilePurpose:
    if not form.complete:
        raise _not_multipart()
    for field in (FILE_FIELD, PURPOSE_FIELD):
        if field not in form.seen:
            raise Invalid.field(f"/{field}", "kernel.field.missing")
    try:
        return FilePurpose(form.purpose.decode("latin-1"))
    except ValueError as failure:
        raise _unknown_purpose() from failure


def _boundary_of(request: Request) -> bytes:
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if media_type != b"multipart/form-data" or not boundary:
        raise _not_multipart()
    return boundary


async def _discard(stream: AsyncIterator[bytes]) -> None:
    """Reads on without keeping anything, so that the browser comes to read the refusal."""
    discarded = 0
    async for chunk in stream:
        discarded += len(chunk)
        if discarded > DISCARD_LIMIT_BYTES:
            return


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _not_multipart() -> Invalid:
    return Invalid.field("", "kernel.storage.not_multipart")


def _unknown_purpose() -> Invalid:
    return Invalid.field(f"/{PURPOSE_FIELD}", "kernel.field.not_offered")
