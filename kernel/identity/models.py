"""Tables of identity: institution, account, log-in session. Passwords are argon2 hashes, tokens are stored hashed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class Institution(SQLModel, table=True):
    """A training institution (培训机构) inside a region; `region_code` is a prefix-ordered GB/T 2260 code."""

    __tablename__ = "kernel_institution"

    institution_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    region_code: str = columns.text_column(12)
    name: str = columns.text_column(60)


class Account(SQLModel, table=True):
    """How a person logs in. Who he is in a class is his seat or teaching assignment."""

    __tablename__ = "kernel_account"
    __table_args__ = (Index("kernel_account_login", "login", unique=True),)

    id: UUID = columns.id_column()
    institution_id: UUID = columns.ref_column()
    region_code: str = columns.text_column(12)
    login: str = columns.text_column(40)
    password_hash: str = columns.text_column(160)
    display_name: str = columns.text_column(20)
    disabled_at: datetime | None = columns.at_column(nullable=True)


class LoginSession(SQLModel, table=True):
    """One signed-in browser. Reached only by `kernel_enter_session` with the token's SHA-256."""

    __tablename__ = "kernel_login_session"

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    account_id: UUID = Field(
        sa_column=Column(Uuid, ForeignKey("kernel_account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    sandbox_id: UUID | None = columns.ref_column(nullable=True)
    created_at: datetime = columns.at_column()
    expires_at: datetime = columns.at_column()
