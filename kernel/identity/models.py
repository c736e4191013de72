"""Tables of identity: who a person is, how he logs in, what he may be, and which sessions he has open.

A person (人员) is one row over all classes, his record (登记) one row for each institution that knows him; an account is his
way in; a role grant is what he may be outside a class. ID numbers and phones are sealed (`kernel.crypto`) and found again
only by a keyed hash. Tokens are stored hashed.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
)
from sqlmodel import Field, SQLModel

from kernel.actor import ActorKind
from kernel.database import columns
from kernel.ids import new_id


class Role(StrEnum):
    """What an account may be outside a class. Inside one, a seat makes a learner, an assignment a lecturer."""

    LECTURER = ActorKind.LECTURER.value
    SCORER = ActorKind.SCORER.value
    OFFICER = ActorKind.OFFICER.value
    INSTITUTION = ActorKind.INSTITUTION.value
    SUPPLIER = ActorKind.SUPPLIER.value
    OPERATOR = ActorKind.OPERATOR.value


class SessionKind(StrEnum):
    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105  a kind of session


class SessionEnd(StrEnum):
    """Why somebody's session ended before its time, other than that he signed out."""

    CLAIM_UNDONE = "claim_undone"
    SEAT_WITHDRAWN = "seat_withdrawn"
    PASSWORD_RESET = "password_reset"  # noqa: S105  a reason
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a reason
    ACCOUNT_CLOSED = "account_closed"
    ROLE_TAKEN = "role_taken"
    TEACHING_ENDED = "teaching_ended"


class LoginOutcome(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    DISABLED = "disabled"


class Gender(StrEnum):
    MALE = "male"
    FEMALE = "female"


class Institution(SQLModel, table=True):
    """A training institution (培训机构) inside a region; `region_code` is a prefix-ordered GB/T 2260 code."""

    __tablename__ = "kernel_institution"

    institution_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    region_code: str = columns.text_column(12)
    name: str = columns.text_column(60)


class Person(SQLModel, table=True):
    """One human being over all classes, known by his ID number alone; what else is known of him is a `PersonRecord`.

    `..._sealed` is encrypted, `..._key` a keyed hash for finding duplicates.
    """

    __tablename__ = "kernel_person"
    __table_args__ = (
        Index("kernel_person_id_number", "id_number_key", unique=True),
        CheckConstraint("gender IN ('male', 'female')", name="kernel_person_gender_known"),
        CheckConstraint("(id_number_sealed IS NULL) = (id_number_key IS NULL)", name="kernel_person_id_number_whole"),
    )

    id: UUID = columns.id_column()
    gender: str | None = columns.text_column(8, nullable=True)
    id_number_sealed: bytes | None = columns.bytes_column(nullable=True)
    id_number_key: bytes | None = columns.bytes_column(nullable=True)
    purpose: str = columns.text_column(60)
    delete_on: date = Field(sa_column=Column(Date, nullable=False))
    created_at: datetime = columns.at_column()
    updated_at: datetime = columns.at_column()


class PersonRecord(SQLModel, table=True):
    """What one institution has on record about a person (登记). No other institution reads or changes it (ADR 0017)."""

    __tablename__ = "kernel_person_record"
    __table_args__ = (
        UniqueConstraint("person_id", "institution_id", name="kernel_person_record_once"),
        CheckConstraint("(phone_sealed IS NULL) = (phone_key IS NULL)", name="kernel_person_record_phone_whole"),
    )

    id: UUID = columns.id_column()
    person_id: UUID = Field(sa_column=Column(Uuid, ForeignKey("kernel_person.id", ondelete="CASCADE"), nullable=False))
    institution_id: UUID = columns.ref_column()
    name: str = columns.text_column(20)
    phone_sealed: bytes | None = columns.bytes_column(nullable=True)
    phone_key: bytes | None = columns.bytes_column(nullable=True)
    education: str | None = columns.text_column(20, nullable=True)
    category: str | None = columns.text_column(20, nullable=True)
    created_at: datetime = columns.at_column()
    updated_at: datetime = columns.at_column()


class Account(SQLModel, table=True):
    """How a person logs in. Who he is in a class is his seat or teaching assignment, elsewhere his role grants."""

    __tablename__ = "kernel_account"
    __table_args__ = (
        Index("kernel_account_login", "login", unique=True),
        CheckConstraint("(password_reset_at IS NULL) = (password_reset_by IS NULL)", name="kernel_account_reset_named"),
        CheckConstraint("last_cohort_id IS NULL OR last_grant_id IS NULL", name="kernel_account_last_place"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_by IS NULL)", name="kernel_account_disabled_named"),
        CheckConstraint("disabled_by IN ('lecturer', 'institution', 'operator')", name="kernel_account_disabled_known"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID | None = columns.ref_column(nullable=True)
    region_code: str = columns.text_column(12)
    person_id: UUID | None = columns.ref_column(nullable=True, index=True)
    login: str = columns.text_column(40)
    password_hash: str = columns.text_column(160)
    display_name: str = columns.text_column(20)
    must_change_password: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default="false"))
    password_reset_at: datetime | None = columns.at_column(nullable=True)
    password_reset_by: str | None = columns.text_column(20, nullable=True)
    password_expires_at: datetime | None = columns.at_column(nullable=True)
    disabled_at: datetime | None = columns.at_column(nullable=True)
    disabled_by: str | None = columns.text_column(24, nullable=True)
    """As what somebody closed it: nobody below may open it again."""
    last_cohort_id: UUID | None = columns.ref_column(nullable=True)
    last_grant_id: UUID | None = columns.ref_column(nullable=True)


class RoleGrant(SQLModel, table=True):
    """What an account may be outside a class: an officer in a region, staff of an institution, a lecturer."""

    __tablename__ = "kernel_role_grant"
    __table_args__ = (
        Index("kernel_role_grant_account", "account_id"),
        CheckConstraint(
            "role NOT IN ('institution', 'lecturer') OR institution_id IS NOT NULL",
            name="kernel_role_grant_has_institution",
        ),
        CheckConstraint("role <> 'officer' OR region_code <> ''", name="kernel_role_grant_has_region"),
    )

    id: UUID = columns.id_column()
    account_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("kernel_account.id", ondelete="CASCADE"), nullable=False)
    )
    role: Role = columns.enum_column("kernel_role_grant", "role", Role)
    institution_id: UUID | None = columns.ref_column(nullable=True)
    region_code: str = columns.text_column(12)
    granted_at: datetime = columns.at_column()
    revoked_at: datetime | None = columns.at_column(nullable=True)


class LoginSession(SQLModel, table=True):
    """One signed-in browser or one API token, and the class or role it is in. Opened only by `kernel_enter_session`."""

    __tablename__ = "kernel_login_session"
    __table_args__ = (
        CheckConstraint("cohort_id IS NULL OR grant_id IS NULL", name="kernel_login_session_one_place"),
        CheckConstraint("(kind = 'token') = (name IS NOT NULL)", name="kernel_login_session_token_named"),
    )

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    id: UUID = Field(default_factory=new_id, sa_column=Column(Uuid, nullable=False, unique=True))
    account_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("kernel_account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    kind: SessionKind = columns.enum_column("kernel_login_session", "kind", SessionKind)
    cohort_id: UUID | None = columns.ref_column(nullable=True)
    grant_id: UUID | None = columns.ref_column(nullable=True)
    name: str | None = columns.text_column(40, nullable=True)
    read_only: bool = columns.flag_column()
    created_at: datetime = columns.at_column()
    expires_at: datetime = columns.at_column()
    used_on: date | None = Field(default=None, sa_column=Column(Date, nullable=True))


class EndedSession(SQLModel, table=True):
    """A browser's session that was ended for its person, and why; kept as long as it would have lasted."""

    __tablename__ = "kernel_ended_session"

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    reason: SessionEnd = columns.enum_column("kernel_ended_session", "reason", SessionEnd)
    ended_at: datetime = columns.at_column()
    expires_at: datetime = columns.at_column()


class LoginGuard(SQLModel, table=True):
    """Wrong log-ins in a row under one typed name, known or not; the name itself is never stored."""

    __tablename__ = "kernel_login_guard"
    __table_args__ = (CheckConstraint("failures >= 0", name="kernel_login_guard_failures_counted"),)

    name_key: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    failures: int = columns.count_column()
    locked_until: datetime | None = columns.at_column(nullable=True)
    failed_at: datetime = columns.at_column()


class LoginEvent(SQLModel, table=True):
    """One try to log in to a known account. Never changed; removed when its time is over."""

    __tablename__ = "kernel_login_event"
    __table_args__ = (
        Index("kernel_login_event_account", "account_id", "id"),
        Index("kernel_login_event_cohort", "cohort_id", "id"),
    )

    id: UUID = columns.id_column()
    account_id: UUID = columns.ref_column()
    institution_id: UUID | None = columns.ref_column(nullable=True)
    region_code: str = columns.text_column(12)
    cohort_id: UUID | None = columns.ref_column(nullable=True)
    outcome: LoginOutcome = columns.enum_column("kernel_login_event", "outcome", LoginOutcome)
    address: str = columns.text_column(45)
    browser: str = columns.text_column(80)
    at: datetime = columns.at_column()


class Reveal(SQLModel, table=True):
    """Someone looked at a sealed field in full, and why. Never changed."""

    __tablename__ = "kernel_reveal"
    __table_args__ = (
        Index("kernel_reveal_person", "person_id", "id"),
        CheckConstraint("field IN ('id_number', 'phone')", name="kernel_reveal_field_known"),
    )

    id: UUID = columns.id_column()
    institution_id: UUID | None = columns.ref_column(nullable=True)
    region_code: str = columns.text_column(12)
    person_id: UUID = columns.ref_column()
    account_id: UUID = columns.ref_column()
    field: str = columns.text_column(16)
    reason: str = columns.text_column(100)
    at: datetime = columns.at_column()
