"""Who the person behind a seat is, when a lecturer types it in: found again over all classes, or written down anew.

One human being is one row, found by the keyed hash of the ID number; the number itself is sealed. What the institution
calls him and how it reaches him is a record of its own: whatever another one knows is neither compared nor shown (ADR
0017). Refuses: whole rosters (`kernel.classroom.roster`).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text

from kernel.classroom.roster import form as forms
from kernel.classroom.roster import id_numbers
from kernel.classroom.roster.survey import today_of
from kernel.classroom.seats import rules
from kernel.classroom.service import Home
from kernel.crypto.keyring import Keyring
from kernel.crypto.masking import mask_name
from kernel.errors import Conflict, Invalid
from kernel.identity.models import Gender, Person, PersonRecord
from kernel.identity.people import sealed
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

PERSON = table_of(Person)
RECORD = table_of(PersonRecord)
_BY_NUMBER = text("""
    SELECT p.id, r.name FROM kernel_person p
      LEFT JOIN kernel_person_record r ON r.person_id = p.id AND r.institution_id = :institution_id
     WHERE p.id_number_key = :key
""")
_SEATED = text("""
    SELECT number FROM kernel_seat WHERE cohort_id = :cohort_id AND person_id = :person_id AND withdrawn_at IS NULL
""")


async def know(
    uow: UnitOfWork, keyring: Keyring, home: Home, *, name: str, id_number: str | None, phone: str | None
) -> UUID | None:
    """Returns the person of these numbers, written down now if nobody knew him; `None` when neither number is given.

    Raises:
        Invalid: a number can be none, at its field.
        Conflict: the institution has the ID number under another name, or its person sits in this class.

    """
    number, mobile = _checked(id_number, phone)
    if number is None and mobile is None:
        return None
    async with uow.as_system():
        found = None if number is None else await _find(uow, keyring, home, number)
        if found is not None and found.name is not None and found.name != name:
            raise Conflict("kernel.seats.known_by_another_name", name=mask_name(found.name))
        person_id = await _write_down(uow, keyring, number=number) if found is None else found.id
        seats = await uow.execute(_SEATED, {"cohort_id": home.cohort_id, "person_id": person_id})
        seated = seats.scalar_one_or_none()
        if seated is None and (found is None or found.name is None):
            await _record(uow, keyring, home, person_id, name=name, mobile=mobile)
    if seated is not None:
        raise Conflict("kernel.seats.seated_already", number=seated)
    return person_id


async def _find(uow: UnitOfWork, keyring: Keyring, home: Home, number: str) -> Any:
    """Returns (id, name) of the person of an ID number; the name is that of the institution's own record, if any."""
    key = keyring.fingerprint(number, purpose=sealed.ID_NUMBER_PURPOSE)
    return (await uow.execute(_BY_NUMBER, {"key": key, "institution_id": home.institution_id})).one_or_none()


def _checked(id_number: str | None, phone: str | None) -> tuple[str | None, str | None]:
    number = rules.tidy_number(id_number) if id_number else None
    mobile = rules.tidy_number(phone) if phone else None
    if number is not None and not _is_id_number(number):
        raise Invalid.field("/id_number", "kernel.seats.no_id_number")
    if mobile is not None and not rules.is_mobile(mobile):
        raise Invalid.field("/phone", "kernel.seats.no_phone")
    return number, mobile


def _is_id_number(number: str) -> bool:
    return id_numbers.has_shape(number) and id_numbers.birth_date(number) is not None and id_numbers.checks(number)


async def _write_down(uow: UnitOfWork, keyring: Keyring, *, number: str | None) -> UUID:
    person_id = new_id()
    gender = None if number is None else Gender.MALE if id_numbers.is_male(number) else Gender.FEMALE
    await uow.execute(
        insert(PERSON),
        {
            "id": person_id,
            "gender": gender,
            "id_number_sealed": None
            if number is None
            else keyring.encrypt(number, context=sealed.ID_NUMBER.context(person_id)),
            "id_number_key": None if number is None else keyring.fingerprint(number, purpose=sealed.ID_NUMBER_PURPOSE),
            "purpose": forms.load().purpose,
            "delete_on": forms.load().kept_until(today_of(uow)),
            "created_at": uow.now.at,
            "updated_at": uow.now.at,
        },
    )
    return person_id


async def _record(
    uow: UnitOfWork, keyring: Keyring, home: Home, person_id: UUID, *, name: str, mobile: str | None
) -> None:
    """Notes what this institution has been told about a person it had no record of."""
    record_id = new_id()
    await uow.execute(
        insert(RECORD),
        {
            "id": record_id,
            "person_id": person_id,
            "institution_id": home.institution_id,
            "name": name,
            "phone_sealed": None
            if mobile is None
            else keyring.encrypt(mobile, context=sealed.PHONE.context(record_id)),
            "phone_key": None if mobile is None else keyring.fingerprint(mobile, purpose=sealed.PHONE_PURPOSE),
            "created_at": uow.now.at,
            "updated_at": uow.now.at,
        },
    )
