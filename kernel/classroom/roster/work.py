"""The worker's part of roster imports: checks what was handed in, carries out what was agreed to.

Driven by the table: a row in state `checking` or `importing` is work. Whoever works on one holds its advisory lock in the
transaction that ends with the new state, so that a worker that dies leaves the row as it was for the next. Progress is
written beside it, in transactions of its own. A row that fails `TRIES` times is given up, with a reason.
"""

import traceback
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from anyio import CapacityLimiter, to_thread
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from kernel.classroom.roster import form as forms
from kernel.classroom.roster import preview, queries, seating
from kernel.classroom.roster.encrypted import FILE
from kernel.classroom.roster.judging import Judgement
from kernel.classroom.roster.models import ImportState
from kernel.classroom.roster.parsing import Sheet, parse
from kernel.classroom.roster.survey import Progress, survey
from kernel.errors import Conflict, DomainError
from kernel.runtime import Runtime
from kernel.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

TRIES = 3
PARSERS = CapacityLimiter(1)
"""How many workbooks a process reads at once; each may take a core and hundreds of MB."""

_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
_BEGIN = text("UPDATE kernel_roster_import SET attempts = attempts + 1 WHERE id = :id RETURNING attempts")
_PROGRESS = text("""
    UPDATE kernel_roster_import SET rows_done = :done, rows_total = greatest(rows_total, :total)
     WHERE id = :id AND state IN ('checking', 'importing')
""")
_CHECKED = text("""
    UPDATE kernel_roster_import
       SET state = 'checked', rows_total = :total, rows_done = :total, rows_wrong = :wrong, preview = :preview,
           summary = :summary, failure = :failure, attempts = 0, finished_at = :now
     WHERE id = :id
""").bindparams(bindparam("preview", type_=JSONB), bindparam("summary", type_=JSONB))
_IMPORTED = text("""
    UPDATE kernel_roster_import
       SET state = 'imported', rows_done = rows_total, summary = :summary, failure = NULL, file_sealed = NULL,
           finished_at = :now
     WHERE id = :id
""").bindparams(bindparam("summary", type_=JSONB))
_GIVE_UP = text("""
    UPDATE kernel_roster_import
       SET state = CASE WHEN state = 'checking' THEN 'unreadable' ELSE 'checked' END, failure = :failure,
           rows_done = rows_total, attempts = 0, finished_at = :now,
           summary = summary || jsonb_build_object('failure_params', CAST(:params AS jsonb)),
           file_sealed = CASE WHEN state = 'checking' THEN NULL ELSE file_sealed END
     WHERE id = :id AND state IN ('checking', 'importing')
""").bindparams(bindparam("params", type_=JSONB))
_SANDBOX = text("SELECT id FROM kernel_sandbox WHERE cohort_id = :cohort_id")


async def work_off(runtime: Runtime) -> int:
    """Works off every import that waits and returns how many it has brought to an end. Safe twice at once."""
    async with runtime.enter_system() as uow:
        waiting = await queries.list_waiting(uow)
    return sum([await _work_on(runtime, import_id) for import_id in waiting])


async def _work_on(runtime: Runtime, import_id: UUID) -> bool:
    try:
        async with _door(runtime, import_id) as uow:
            job = None if uow is None else await _take(runtime, uow, import_id)
            if uow is None or job is None:
                return False
            if job.state == ImportState.CHECKING:
                await _check(runtime, uow, job)
            else:
                await _import(runtime, uow, job)
            return True
    except DomainError as refusal:
        await _give_up(runtime, import_id, refusal)
        return True
    except Exception as failure:  # noqa: BLE001  one bad roster must not stop the others
        # Not the failure's own words: those of a database quote the row, and the row is a person.
        trace = traceback.format_tb(failure.__traceback__)
        log.error("roster.failed", import_id=str(import_id), error=type(failure).__name__, trace=trace)  # noqa: TRY400
        await _give_up_when_hopeless(runtime, import_id)
        return False


@asynccontextmanager
async def _door(runtime: Runtime, import_id: UUID) -> AsyncIterator[UnitOfWork | None]:
    """Opens the one transaction of a piece of work: inside the class's sandbox if it has one, for its events' sake."""
    async with runtime.enter_system() as uow:
        job = await queries.access_import(uow, import_id)
        found = await uow.execute(_SANDBOX, {"cohort_id": job.cohort_id}) if job.cohort_id is not None else None
        sandbox_id = None if found is None else found.scalar_one_or_none()
    door = runtime.enter_system() if sandbox_id is None else runtime.enter_sandbox(sandbox_id)
    async with door as uow, uow.as_system():
        names = [f"kernel_roster_import:{import_id}"]
        if job.state == ImportState.IMPORTING:  # two of one institution would plan the same classes
            names.append(f"kernel_roster_import of {job.institution_id}")
        for name in names:
            if not (await uow.execute(_TRY_LOCK, {"name": name})).scalar_one():
                yield None
                return
        yield uow


async def _take(runtime: Runtime, uow: UnitOfWork, import_id: UUID) -> Any:
    """Counts the attempt where a crash cannot take it back, and returns the import if it still waits."""
    job = await queries.access_import(uow, import_id)
    if job.state not in {ImportState.CHECKING, ImportState.IMPORTING}:
        return None
    async with runtime.enter_system() as beside:
        attempts = (await beside.execute(_BEGIN, {"id": import_id})).scalar_one()
    if attempts > TRIES:
        raise _Hopeless("kernel.roster.too_complex" if job.state == ImportState.CHECKING else "kernel.roster.not_done")
    return job


async def _check(runtime: Runtime, uow: UnitOfWork, job: Any) -> None:
    sheet = await _sheet_of(runtime, uow, job)
    judgement = await survey(uow, runtime.keyring, job, sheet, _progress(runtime, job.id, len(sheet.rows)))
    await _show(uow, job, sheet, judgement)


async def _show(
    uow: UnitOfWork, job: Any, sheet: Sheet, judgement: Judgement, *, refusal: DomainError | None = None
) -> None:
    rows = await to_thread.run_sync(preview.rows_of, sheet, judgement)
    await uow.execute(
        _CHECKED,
        {
            "id": job.id,
            "total": len(sheet.rows),
            "wrong": len(judgement.wrong_rows),
            "preview": rows,
            "summary": preview.summary_of(sheet, judgement),
            "failure": None if refusal is None else refusal.code,
            "now": uow.now.at,
        },
    )


async def _import(runtime: Runtime, uow: UnitOfWork, job: Any) -> None:
    """Seats everybody, if the roster still has no error now that nobody else can seat anyone."""
    sheet = await _sheet_of(runtime, uow, job)
    await seating.lock_classes(uow, institution_id=job.institution_id, cohort_id=job.cohort_id)
    judgement = await survey(uow, runtime.keyring, job, sheet, _silent)
    if judgement.wrong_rows or not judgement.seatings:
        await _show(uow, job, sheet, judgement, refusal=Conflict("kernel.roster.changed_meanwhile"))
        return
    place = seating.Place(job.id, job.institution_id, job.region_code)
    progress = _progress(runtime, job.id, len(sheet.rows))
    made = await seating.seat_all(uow, runtime.keyring, place, judgement, progress)
    summary = {
        **preview.summary_of(sheet, judgement),
        "seated": len(judgement.seatings),
        "made_classes": list(map(str, made)),
    }
    await uow.execute(_IMPORTED, {"id": job.id, "summary": summary, "now": uow.now.at})


async def _sheet_of(runtime: Runtime, uow: UnitOfWork, job: Any) -> Sheet:
    file = await queries.find_file(uow, job.id)
    if file.file_sealed is None:
        raise _Hopeless("kernel.roster.file_gone")
    content = b64decode(runtime.keyring.decrypt(bytes(file.file_sealed), context=FILE.context(job.id)))
    read = partial(parse, content, forms.load(), with_class=job.cohort_id is None)
    return await to_thread.run_sync(read, limiter=PARSERS)


def _progress(runtime: Runtime, import_id: UUID, total: int) -> Progress:
    async def tell(done: int) -> None:
        async with runtime.enter_system() as beside:
            await beside.execute(_PROGRESS, {"id": import_id, "done": done, "total": total})

    return tell


async def _silent(done: int) -> None:
    """Tells nobody: reading the rows once more is not what the person waits for."""
    del done


async def _give_up(runtime: Runtime, import_id: UUID, refusal: DomainError) -> None:
    async with runtime.enter_system() as uow:
        values = {"id": import_id, "failure": refusal.code, "params": refusal.params, "now": uow.now.at}
        await uow.execute(_GIVE_UP, values)


async def _give_up_when_hopeless(runtime: Runtime, import_id: UUID) -> None:
    async with runtime.enter_system() as uow:
        job = await queries.access_import(uow, import_id)
    if job.attempts >= TRIES:
        await _give_up(runtime, import_id, _Hopeless("kernel.roster.not_done"))


class _Hopeless(DomainError):  # noqa: N818  like its kin in kernel.errors
    """Trying again would not help."""
