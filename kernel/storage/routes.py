"""HTTP of file storage: upload a picture, see a picture."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from anyio import CancelScope, Path, to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse

from kernel.errors import NotFound
from kernel.http import session
from kernel.http.deps import CurrentRuntime, ReadUow
from kernel.runtime import Runtime
from kernel.storage import queries, rules, service
from kernel.storage.media import Media, Variant
from kernel.storage.models import FilePurpose
from kernel.storage.queries import StoredFileRow
from kernel.storage.receive import FILE_FIELD, PURPOSE_FIELD, receive
from kernel.storage.schemas import StoredFileView

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/files", tags=["files"])

# The form is read by hand, chunk by chunk, so its description is too.
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [FILE_FIELD, PURPOSE_FIELD],
                    "properties": {
                        FILE_FIELD: {"type": "string", "format": "binary"},
                        PURPOSE_FIELD: {"type": "string", "enum": [purpose.value for purpose in FilePurpose]},
                    },
                }
            }
        },
    }
}
_WEBP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}},
    304: {"description": "The browser's copy is still the right one."},
}
_FILE_HEADERS = {
    "Cache-Control": "private, max-age=31536000, immutable",
    "Content-Security-Policy": "sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}

IfNoneMatch = Annotated[str | None, Header()]


@router.post("", operation_id="files_upload", status_code=201, openapi_extra=_FORM)
async def upload_file(request: Request, runtime: CurrentRuntime) -> StoredFileView:
    """Keeps a picture: what it is decides its content, what is kept is a smaller copy marked 模拟."""
    token = session.token_of(request)
    session.check_csrf(request, token)
    token_hash = session.hash_of(token)
    async with runtime.enter_session(token_hash, read_only=True) as uow:
        await service.admit(uow)
        request.state.sandbox_id = uow.sandbox.id
    path = await to_thread.run_sync(Media.under(runtime.settings.data_dir).new_incoming)
    try:
        row = await service.keep(runtime, token_hash, await receive(request, path))
    finally:
        with CancelScope(shield=True):
            await Path(path).unlink(missing_ok=True)
    return _view(row)


@router.get("/{file_id}", operation_id="files_read", response_class=FileResponse, responses=_WEBP)
async def read_file(
    file_id: UUID, runtime: CurrentRuntime, uow: ReadUow, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns a picture of this sandbox."""
    row = await queries.view_file(uow, file_id)
    return await _answer(runtime, row, Variant.MAIN, if_none_match)


@router.get("/{file_id}/thumb", operation_id="files_read_thumb", response_class=FileResponse, responses=_WEBP)
async def read_thumb(
    file_id: UUID, runtime: CurrentRuntime, uow: ReadUow, if_none_match: IfNoneMatch = None
) -> Response:
    """Returns the thumbnail of a picture of this sandbox."""
    row = await queries.view_file(uow, file_id)
    return await _answer(runtime, row, Variant.THUMB, if_none_match)


def _view(row: StoredFileRow) -> StoredFileView:
    url, thumb_url = rules.urls(row.id)
    return StoredFileView(id=row.id, url=url, thumb_url=thumb_url, width=row.width, height=row.height)


async def _answer(runtime: Runtime, row: StoredFileRow, variant: Variant, if_none_match: str | None) -> Response:
    """Returns the file, or 304: what an id names never changes. Size and bytes are read in worker threads."""
    headers = {**_FILE_HEADERS, "ETag": f'"{row.id}{variant.value}"'}
    if _matches(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    path = service.media_path(runtime, row, variant)
    try:
        stat = await Path(path).stat()
    except FileNotFoundError as failure:
        log.error("storage.file_lost", file_id=str(row.id), variant=variant.name)  # noqa: TRY400  the trace says no more
        raise NotFound("kernel.storage.not_found") from failure
    return FileResponse(path, media_type="image/webp", headers=headers, stat_result=stat)


def _matches(if_none_match: str | None, etag: str) -> bool:
    if if_none_match is None:
        return False
    return any(tag.strip().removeprefix("W/") in {etag, "*"} for tag in if_none_match.split(","))
