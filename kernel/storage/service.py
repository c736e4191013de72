"""Use cases of file storage: admit an uploader, keep what he uploaded.

No transaction is open while bytes arrive, are decoded or are written to disk: each of the three transactions here lasts
one or two statements.
"""

from dataclasses import dataclass
from pathlib import Path

from anyio import CancelScope, CapacityLimiter, to_thread
from sqlalchemy import text

from kernel.errors import Conflict
from kernel.identity.rules import Capability, require
from kernel.ids import new_id
from kernel.runtime import Runtime
from kernel.storage import pictures, queries, rules
from kernel.storage.media import Media, Variant
from kernel.storage.models import FilePurpose
from kernel.storage.pictures import Derived
from kernel.storage.queries import StoredFileRow
from kernel.unit_of_work import UnitOfWork

DECODERS = CapacityLimiter(2)
"""How many pictures a process decodes at once: each takes a core for up to a second and tens to hundreds of MB."""

_INSERT = text("""
    INSERT INTO kernel_stored_file (id, sandbox_id, seat_id, purpose, sha256, width, height, size_bytes, at)
    VALUES (:id, :sandbox_id, :seat_id, :purpose, :sha256, :width, :height, :size_bytes, :at)
    ON CONFLICT ON CONSTRAINT kernel_stored_file_once DO NOTHING
""")
# One guarded statement: concurrent uploads of a seat queue up on its row; one that would pass the line changes nothing.
_USE_QUOTA = text(f"""
    INSERT INTO kernel_storage_usage AS used (sandbox_id, seat_id, files, size_bytes)
    VALUES (:sandbox_id, :seat_id, 1, :size_bytes)
    ON CONFLICT (sandbox_id, seat_id) DO UPDATE
       SET files = used.files + 1, size_bytes = used.size_bytes + excluded.size_bytes
     WHERE used.files + 1 <= {rules.QUOTA_FILES}
       AND used.size_bytes + excluded.size_bytes <= {rules.QUOTA_BYTES}
""")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived whole, still as it was sent."""

    path: Path
    purpose: FilePurpose
    sha256: str


async def admit(uow: UnitOfWork) -> None:
    """Passes when the actor may upload now. Asked before his bytes are received.

    Raises:
        Forbidden: he sells nothing here.
        Unauthorised: he has no seat.
        Conflict: `kernel.storage.quota`: his seat has used up its quota.

    """
    require(uow.actor, Capability.SELL)
    files, size_bytes = await queries.view_usage(uow)
    if files >= rules.QUOTA_FILES or size_bytes >= rules.QUOTA_BYTES:
        raise _over_quota()


async def keep(runtime: Runtime, token_hash: bytes, upload: Upload) -> StoredFileRow:
    """Derives the marked files of an upload, places them and records them for the seat of a session.

    The same bytes from the same seat again return the file that is already there.

    Raises:
        Invalid: it is not an acceptable picture.
        Conflict: `kernel.storage.quota`.
        Unauthorised: the session has ended meanwhile.

    """
    async with runtime.enter_session(token_hash, read_only=True) as uow:
        known = await queries.find_same_content(uow, upload.purpose, upload.sha256)
        sandbox_id, seat_id = uow.sandbox.id, uow.actor.seat
    if known is not None:
        return known
    derived = await to_thread.run_sync(pictures.derive, upload.path, limiter=DECODERS)
    row = StoredFileRow(
        id=new_id(),
        sandbox_id=sandbox_id,
        seat_id=seat_id,
        purpose=upload.purpose,
        sha256=upload.sha256,
        width=derived.width,
        height=derived.height,
        size_bytes=derived.size_bytes,
    )
    return await _place_and_record(runtime, token_hash, row, derived)


async def _place_and_record(runtime: Runtime, token_hash: bytes, row: StoredFileRow, derived: Derived) -> StoredFileRow:
    """Places the files, then writes their row; takes them away again when the row was not written.

    When the commit itself fails, only the database knows whether the row exists: then the files stay for the sweep.
    """
    media = Media.under(runtime.settings.data_dir)
    recorded: StoredFileRow | None = None
    try:
        await to_thread.run_sync(_place, media, row, derived)
        async with runtime.enter_session(token_hash) as uow:
            recorded = await record(uow, row)
    finally:
        if recorded is None or recorded.id != row.id:
            with CancelScope(shield=True):
                await to_thread.run_sync(media.remove, row.sandbox_id, row.sha256, row.id)
    return recorded


def _place(media: Media, row: StoredFileRow, derived: Derived) -> None:
    for variant, content in ((Variant.MAIN, derived.main), (Variant.THUMB, derived.thumb)):
        media.place(media.path(row.sandbox_id, row.sha256, row.id, variant), content)


async def record(uow: UnitOfWork, row: StoredFileRow) -> StoredFileRow:
    """Writes the row of a placed file and charges the seat's quota; returns the other's row if a twin was faster.

    Raises:
        Conflict: `kernel.storage.quota`.

    """
    inserted = await uow.execute(
        _INSERT,
        {
            "id": row.id,
            "sandbox_id": row.sandbox_id,
            "seat_id": row.seat_id,
            "purpose": row.purpose.value,
            "sha256": row.sha256,
            "width": row.width,
            "height": row.height,
            "size_bytes": row.size_bytes,
            "at": uow.now.at,
        },
    )
    if inserted.rowcount == 0:
        return await _twin(uow, row)
    charge = {"sandbox_id": row.sandbox_id, "seat_id": row.seat_id, "size_bytes": row.size_bytes}
    charged = await uow.execute(_USE_QUOTA, charge)
    if charged.rowcount == 0:
        raise _over_quota()
    return row


async def _twin(uow: UnitOfWork, row: StoredFileRow) -> StoredFileRow:
    twin = await queries.find_same_content(uow, row.purpose, row.sha256)
    if twin is None:  # it was there a statement ago, and nothing deletes rows
        raise RuntimeError("the stored file of the same content has vanished")
    return twin


def _over_quota() -> Conflict:
    return Conflict("kernel.storage.quota", limit_files=rules.QUOTA_FILES, limit_mib=rules.QUOTA_BYTES // rules.MIB)


def media_path(runtime: Runtime, row: StoredFileRow, variant: Variant) -> Path:
    """Returns where a file of this row lies."""
    return Media.under(runtime.settings.data_dir).path(row.sandbox_id, row.sha256, row.id, variant)
