"""The table of roster imports: what was handed in, what is wrong with it, and how far it has got."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from kernel.database import columns


class ImportState(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    IMPORTED = "imported"
    UNREADABLE = "unreadable"
    UNDONE = "undone"


class RosterImport(SQLModel, table=True):
    """One workbook on its way in. The file is sealed; it and the preview are removed after a day.

    `preview` holds masked rows with their marks, `summary` counts; neither holds a full number.
    """

    __tablename__ = "kernel_roster_import"
    __table_args__ = (
        Index("kernel_roster_import_cohort", "cohort_id", "id"),
        Index("kernel_roster_import_waiting", "id", postgresql_where="state IN ('checking', 'importing')"),
        Index("kernel_roster_import_sealed", "created_at", postgresql_where="preview IS NOT NULL"),
        CheckConstraint("state <> 'unreadable' OR failure IS NOT NULL", name="kernel_roster_import_failure_named"),
        CheckConstraint("attempts >= 0", name="kernel_roster_import_attempts_counted"),
        CheckConstraint(
            "rows_total >= 0 AND rows_done >= 0 AND rows_wrong >= 0", name="kernel_roster_import_rows_counted"
        ),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID | None = columns.ref_column(nullable=True)
    """The class it goes into; without one the workbook names a class in each row."""
    account_id: UUID = columns.ref_column()
    file_name: str = columns.text_column(120)
    file_sealed: bytes | None = columns.bytes_column(nullable=True)
    state: ImportState = columns.enum_column("kernel_roster_import", "state", ImportState)
    rows_total: int = columns.count_column(0)
    rows_done: int = columns.count_column(0)
    rows_wrong: int = columns.count_column(0)
    preview: list[Any] | None = columns.json_column(nullable=True)
    attempts: int = columns.count_column(0)
    """How often a worker has begun on it since it last waited for one."""
    failure: str | None = columns.text_column(60, nullable=True)
    """The code of why it is unreadable, or of why the last import did not happen."""
    summary: dict[str, Any] = columns.json_column()
    created_at: datetime = columns.at_column()
    finished_at: datetime | None = columns.at_column(nullable=True)
