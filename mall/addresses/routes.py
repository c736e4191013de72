"""HTTP of address books; every change answers with the whole book."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.http.deps import Command, ReadUow, reader, writer
from kernel.http.fields import Word
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.addresses import places, queries, rules, service
from mall.addresses.schemas import AddressBook, AddressWrite, RegionChoice, SuggestionView

router = APIRouter(tags=["addresses"])

Buyer = Annotated[UnitOfWork, reader(Capability.BUY)]
BuyerWriting = Annotated[UnitOfWork, writer(Capability.BUY)]


@router.get("/places", operation_id="mall_places_list")
async def list_places(_uow: ReadUow, within: Annotated[Word, Query(max_length=6)] = "") -> list[RegionChoice]:
    """Returns the regions directly inside one; without it the provinces."""
    return [
        RegionChoice(code=place.code, name=place.name, leaf=places.is_leaf(place.code))
        for place in places.children_of(within)
    ]


@router.get("/addresses", operation_id="mall_addresses_list")
async def list_addresses(uow: Buyer) -> AddressBook:
    """Returns the address book."""
    return await queries.view_book(uow)


@router.get("/addresses/suggestion", operation_id="mall_addresses_suggest")
async def suggest(uow: Buyer, ordinal: Annotated[int, Query(ge=0, lt=rules.SUGGESTIONS)] = 0) -> SuggestionView:
    """Returns an invented receiver."""
    return await queries.suggest(uow, ordinal)


@router.post("/addresses", operation_id="mall_addresses_add", response_model=AddressBook, status_code=201)
async def add(body: AddressWrite, uow: BuyerWriting, once: Command) -> Response:
    """Adds an address."""
    return await once.run(uow, body, lambda: service.add(uow, body))


@router.put("/addresses/{address_id}", operation_id="mall_addresses_change")
async def change(address_id: UUID, body: AddressWrite, uow: BuyerWriting) -> AddressBook:
    """Rewrites an address."""
    return await service.change(uow, address_id, body)


@router.delete("/addresses/{address_id}", operation_id="mall_addresses_remove")
async def remove(address_id: UUID, uow: BuyerWriting) -> AddressBook:
    """Takes an address out."""
    return await service.remove(uow, address_id)


@router.post("/addresses/{address_id}/make-default", operation_id="mall_addresses_make_default")
async def make_default(address_id: UUID, uow: BuyerWriting) -> AddressBook:
    """Makes an address the default."""
    return await service.make_default(uow, address_id)
