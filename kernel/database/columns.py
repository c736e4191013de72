"""Column factories, so that every table says the same thing the same way.

`SQLModel(table=True)` does not validate, therefore every invariant a row can hold is a CHECK here or beside the table.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Integer, LargeBinary, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from kernel.ids import new_id


def id_column() -> Any:
    """A UUIDv7 primary key."""
    return Field(default_factory=new_id, sa_column=Column(Uuid, primary_key=True))


def sandbox_column() -> Any:
    """The tenant key of a sandbox row. No index of its own: it leads the table's other indexes."""
    return Field(sa_column=Column(Uuid, nullable=False))


def ref_column(*, nullable: bool = False, index: bool = False, unique: bool = False) -> Any:
    """An id of another row. Foreign keys are added where both tables belong to one package."""
    return Field(
        default=None if nullable else ..., sa_column=Column(Uuid, nullable=nullable, index=index, unique=unique)
    )


def text_column(limit: int, *, nullable: bool = False, default: str | None = None) -> Any:
    """A text of at most `limit` characters."""
    fallback: Any = default if default is not None else (None if nullable else ...)
    return Field(default=fallback, sa_column=Column(String(limit), nullable=nullable))


def enum_column(table: str, name: str, values: type[StrEnum]) -> Any:
    """An enum stored as text by value, held by a CHECK (no native enum: they are painful to migrate)."""
    allowed = ", ".join(f"'{member.value}'" for member in values)
    return Field(
        sa_column=Column(
            name, String(24), CheckConstraint(f"{name} IN ({allowed})", name=f"{table}_{name}_known"), nullable=False
        )
    )


def fen_column(*, nullable: bool = False) -> Any:
    """An amount in integer fen."""
    return Field(default=None if nullable else ..., sa_column=Column(BigInteger, nullable=nullable))


def count_column(default: int | None = None) -> Any:
    """A number of things."""
    return Field(default=... if default is None else default, sa_column=Column(Integer, nullable=False))


def big_column(*, nullable: bool = False) -> Any:
    """A 64-bit number: a seed, a sequence, milliseconds of class time."""
    return Field(default=None if nullable else ..., sa_column=Column(BigInteger, nullable=nullable))


def flag_column(*, default: bool = False) -> Any:
    """A yes or no."""
    return Field(default=default, sa_column=Column(Boolean, nullable=False))


def bytes_column(*, nullable: bool = False) -> Any:
    """Bytes nobody reads by eye: sealed texts, keyed hashes."""
    return Field(default=None if nullable else ..., sa_column=Column(LargeBinary, nullable=nullable))


def sim_at_column(*, nullable: bool = False) -> Any:
    """A simulated moment: `timestamp` without zone, so that it cannot meet real time in one expression."""
    return Field(default=None if nullable else ..., sa_column=Column(DateTime(timezone=False), nullable=nullable))


def at_column(*, nullable: bool = False) -> Any:
    """A real moment: `timestamptz`."""
    return Field(default=None if nullable else ..., sa_column=Column(DateTime(timezone=True), nullable=nullable))


def json_column(*, nullable: bool = False) -> Any:
    """A JSON value that is stored and returned whole, never searched."""
    return Field(default=None if nullable else ..., sa_column=Column(JSONB(none_as_null=True), nullable=nullable))
