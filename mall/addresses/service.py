"""Keeps a buyer's address book: at most twenty, at most one the default, and one as soon as there are any.

A trade keeps a snapshot of its receiver, so nothing here changes an order that was placed.
"""

from uuid import UUID

from sqlalchemy import insert, text

from kernel.errors import Conflict, Invalid, NotFound
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.addresses import places, queries, rules
from mall.addresses.models import Address
from mall.addresses.schemas import AddressBook, AddressWrite

ADDRESS = table_of(Address)

# A book is changed by one command at a time: limit and default hang on its rows together, and an empty book has none to lock.
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:seat_id, 11))")
_COUNT = text("SELECT count(*) AS n FROM mall_address WHERE seat_id = :seat_id")
_CHANGE = text("""
    UPDATE mall_address SET label = :label, name = :name, phone = :phone, region_code = :region_code, street = :street
     WHERE id = :id AND seat_id = :seat_id
""")
_REMOVE = text("DELETE FROM mall_address WHERE id = :id AND seat_id = :seat_id")
_CLEAR_DEFAULT = text(
    "UPDATE mall_address SET is_default = false WHERE seat_id = :seat_id AND is_default AND id <> :id"
)
_SET_DEFAULT = text("UPDATE mall_address SET is_default = true WHERE id = :id AND seat_id = :seat_id")
_NEXT_DEFAULT = text("""
    UPDATE mall_address SET is_default = true
     WHERE id = (SELECT id FROM mall_address WHERE seat_id = :seat_id ORDER BY id DESC LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM mall_address WHERE seat_id = :seat_id AND is_default)
""")


async def add(uow: UnitOfWork, command: AddressWrite) -> AddressBook:
    """Adds an address to the acting buyer's book; the first is the default.

    Raises:
        Conflict: the book is full.
        Invalid: the telephone may be a real one, or the region is not a county.

    """
    _refuse_unfit(command)
    seat_id = await _lock(uow)
    if (await uow.execute(_COUNT, {"seat_id": seat_id})).one().n >= rules.LIMIT:
        raise Conflict("mall.address.too_many", limit=rules.LIMIT)
    address_id = new_id()
    values = {**command.model_dump(), "is_default": False}
    await uow.execute(insert(ADDRESS), {"id": address_id, "sandbox_id": uow.sandbox.id, "seat_id": seat_id, **values})
    return await _settle(uow, seat_id, address_id if command.is_default else None)


async def change(uow: UnitOfWork, address_id: UUID, command: AddressWrite) -> AddressBook:
    """Rewrites an address. One that is the default stays so until another is made it.

    Raises:
        NotFound: absent, or another's.
        Invalid: the telephone may be a real one, or the region is not a county.

    """
    _refuse_unfit(command)
    seat_id = await _lock(uow)
    params = {"id": address_id, "seat_id": seat_id, **command.model_dump()}
    if (await uow.execute(_CHANGE, params)).rowcount != 1:
        raise NotFound("mall.address.not_found")
    return await _settle(uow, seat_id, address_id if command.is_default else None)


async def make_default(uow: UnitOfWork, address_id: UUID) -> AddressBook:
    """Makes an address the one that checkout takes unasked.

    Raises:
        NotFound: absent, or another's.

    """
    seat_id = await _lock(uow)
    await queries.access_address(uow, address_id)
    return await _settle(uow, seat_id, address_id)


async def remove(uow: UnitOfWork, address_id: UUID) -> AddressBook:
    """Takes an address out; was it the default, the newest of the others becomes it.

    Raises:
        NotFound: absent, or another's.

    """
    seat_id = await _lock(uow)
    if (await uow.execute(_REMOVE, {"id": address_id, "seat_id": seat_id})).rowcount != 1:
        raise NotFound("mall.address.not_found")
    return await _settle(uow, seat_id, None)


def _refuse_unfit(command: AddressWrite) -> None:
    if rules.PHONE.fullmatch(command.phone) is None:
        raise Invalid.field("/phone", "mall.address.phone_may_be_real")
    if not places.is_leaf(command.region_code):
        raise Invalid.field("/region_code", "mall.address.region_unknown")


async def _lock(uow: UnitOfWork) -> UUID:
    seat_id = uow.actor.seat
    await uow.execute(_LOCK, {"seat_id": str(seat_id)})
    return seat_id


async def _settle(uow: UnitOfWork, seat_id: UUID, default_id: UUID | None) -> AddressBook:
    """Sees to it that a book with rows has its one default, and returns the book."""
    if default_id is not None:
        params = {"id": default_id, "seat_id": seat_id}
        await uow.execute(_CLEAR_DEFAULT, params)
        await uow.execute(_SET_DEFAULT, params)
    else:
        await uow.execute(_NEXT_DEFAULT, {"seat_id": seat_id})
    return await queries.view_book(uow)
