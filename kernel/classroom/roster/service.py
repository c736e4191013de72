"""Use cases of roster imports: hand in, agree, undo. What takes long is the worker's (`work`)."""

from base64 import b64encode
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from anyio import to_thread
from sqlalchemy import insert, text

from kernel.classroom import queries as classes
from kernel.classroom.models import CohortState
from kernel.classroom.roster import queries
from kernel.classroom.roster.encrypted import FILE
from kernel.classroom.roster.models import ImportState, RosterImport
from kernel.classroom.roster.receive import Upload
from kernel.crypto.keyring import Keyring
from kernel.errors import Conflict, Forbidden, NotFound, TooMany
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

ROSTER_IMPORT = table_of(RosterImport)
KEPT = timedelta(days=1)
"""How long the file and its preview stay: long enough to mend the workbook tomorrow morning."""

WAITING_AT_MOST = 5
"""Unchecked workbooks of one person; each costs a worker seconds."""

NAMED = 5

_WAITING = text("""
    SELECT count(*) FROM kernel_roster_import WHERE account_id = :account_id AND state IN ('checking', 'importing')
""")
_AGREE = text("""
    UPDATE kernel_roster_import SET state = 'importing', rows_done = 0, attempts = 0, failure = NULL
     WHERE id = :import_id AND state = 'checked' AND rows_wrong = 0 AND file_sealed IS NOT NULL
""")
_LOCK_CLASSES = text("""
    SELECT id FROM kernel_cohort
     WHERE id IN (SELECT s.cohort_id FROM kernel_seat s WHERE s.import_id = :import_id) ORDER BY id FOR UPDATE
""")
_UNDO = text("UPDATE kernel_roster_import SET state = 'undone' WHERE id = :import_id AND state = 'imported'")
_PEOPLE_OF = text("SELECT person_id FROM kernel_seat WHERE import_id = :import_id AND person_id IS NOT NULL")
_FREE_SEATS = text("DELETE FROM kernel_seat WHERE import_id = :import_id AND account_id IS NULL")
_TAKEN = text("SELECT 1 FROM kernel_seat WHERE import_id = :import_id LIMIT 1")
_FORGET = text("""
    DELETE FROM kernel_person p
     WHERE p.id = ANY(:ids) AND NOT EXISTS (SELECT 1 FROM kernel_seat s WHERE s.person_id = p.id)
       AND NOT EXISTS (SELECT 1 FROM kernel_account a WHERE a.person_id = p.id)
""")
_FORGET_RECORDS = text("""
    DELETE FROM kernel_person_record r
     WHERE r.person_id = ANY(:ids) AND r.institution_id = :institution_id
       AND NOT EXISTS (SELECT 1 FROM kernel_seat s
                        WHERE s.person_id = r.person_id AND s.institution_id = r.institution_id)
""")
_UNPLAN = text("""
    DELETE FROM kernel_cohort c
     WHERE c.id = ANY(:ids) AND c.state = 'planned'
       AND NOT EXISTS (SELECT 1 FROM kernel_seat s WHERE s.cohort_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM kernel_teaching_assignment t WHERE t.cohort_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM kernel_period p WHERE p.cohort_id = c.id)
""")
_REMOVE_OLD = text("""
    UPDATE kernel_roster_import SET file_sealed = NULL, preview = NULL
     WHERE created_at < :before AND preview IS NOT NULL AND state NOT IN ('checking', 'importing')
""")
_REMOVE_UNCHECKED = text("""
    UPDATE kernel_roster_import SET state = 'unreadable', failure = 'kernel.roster.file_gone', file_sealed = NULL,
           preview = NULL
     WHERE created_at < :before AND state IN ('checking', 'importing')
""")


def refuse_read_only(uow: UnitOfWork) -> None:
    """Passes when the session may write.

    Raises:
        Forbidden: it is a token for reading, or a look at a learner's pages.

    """
    if uow.actor.read_only:
        raise Forbidden("kernel.identity.read_only")


async def admit_to_class(uow: UnitOfWork, cohort_id: UUID) -> Any:
    """Passes when a roster may be handed in for this class now; asked before the file is received.

    Raises:
        NotFound: there is no such class, or it is hidden from this person.
        Conflict: the class is over.
        TooMany: too many of his workbooks wait.

    """
    cohort = await classes.access_cohort(uow, cohort_id)
    if cohort.state == CohortState.CLOSED:
        raise Conflict("kernel.classroom.class_over")
    await _admit(uow)
    return cohort


async def admit_to_institution(uow: UnitOfWork) -> Any:
    """Passes when a roster of many classes may be handed in now.

    Raises:
        Forbidden: this person works for no institution.
        TooMany: too many of his workbooks wait.

    """
    institution = await queries.access_institution(uow)
    await _admit(uow)
    return institution


async def _admit(uow: UnitOfWork) -> None:
    waiting = (await uow.execute(_WAITING, {"account_id": uow.actor.account_id})).scalar_one()
    if waiting >= WAITING_AT_MOST:
        raise TooMany("kernel.roster.too_many_waiting", limit=WAITING_AT_MOST)


async def hand_in(uow: UnitOfWork, keyring: Keyring, home: Any, cohort_id: UUID | None, upload: Upload) -> UUID:
    """Keeps a workbook, encrypted, and leaves it to the worker to check. `home` names institution and region."""
    import_id = new_id()
    context = FILE.context(import_id)
    sealed = await to_thread.run_sync(
        partial(keyring.encrypt, b64encode(upload.content).decode("ascii"), context=context)
    )
    await uow.execute(
        insert(ROSTER_IMPORT),
        {
            "id": import_id,
            "institution_id": home.institution_id,
            "region_code": home.region_code,
            "cohort_id": cohort_id,
            "account_id": uow.actor.account_id,
            "file_name": upload.name,
            "file_sealed": sealed,
            "state": ImportState.CHECKING,
            "rows_total": 0,
            "rows_done": 0,
            "rows_wrong": 0,
            "attempts": 0,
            "summary": {},
            "created_at": uow.now.at,
        },
    )
    return import_id


async def agree(uow: UnitOfWork, import_id: UUID) -> None:
    """Leaves a checked roster to the worker to import; asking twice changes nothing.

    Raises:
        NotFound: there is no such import, or it is hidden from this person.
        Conflict: it has errors, is not checked, or its file is gone.

    """
    row = await queries.access_import(uow, import_id)
    if row.state in {ImportState.IMPORTING, ImportState.IMPORTED}:
        return
    if row.state == ImportState.CHECKED and row.rows_wrong:
        raise Conflict("kernel.roster.has_errors", rows=row.rows_wrong)
    if row.state == ImportState.CHECKED and not row.has_file:
        raise Conflict("kernel.roster.file_gone")
    if (await uow.execute(_AGREE, {"import_id": import_id})).rowcount == 0:
        raise Conflict("kernel.roster.not_checked")


async def undo(uow: UnitOfWork, import_id: UUID) -> None:
    """Takes back an import: its seats, the classes planned for it, and whatever is on record for nothing else.

    Of people whom the institution still seats elsewhere, phone, education and category stay as this roster gave them.

    Raises:
        NotFound: there is no such import, or it is hidden from this person.
        Conflict: it is not imported, a class has opened, or somebody has claimed his seat; then nothing is taken back.

    """
    row = await queries.access_import(uow, import_id)
    if row.state == ImportState.UNDONE:
        return
    await uow.execute(_LOCK_CLASSES, {"import_id": import_id})  # so that none opens meanwhile
    started = await queries.find_started(uow, import_id)
    if started is not None:
        raise Conflict("kernel.roster.class_opened", name=started)
    if (await uow.execute(_UNDO, {"import_id": import_id})).rowcount == 0:
        raise Conflict("kernel.roster.not_imported")
    people = [each.person_id for each in await uow.execute(_PEOPLE_OF, {"import_id": import_id})]
    await uow.execute(_FREE_SEATS, {"import_id": import_id})
    if (await uow.execute(_TAKEN, {"import_id": import_id})).one_or_none() is not None:
        names = await queries.list_claimed(uow, import_id, limit=NAMED + 1)
        more = "等" if len(names) > NAMED else ""
        raise Conflict("kernel.roster.seats_claimed", names="、".join(names[:NAMED]) + more)
    async with uow.as_system():  # the walls hide people without a seat; these are exactly the ones unseated above
        for some in queries.batches(people):
            await uow.execute(_FORGET_RECORDS, {"ids": some, "institution_id": row.institution_id})
            await uow.execute(_FORGET, {"ids": some})
    await uow.execute(_UNPLAN, {"ids": [UUID(each) for each in row.summary.get("made_classes", ())]})


async def access_own_file(uow: UnitOfWork, import_id: UUID) -> tuple[bytes, bool]:
    """Returns the encrypted workbook to whoever handed it in, and whether its rows name their classes.

    Raises:
        NotFound: there is no such import, it is hidden from this person, or somebody else handed it in.
        Conflict: it has been removed.

    """
    row = await queries.access_import(uow, import_id)
    if row.account_id != uow.actor.account_id:
        raise NotFound("kernel.roster.not_yours")
    sealed = (await queries.find_file(uow, import_id)).file_sealed
    if sealed is None or not row.has_preview:
        raise Conflict("kernel.roster.file_gone")
    return bytes(sealed), row.cohort_id is None


async def remove_old(uow: UnitOfWork, now: datetime) -> int:
    """Removes files and previews whose day is over, and returns how many. Needs the system scope."""
    before = {"before": now - KEPT}
    removed = (await uow.execute(_REMOVE_OLD, before)).rowcount
    return removed + (await uow.execute(_REMOVE_UNCHECKED, before)).rowcount
