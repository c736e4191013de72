"""Tables of the class: cohort, seat, teaching assignment, period. Exists before its sandbox and outlives it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, SmallInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from kernel.classroom.rules import LECTURERS_AT_MOST, SEATS_AT_MOST
from kernel.database import columns


class CohortState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class PeriodKind(StrEnum):
    LECTURE = "lecture"
    PRACTICE = "practice"
    ASSESSMENT = "assessment"


class Cohort(SQLModel, table=True):
    """A class (班级) as the institution opened it. `code` is what learners type to claim their seats."""

    __tablename__ = "kernel_cohort"
    __table_args__ = (
        Index("kernel_cohort_code", "code", unique=True),
        Index("kernel_cohort_institution", "institution_id", "id"),
        CheckConstraint("(state = 'planned') = (opened_at IS NULL)", name="kernel_cohort_opened_once"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="kernel_cohort_closed_once"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    name: str = columns.text_column(60)
    code: str = columns.text_column(8)
    state: CohortState = columns.enum_column("kernel_cohort", "state", CohortState)
    is_trial: bool = columns.flag_column()
    """A trial class (测试班) is left out of every statistic."""
    starts_on: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    created_at: datetime = columns.at_column()
    opened_at: datetime | None = columns.at_column(nullable=True)
    closed_at: datetime | None = columns.at_column(nullable=True)


class Seat(SQLModel, table=True):
    """A learner's place (席位) in a class; his store, cart and wallet hang on it. Claimed once it has an account."""

    __tablename__ = "kernel_seat"
    __table_args__ = (
        Index("kernel_seat_number_once", "cohort_id", "number", unique=True, postgresql_where="withdrawn_at IS NULL"),
        Index(
            "kernel_seat_account_once", "cohort_id", "account_id", unique=True, postgresql_where="withdrawn_at IS NULL"
        ),
        Index(
            "kernel_seat_person_once", "cohort_id", "person_id", unique=True, postgresql_where="withdrawn_at IS NULL"
        ),
        Index("kernel_seat_account", "account_id"),
        Index("kernel_seat_person", "person_id"),
        Index("kernel_seat_import", "import_id"),
        CheckConstraint(f"number BETWEEN 1 AND {SEATS_AT_MOST}", name="kernel_seat_number_range"),
        CheckConstraint("pin_failures >= 0", name="kernel_seat_pin_failures_counted"),
        CheckConstraint("pin_locked_until IS NULL OR account_id IS NULL", name="kernel_seat_locked_unclaimed"),
        CheckConstraint("NOT made_account OR account_id IS NOT NULL", name="kernel_seat_made_what_it_has"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    person_id: UUID | None = columns.ref_column(nullable=True)
    account_id: UUID | None = columns.ref_column(nullable=True)
    import_id: UUID | None = columns.ref_column(nullable=True)
    number: int = columns.count_column()
    display_name: str = columns.text_column(20)
    pin_sealed: bytes | None = columns.bytes_column(nullable=True)
    pin_failures: int = columns.count_column(0)
    pin_locked_until: datetime | None = columns.at_column(nullable=True)
    """Until when wrong PINs keep everybody out; may lie in the past."""
    is_late: bool = columns.flag_column()
    """Joined after the class had opened (补录)."""
    seated_at: datetime = columns.at_column()
    claimed_at: datetime | None = columns.at_column(nullable=True)
    claim_browser: str | None = columns.text_column(80, nullable=True)
    made_account: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default="false"))
    """Its claim made the account, so that undoing the claim may disable it."""
    withdrawn_at: datetime | None = columns.at_column(nullable=True)


class TeachingAssignment(SQLModel, table=True):
    """A teaching lecturer (授课讲师) of a class, in one of its two places. He never scores this class."""

    __tablename__ = "kernel_teaching_assignment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "account_id", name="kernel_teaching_assignment_once"),
        UniqueConstraint("cohort_id", "place", name="kernel_teaching_assignment_place_once"),
        CheckConstraint(f"place BETWEEN 1 AND {LECTURERS_AT_MOST}", name="kernel_teaching_assignment_place_range"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    account_id: UUID = columns.ref_column(index=True)
    place: int = Field(sa_column=Column(SmallInteger, nullable=False))
    assigned_at: datetime = columns.at_column()


class Period(SQLModel, table=True):
    """One 课时 of a class on its timetable, half-open from `starts_at` to `ends_at`."""

    __tablename__ = "kernel_period"
    __table_args__ = (
        UniqueConstraint("cohort_id", "number", name="kernel_period_number_once"),
        CheckConstraint("starts_at < ends_at", name="kernel_period_forward"),
        CheckConstraint("number >= 1 AND day_number >= 1", name="kernel_period_numbered"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    cohort_id: UUID = columns.ref_column()
    number: int = columns.count_column()
    day_number: int = columns.count_column()
    kind: PeriodKind = columns.enum_column("kernel_period", "kind", PeriodKind)
    topic: str = columns.text_column(60)
    starts_at: datetime = columns.at_column()
    ends_at: datetime = columns.at_column()
