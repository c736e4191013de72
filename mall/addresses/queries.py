"""Reads of address books, and to whom a parcel of a seat goes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.addresses import places, rules
from mall.addresses.schemas import AddressBook, AddressView, SuggestionView
from mall.trades.receivers import Receiver, receiver_of

_COLUMNS = "a.id, a.label, a.name, a.phone, a.region_code, a.street, a.is_default"
_BOOK = text(f"SELECT {_COLUMNS} FROM mall_address a WHERE a.seat_id = :seat_id ORDER BY a.is_default DESC, a.id DESC")
_ONE = text(f"SELECT {_COLUMNS} FROM mall_address a WHERE a.id = :id AND a.seat_id = :seat_id")
_NUMBER = text("SELECT number FROM kernel_seat WHERE id = :seat_id")
# One row whether or not the book holds what is asked for: the seat itself is needed in any case.
_ADDRESSEE = text(f"""
    SELECT s.number, s.display_name, {_COLUMNS} FROM kernel_seat s
      LEFT JOIN mall_address a ON a.seat_id = s.id
           AND CASE WHEN CAST(:id AS uuid) IS NULL THEN a.is_default ELSE a.id = :id END
     WHERE s.id = :seat_id
""")


@dataclass(frozen=True, slots=True)
class Addressee:
    """A buyer and where his parcel goes. `address_id` is null for the invented receiver of an empty book."""

    buyer_name: str
    address_id: UUID | None
    receiver: Receiver


async def view_book(uow: UnitOfWork) -> AddressBook:
    """Returns the acting buyer's addresses, the default first, then the newest."""
    rows = await uow.execute(_BOOK, {"seat_id": uow.actor.seat})
    return AddressBook(rows=[_view(row) for row in rows], limit=rules.LIMIT)


async def access_address(uow: UnitOfWork, address_id: UUID) -> AddressView:
    """Returns one address of the acting buyer.

    Raises:
        NotFound: absent, or another's.

    """
    row = (await uow.execute(_ONE, {"id": address_id, "seat_id": uow.actor.seat})).one_or_none()
    if row is None:
        raise NotFound("mall.address.not_found")
    return _view(row)


async def access_addressee(uow: UnitOfWork, address_id: UUID | None) -> Addressee:
    """Returns the acting buyer with the address he names, without one his default, without that an invented one.

    Raises:
        NotFound: the address he names is absent, or another's.

    """
    row = (await uow.execute(_ADDRESSEE, {"id": address_id, "seat_id": uow.actor.seat})).one()
    if row.id is None:
        if address_id is not None:
            raise NotFound("mall.address.not_found")
        return Addressee(row.display_name, None, receiver_of(uow.sandbox.seed, row.number))
    route = places.route_to(row.region_code)
    receiver = Receiver(
        name=row.name,
        phone_masked=rules.masked(row.phone),
        region_code=row.region_code,
        province=route.province,
        city=route.city,
        district=route.district,
        address=row.street,
    )
    return Addressee(row.display_name, row.id, receiver)


async def suggest(uow: UnitOfWork, ordinal: int) -> SuggestionView:
    """Returns an invented receiver of the acting buyer's; the same for the same ordinal."""
    row = (await uow.execute(_NUMBER, {"seat_id": uow.actor.seat})).one()
    made = rules.suggest(uow.sandbox.seed, row.number, ordinal)
    return SuggestionView(
        name=made.name,
        phone=made.phone,
        region_code=made.region_code,
        region=places.name_of(made.region_code),
        street=made.street,
    )


def _view(row: Any) -> AddressView:
    return AddressView(**row._mapping, phone_masked=rules.masked(row.phone), region=places.name_of(row.region_code))
