"""Reads and judges the roster of one import against the database of now: first for the preview, again when it goes in."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from anyio import to_thread

from kernel.classroom.models import CohortState
from kernel.classroom.roster import form as forms
from kernel.classroom.roster import queries
from kernel.classroom.roster.findings import Finding
from kernel.classroom.roster.form import Form
from kernel.classroom.roster.judging import Judgement, Known, judge
from kernel.classroom.roster.parsing import Sheet
from kernel.classroom.roster.rules import Entry, RawRow, RowReader
from kernel.crypto.keyring import Keyring
from kernel.errors import Conflict
from kernel.unit_of_work import UnitOfWork

Progress = Callable[[int], Awaitable[None]]
"""Is told how many rows are done, and lets the page see it."""

CHINA = timedelta(hours=8)


def today_of(uow: UnitOfWork) -> date:
    """Returns the day in China."""
    return (uow.now.at + CHINA).date()


async def survey(uow: UnitOfWork, keyring: Keyring, job: Any, sheet: Sheet, progress: Progress) -> Judgement:
    """Returns the judgement on the rows of a sheet. Needs the system scope; `job` is the import's row.

    Raises:
        Conflict: the class it was meant for is over.

    """
    form = forms.load()
    with_class = job.cohort_id is None
    entries: list[Entry] = []
    findings: list[Finding] = []
    for raws in queries.batches(sheet.rows):
        read = partial(_read, raws, form, today_of(uow), with_class=with_class)
        some_entries, some_findings = await to_thread.run_sync(read)
        entries += some_entries
        findings += some_findings
        await progress(len(entries))
    known = await _know(uow, keyring, job, entries)
    return await to_thread.run_sync(partial(judge, entries, findings, known, is_late=not with_class))


def _read(raws: list[RawRow], form: Form, today: date, *, with_class: bool) -> tuple[list[Entry], list[Finding]]:
    entries: list[Entry] = []
    findings: list[Finding] = []
    for raw in raws:
        reader = RowReader(raw, form, today)
        entries.append(reader.read(with_class=with_class))
        findings += reader.findings
    return entries, findings


async def _know(uow: UnitOfWork, keyring: Keyring, job: Any, entries: list[Entry]) -> Known:
    phones = {entry.id_number: entry.phone for entry in reversed(entries) if entry.id_number is not None}
    people = await queries.know_people(uow, keyring, job.institution_id, phones)
    if job.cohort_id is None:
        names = {entry.class_name for entry in entries if entry.class_name is not None}
        rooms, ambiguous = await queries.know_classes(uow, job.institution_id, names)
        return Known(people, rooms, ambiguous)
    rooms = await queries.know_class(uow, job.cohort_id)
    if rooms[""].state is CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    return Known(people, rooms)
