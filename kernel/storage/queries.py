"""Reads of file storage. Row-level security confines each of them to the sandbox of the transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.storage.models import FilePurpose
from kernel.unit_of_work import UnitOfWork

_COLUMNS = "id, sandbox_id, seat_id, purpose, sha256, width, height, size_bytes"
_BY_ID = text(f"SELECT {_COLUMNS} FROM kernel_stored_file WHERE id = :file_id")
_BY_CONTENT = text(f"""
    SELECT {_COLUMNS} FROM kernel_stored_file
     WHERE sandbox_id = :sandbox_id AND seat_id = :seat_id AND purpose = :purpose AND sha256 = :sha256
""")
_USAGE = text(
    "SELECT files, size_bytes FROM kernel_storage_usage WHERE sandbox_id = :sandbox_id AND seat_id = :seat_id"
)
_OWN = text("SELECT count(DISTINCT id) AS own FROM kernel_stored_file WHERE id = ANY(:file_ids) AND seat_id = :seat_id")
_EXISTING = text("SELECT id FROM kernel_stored_file WHERE sandbox_id = :sandbox_id AND id = ANY(:file_ids)")


@dataclass(frozen=True, slots=True)
class StoredFileRow:
    """One kept picture."""

    id: UUID
    sandbox_id: UUID
    seat_id: UUID
    purpose: FilePurpose
    sha256: str
    width: int
    height: int
    size_bytes: int


def _row(found: Any) -> StoredFileRow:
    return StoredFileRow(**{**found._mapping, "purpose": FilePurpose(found.purpose)})


async def view_file(uow: UnitOfWork, file_id: UUID) -> StoredFileRow:
    """Returns a picture of this sandbox, whoever uploaded it: classmates see each other's goods.

    Raises:
        NotFound: there is none of this id in this sandbox.

    """
    found = (await uow.execute(_BY_ID, {"file_id": file_id})).one_or_none()
    if found is None:
        raise NotFound("kernel.storage.not_found")
    return _row(found)


async def access_file(uow: UnitOfWork, file_id: UUID) -> StoredFileRow:
    """Returns a picture that the acting seat uploaded in this sandbox, so that it may be hung on something.

    Raises:
        NotFound: there is none of this id, or it is another seat's; the two are not told apart.
        Unauthorised: the actor has no seat.

    """
    row = await view_file(uow, file_id)
    if row.seat_id != uow.actor.seat:
        raise NotFound("kernel.storage.not_found")
    return row


async def access_files(uow: UnitOfWork, file_ids: list[UUID]) -> None:
    """Passes when the acting seat uploaded all of these pictures in this sandbox; see `access_file`.

    Raises:
        NotFound: one of them is not there, or is another seat's.

    """
    if not file_ids:
        return
    found = (await uow.execute(_OWN, {"file_ids": file_ids, "seat_id": uow.actor.seat})).one()
    if found.own != len(set(file_ids)):
        raise NotFound("kernel.storage.not_found")


async def find_same_content(uow: UnitOfWork, purpose: FilePurpose, sha256: str) -> StoredFileRow | None:
    """Returns what the acting seat has already made of the same bytes, if it has."""
    params = {
        "sandbox_id": uow.sandbox.id,
        "seat_id": uow.actor.seat,
        "purpose": purpose.value,
        "sha256": sha256,
    }
    found = (await uow.execute(_BY_CONTENT, params)).one_or_none()
    return None if found is None else _row(found)


async def view_usage(uow: UnitOfWork) -> tuple[int, int]:
    """Returns how many files and bytes the acting seat has stored."""
    found = (await uow.execute(_USAGE, {"sandbox_id": uow.sandbox.id, "seat_id": uow.actor.seat})).one_or_none()
    return (0, 0) if found is None else (found.files, found.size_bytes)


async def list_existing(uow: UnitOfWork, file_ids: list[UUID]) -> set[UUID]:
    """Returns which of these ids have a row in this sandbox."""
    rows = await uow.execute(_EXISTING, {"sandbox_id": uow.sandbox.id, "file_ids": file_ids})
    return {row.id for row in rows}
