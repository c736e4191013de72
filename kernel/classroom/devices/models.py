"""The table of device checks: what each machine of the room measured before class."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from kernel.classroom.devices.rules import Verdict
from kernel.classroom.rules import SEATS_AT_MOST
from kernel.database import columns


class DeviceCheck(SQLModel, table=True):
    """One test of one machine, judged by the server from its measurements. Never changed: it is evidence."""

    __tablename__ = "kernel_device_check"
    __table_args__ = (
        Index("kernel_device_check_cohort", "cohort_id", "seat_number", "id"),
        CheckConstraint(f"seat_number BETWEEN 1 AND {SEATS_AT_MOST}", name="kernel_device_check_seat_number_range"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    seat_number: int = columns.count_column()
    account_id: UUID | None = columns.ref_column(nullable=True)
    verdict: Verdict = columns.enum_column("kernel_device_check", "verdict", Verdict)
    measures: dict[str, Any] = columns.json_column()
    findings: list[Any] = columns.json_column()
    rules: str = columns.text_column(24)
    """The version of the thresholds it was judged by."""
    browser: str = columns.text_column(80)
    at: datetime = columns.at_column()
