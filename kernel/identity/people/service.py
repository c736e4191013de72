"""Shows people: a class's list with masked numbers, and one number in full, with the reason in an append-only log.

Name and phone are those that the institution itself has on record (ADR 0017); the database hides all others.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.crypto.keyring import Keyring
from kernel.crypto.masking import mask_id_number, mask_phone
from kernel.crypto.rotation import EncryptedColumn
from kernel.errors import NotFound
from kernel.identity.models import Reveal as RevealRow
from kernel.identity.people import sealed
from kernel.identity.people.schemas import PersonRow, Reveal, SealedField
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

REVEAL = table_of(RevealRow)

_OF_CLASS = text("""
    SELECT p.id, s.number, coalesce(r.name, s.display_name) AS name, p.id_number_sealed, r.id AS record_id, r.phone_sealed
      FROM kernel_seat s JOIN kernel_person p ON p.id = s.person_id
      LEFT JOIN kernel_person_record r ON r.person_id = p.id AND r.institution_id = s.institution_id
     WHERE s.cohort_id = :cohort_id AND s.withdrawn_at IS NULL ORDER BY s.number
""")
_CLASS = text("SELECT 1 FROM kernel_cohort WHERE id = :cohort_id")
_ID_NUMBER = text("SELECT id AS row_id, id_number_sealed AS sealed FROM kernel_person WHERE id = :person_id")
# An institution sees its own record only; of those an officer oversees, the newest with a phone counts.
_PHONE = text("""
    SELECT id AS row_id, phone_sealed AS sealed FROM kernel_person_record
     WHERE person_id = :person_id AND phone_sealed IS NOT NULL ORDER BY updated_at DESC, id LIMIT 1
""")


async def list_of_class(uow: UnitOfWork, keyring: Keyring, cohort_id: UUID) -> list[PersonRow]:
    """Returns the learners of a class with masked numbers.

    Raises:
        NotFound: there is no such class, or it is hidden from this person.

    """
    if (await uow.execute(_CLASS, {"cohort_id": cohort_id})).one_or_none() is None:
        raise NotFound("kernel.classroom.class_not_found")
    return [_row(row, keyring) for row in await uow.execute(_OF_CLASS, {"cohort_id": cohort_id})]


async def reveal(uow: UnitOfWork, keyring: Keyring, person_id: UUID, command: Reveal) -> str:
    """Returns one number of a person in full and notes who asked for it, and why.

    Raises:
        NotFound: the person is hidden from whoever asks, or has no such number.

    """
    is_phone = command.field is SealedField.PHONE
    row = (await uow.execute(_PHONE if is_phone else _ID_NUMBER, {"person_id": person_id})).one_or_none()
    column = sealed.PHONE if is_phone else sealed.ID_NUMBER
    value = None if row is None else _open(row.sealed, keyring, column, row.row_id)
    if value is None:
        raise NotFound("kernel.identity.person_not_found")
    await uow.execute(
        insert(REVEAL),
        {
            "id": new_id(),
            "institution_id": uow.actor.institution_id,
            "region_code": uow.actor.region_code,
            "person_id": person_id,
            "account_id": uow.actor.account_id,
            "field": command.field.value,
            "reason": command.reason,
            "at": uow.now.at,
        },
    )
    return value


def _row(row: Any, keyring: Keyring) -> PersonRow:
    id_number = _open(row.id_number_sealed, keyring, sealed.ID_NUMBER, row.id)
    phone = _open(row.phone_sealed, keyring, sealed.PHONE, row.record_id)
    return PersonRow(
        id=row.id,
        seat_number=row.number,
        name=row.name,
        id_number=None if id_number is None else mask_id_number(id_number),
        phone=None if phone is None else mask_phone(phone),
    )


def _open(value: bytes | None, keyring: Keyring, column: EncryptedColumn, row_id: UUID) -> str | None:
    return None if value is None else keyring.decrypt(bytes(value), context=column.context(row_id))
