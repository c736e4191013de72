"""HTTP of the roster import: template, upload, preview, import, undo, the marked workbook."""

from base64 import b64decode
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Query, Request, Response

from kernel.classroom import queries as classes
from kernel.classroom.roster import form as forms
from kernel.classroom.roster import marking, queries, service, template
from kernel.classroom.roster.encrypted import FILE
from kernel.classroom.roster.form import Column
from kernel.classroom.roster.receive import FILE_FIELD, receive
from kernel.classroom.roster.schemas import (
    FailureView,
    ImportList,
    ImportSummary,
    ImportView,
    MarkView,
    PreviewPage,
    PreviewRow,
    TemplateKind,
)
from kernel.classroom.roster.words import say
from kernel.http import session
from kernel.http.deps import CurrentRuntime, reader, writer
from kernel.identity.rules import Capability, require
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork

router = APIRouter(prefix="/classroom", tags=["roster"])

ClassReader = Annotated[UnitOfWork, reader(Capability.MANAGE_CLASS)]
ClassManager = Annotated[UnitOfWork, writer(Capability.MANAGE_CLASS)]

InstitutionReader = Annotated[UnitOfWork, reader(Capability.IMPORT_ROSTERS)]

MARKERS = CapacityLimiter(1)
"""How many workbooks a process marks at once; a large one takes a core for ten seconds."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLSX: dict[int | str, dict[str, Any]] = {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
# The form is read by hand, so its description is too.
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [FILE_FIELD],
                    "properties": {FILE_FIELD: {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.get("/roster-template", operation_id="classroom_roster_template", response_class=Response, responses=_XLSX)
async def download_template(uow: ClassReader, kind: TemplateKind = TemplateKind.CLASS) -> Response:
    """Returns the workbook to fill in."""
    del uow  # only who manages classes gets here
    with_class = kind is TemplateKind.INSTITUTION
    content = await to_thread.run_sync(partial(template.build, with_class=with_class))
    return _workbook(content, forms.load().words["file_institution" if with_class else "file_class"])


@router.post(
    "/classes/{cohort_id}/roster-imports",
    operation_id="classroom_roster_imports_hand_in",
    status_code=201,
    openapi_extra=_FORM,
)
async def hand_in_for_class(cohort_id: UUID, request: Request, runtime: CurrentRuntime) -> ImportView:
    """Takes a workbook for one class and begins to check it; nothing is imported yet."""
    return await _hand_in(request, runtime, cohort_id)


@router.post(
    "/roster-imports",
    operation_id="classroom_roster_imports_hand_in_for_institution",
    status_code=201,
    openapi_extra=_FORM,
)
async def hand_in_for_institution(request: Request, runtime: CurrentRuntime) -> ImportView:
    """Takes a workbook whose rows name their classes and begins to check it; nothing is imported yet."""
    return await _hand_in(request, runtime, None)


@router.get("/classes/{cohort_id}/roster-imports", operation_id="classroom_roster_imports_list")
async def list_for_class(cohort_id: UUID, uow: ClassReader) -> ImportList:
    """Returns the newest imports of a class."""
    await classes.access_cohort(uow, cohort_id)
    return ImportList(rows=[_view(uow, row) for row in await queries.list_imports(uow, cohort_id)])


@router.get("/roster-imports", operation_id="classroom_roster_imports_list_for_institution")
async def list_for_institution(uow: InstitutionReader) -> ImportList:
    """Returns the newest imports that named a class in each row."""
    await queries.access_institution(uow)
    return ImportList(rows=[_view(uow, row) for row in await queries.list_imports(uow, None)])


@router.get("/roster-imports/{import_id}", operation_id="classroom_roster_imports_show")
async def show_import(import_id: UUID, uow: ClassReader) -> ImportView:
    """Returns one import: how far it has got, and what was found."""
    return _view(uow, await queries.access_import(uow, import_id))


@router.get("/roster-imports/{import_id}/rows", operation_id="classroom_roster_imports_rows")
async def list_rows(
    import_id: UUID,
    uow: ClassReader,
    *,
    only_wrong: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PreviewPage:
    """Returns a page of the preview, with the marks at their cells."""
    await queries.access_import(uow, import_id)
    rows, total = await queries.list_rows(uow, import_id, only_wrong=only_wrong, page=page, size=size)
    columns = [column for column in Column if any(column.value in row["cells"] for row in rows)]
    return PreviewPage(columns=columns, rows=[_row(row) for row in rows], total=total)


@router.get(
    "/roster-imports/{import_id}/marked",
    operation_id="classroom_roster_imports_marked",
    response_class=Response,
    responses=_XLSX,
)
async def download_marked(import_id: UUID, request: Request, runtime: CurrentRuntime) -> Response:
    """Returns the uploader's own workbook with its wrong cells marked."""
    token_hash = session.hash_of(session.token_of(request))
    async with runtime.enter_session(token_hash, read_only=True) as uow:  # ends before the seconds that marking takes
        require(uow.actor, Capability.MANAGE_CLASS)
        sealed, with_class = await service.access_own_file(uow, import_id)
        preview = await queries.list_marked_rows(uow, import_id)

    def mark() -> bytes:
        content = b64decode(runtime.keyring.decrypt(sealed, context=FILE.context(import_id)))
        return marking.mark(content, preview, forms.load(), with_class=with_class)

    return _workbook(await to_thread.run_sync(mark, limiter=MARKERS), forms.load().words["file_marked"])


@router.post("/roster-imports/{import_id}/import", operation_id="classroom_roster_imports_agree", status_code=202)
async def agree(import_id: UUID, uow: ClassManager) -> ImportView:
    """Imports a roster without errors, all of it or nothing; asking twice changes nothing."""
    await service.agree(uow, import_id)
    return _view(uow, await queries.access_import(uow, import_id))


@router.post("/roster-imports/{import_id}/undo", operation_id="classroom_roster_imports_undo")
async def undo(import_id: UUID, uow: ClassManager) -> ImportView:
    """Takes an import back as long as nobody has claimed his seat and no class has opened."""
    await service.undo(uow, import_id)
    return _view(uow, await queries.access_import(uow, import_id))


async def _hand_in(request: Request, runtime: Runtime, cohort_id: UUID | None) -> ImportView:
    """Asks first, receives without a transaction, asks again when it keeps the file."""
    token = session.token_of(request)
    session.check_csrf(request, token)
    token_hash = session.hash_of(token)
    async with runtime.enter_session(token_hash, read_only=True) as uow:
        await _admit(uow, cohort_id)
    upload = await receive(request)
    async with runtime.enter_session(token_hash) as uow:
        home = await _admit(uow, cohort_id)
        import_id = await service.hand_in(uow, runtime.keyring, home, cohort_id, upload)
        return _view(uow, await queries.access_import(uow, import_id))


async def _admit(uow: UnitOfWork, cohort_id: UUID | None) -> Any:
    require(uow.actor, Capability.IMPORT_ROSTERS if cohort_id is None else Capability.MANAGE_CLASS)
    service.refuse_read_only(uow)
    return await (service.admit_to_institution(uow) if cohort_id is None else service.admit_to_class(uow, cohort_id))


def _view(uow: UnitOfWork, row: Any) -> ImportView:
    words = None if row.failure is None else say(row.failure, row.summary.get("failure_params"))
    known = ImportSummary.model_fields.keys() & row.summary.keys()
    return ImportView(
        id=row.id,
        cohort_id=row.cohort_id,
        file_name=row.file_name,
        state=row.state,
        rows_total=row.rows_total,
        rows_done=row.rows_done,
        rows_wrong=row.rows_wrong,
        summary=ImportSummary.model_validate({key: row.summary[key] for key in known}),
        failure=None if words is None else FailureView(code=row.failure, title=words.title, detail=words.detail),
        is_mine=row.account_id == uow.actor.account_id,
        has_file=row.has_file,
        has_preview=row.has_preview,
        can_undo=row.can_undo,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def _row(row: dict[str, Any]) -> PreviewRow:
    marks = [
        MarkView(
            column=mark["column"],
            cell=mark["cell"],
            code=mark["code"],
            level=mark["level"],
            message=say(mark["code"], mark["params"]).title,
        )
        for mark in row["marks"]
    ]
    return PreviewRow(row=row["row"], cells=row["cells"], marks=marks)


def _workbook(content: bytes, name: str) -> Response:
    disposition = f"attachment; filename=\"roster.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    headers = {
        "Content-Disposition": disposition,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=XLSX, headers=headers)
