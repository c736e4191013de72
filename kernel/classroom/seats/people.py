"""Who the person behind a seat is, when a lecturer types it in: found again over all classes, or written down anew.

One human being is one row, found by the keyed hash of the ID number; the number itself is sealed. Refuses: whole rosters
(`kernel.classroom.roster`).
"""

from uuid import UUID

from sqlalchemy import insert, text

from kernel.classroom.roster import form as forms
from kernel.classroom.roster import id_numbers
from kernel.classroom.roster.survey import today_of
from kernel.classroom.seats import rules
from kernel.crypto.keyring import Keyring
from kernel.crypto.masking import mask_name
from kernel.errors import Conflict, Invalid
from kernel.identity.models import Gender, Person
from kernel.identity.people import sealed
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork

PERSON = table_of(Person)
_BY_NUMBER = text("SELECT id, name FROM kernel_person WHERE id_number_key = :key")
_SEATED = text("""
    SELECT number FROM kernel_seat WHERE cohort_id = :cohort_id AND person_id = :person_id AND withdrawn_at IS NULL
""")


async def know(
    uow: UnitOfWork, keyring: Keyring, *, cohort_id: UUID, name: str, id_number: str | None, phone: str | None
) -> UUID | None:
    """Returns the person of these numbers, written down now if nobody knew him; `None` when neither number is given.

    Raises:
        Invalid: a number can be none, at its field.
        Conflict: the ID number belongs to somebody of another name, or to somebody who sits in this class.

    """
    number, mobile = _checked(id_number, phone)
    if number is None and mobile is None:
        return None
    async with uow.as_system():
        found = None
        if number is not None:
            key = keyring.fingerprint(number, purpose=sealed.ID_NUMBER_PURPOSE)
            found = (await uow.execute(_BY_NUMBER, {"key": key})).one_or_none()
        if found is None:
            return await _write_down(uow, keyring, name=name, number=number, mobile=mobile)
        if found.name != name:
            raise Conflict("kernel.seats.known_by_another_name", name=mask_name(found.name))
        seats = await uow.execute(_SEATED, {"cohort_id": cohort_id, "person_id": found.id})
        seated = seats.scalar_one_or_none()
    if seated is not None:
        raise Conflict("kernel.seats.seated_already", number=seated)
    person_id: UUID = found.id
    return person_id


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


async def _write_down(uow: UnitOfWork, keyring: Keyring, *, name: str, number: str | None, mobile: str | None) -> UUID:
    person_id = new_id()
    gender = None if number is None else Gender.MALE if id_numbers.is_male(number) else Gender.FEMALE
    await uow.execute(
        insert(PERSON),
        {
            "id": person_id,
            "name": name,
            "gender": gender,
            "id_number_sealed": None
            if number is None
            else keyring.encrypt(number, context=sealed.ID_NUMBER.context(person_id)),
            "id_number_key": None if number is None else keyring.fingerprint(number, purpose=sealed.ID_NUMBER_PURPOSE),
            "phone_sealed": None
            if mobile is None
            else keyring.encrypt(mobile, context=sealed.PHONE.context(person_id)),
            "phone_key": None if mobile is None else keyring.fingerprint(mobile, purpose=sealed.PHONE_PURPOSE),
            "purpose": forms.load().purpose,
            "delete_on": forms.load().kept_until(today_of(uow)),
            "created_at": uow.now.at,
            "updated_at": uow.now.at,
        },
    )
    return person_id
