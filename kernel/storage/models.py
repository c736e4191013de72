"""Tables of file storage: the files kept, and how much of its quota each seat has used."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, UniqueConstraint, Uuid
from sqlmodel import Field, SQLModel

from kernel.database import columns


class FilePurpose(StrEnum):
    """What a file is for; decides who may upload it and what is derived from it."""

    PRODUCT_PICTURE = "product_picture"


class StoredFile(SQLModel, table=True):
    """One kept picture. `sha256` is that of the bytes uploaded, `size_bytes` that of all derived files together."""

    __tablename__ = "kernel_stored_file"
    __table_args__ = (
        UniqueConstraint("sandbox_id", "seat_id", "purpose", "sha256", name="kernel_stored_file_once"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="kernel_stored_file_sha256_hex"),
        CheckConstraint("width >= 1 AND height >= 1", name="kernel_stored_file_has_area"),
        CheckConstraint("size_bytes >= 1", name="kernel_stored_file_not_empty"),
    )

    id: UUID = columns.id_column()
    sandbox_id: UUID = columns.sandbox_column()
    seat_id: UUID = columns.ref_column()
    purpose: FilePurpose = columns.enum_column("kernel_stored_file", "purpose", FilePurpose)
    sha256: str = columns.text_column(64)
    width: int = columns.count_column()
    height: int = columns.count_column()
    size_bytes: int = columns.count_column()
    at: datetime = columns.at_column()


class StorageUsage(SQLModel, table=True):
    """What a seat has stored so far; changed by one guarded statement only, so raced uploads cannot pass the quota."""

    __tablename__ = "kernel_storage_usage"
    __table_args__ = (CheckConstraint("files >= 0 AND size_bytes >= 0", name="kernel_storage_usage_not_negative"),)

    sandbox_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    seat_id: UUID = Field(sa_column=Column(Uuid, primary_key=True))
    files: int = columns.count_column()
    size_bytes: int = columns.big_column()
