"""Tables of the class: cohort, seat, teaching assignment."""

from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import SQLModel

from kernel.database import columns


class Cohort(SQLModel, table=True):
    """A class (班级) as the institution opened it."""

    __tablename__ = "kernel_cohort"

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    name: str = columns.text_column(60)


class Seat(SQLModel, table=True):
    """A learner's place (席位) in one sandbox; his store, cart and wallet hang on it."""

    __tablename__ = "kernel_seat"
    __table_args__ = (
        UniqueConstraint("sandbox_id", "number", name="kernel_seat_number_once"),
        UniqueConstraint("sandbox_id", "account_id", name="kernel_seat_account_once"),
        CheckConstraint("number >= 1", name="kernel_seat_number_positive"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    account_id: UUID = columns.ref_column(index=True)
    number: int = columns.count_column()
    display_name: str = columns.text_column(20)


class TeachingAssignment(SQLModel, table=True):
    """A teaching lecturer (授课讲师) of a sandbox. He never scores this class."""

    __tablename__ = "kernel_teaching_assignment"
    __table_args__ = (UniqueConstraint("sandbox_id", "account_id", name="kernel_teaching_assignment_once"),)

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    account_id: UUID = columns.ref_column(index=True)
