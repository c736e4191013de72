"""Tables of the lecturer's console: interventions, notices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import SQLModel

from kernel.database import columns


class Intervention(SQLModel, table=True):
    """What a lecturer did in a class, to one learner or (no seat) to all. Never changed: it is a flag on the evidence."""

    __tablename__ = "kernel_intervention"
    __table_args__ = (Index("kernel_intervention_cohort", "cohort_id", "seat_id", "id"),)

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    seat_id: UUID | None = columns.ref_column(nullable=True)
    kind: str = columns.text_column(48)
    account_id: UUID = columns.ref_column()
    author: str = columns.text_column(20)
    reason: str = columns.text_column(200)
    params: dict[str, Any] = columns.json_column()
    sim_at: datetime | None = columns.sim_at_column(nullable=True)
    at: datetime = columns.at_column()


class Notice(SQLModel, table=True):
    """A message of the lecturer to the whole class."""

    __tablename__ = "kernel_notice"
    __table_args__ = (Index("kernel_notice_cohort", "cohort_id", "id"),)

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    account_id: UUID = columns.ref_column()
    author: str = columns.text_column(20)
    text: str = columns.text_column(300)
    at: datetime = columns.at_column()
    withdrawn_at: datetime | None = columns.at_column(nullable=True)
