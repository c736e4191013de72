"""Answers about roster imports. Messages come in the catalogue's words, so that page and workbook say the same."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kernel.classroom.roster.findings import Level
from kernel.classroom.roster.form import Column
from kernel.classroom.roster.models import ImportState
from kernel.http.fields import View


class TemplateKind(StrEnum):
    """For one class, or with a column that names the class of each row."""

    CLASS = "class"
    INSTITUTION = "institution"


class ImportSummary(View):
    """What will happen, or has; all zero until it is checked."""

    errors: int = 0
    warnings: int = 0
    new_people: int = 0
    known_people: int = 0
    repeated: int = 0
    seated_before: int = 0
    seated: int = 0
    new_classes: tuple[str, ...] = ()
    new_class_count: int = 0
    sheet: str = ""
    examples: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()


class FailureView(View):
    """Why a workbook could not be read or an import did not happen, and what to do."""

    code: str
    title: str
    detail: str


class ImportView(View):
    """One import and how far it has got. `is_mine`: only then may the workbook be had back.

    `can_undo`: nobody has claimed his seat and no class has opened.
    """

    id: UUID
    cohort_id: UUID | None
    file_name: str
    state: ImportState
    rows_total: int
    rows_done: int
    rows_wrong: int
    summary: ImportSummary
    failure: FailureView | None
    is_mine: bool
    has_file: bool
    has_preview: bool
    can_undo: bool
    created_at: datetime
    finished_at: datetime | None


class ImportList(View):
    rows: list[ImportView]


class MarkView(View):
    """One finding at one cell, such as `C7`."""

    column: Column
    cell: str
    code: str
    level: Level
    message: str


class PreviewRow(View):
    """A row of the workbook; numbers are masked."""

    row: int
    cells: dict[Column, str]
    marks: list[MarkView]


class PreviewPage(View):
    columns: list[Column]
    rows: list[PreviewRow]
    total: int
