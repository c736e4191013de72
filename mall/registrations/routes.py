"""HTTP of registrations: the learner's form, the lecturer's queue."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.registrations import queries, service
from mall.registrations.schemas import (
    AgreementWrite,
    ApprovalWrite,
    EntryView,
    NameFault,
    PapersWrite,
    RegistrationBegin,
    RegistrationDesk,
    RegistrationQueue,
    RegistrationReturn,
    RegistrationView,
    StoreWrite,
    SubjectWrite,
)
from mall.shops.schemas import Name

router = APIRouter(tags=["registration"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]
Watcher = Annotated[UnitOfWork, reader(Capability.WATCH_CLASS)]
Decider = Annotated[UnitOfWork, writer(Capability.INTERVENE)]
PATH = "/desk/registration"


@router.get(PATH, operation_id="mall_registration_read")
async def read(uow: Seller) -> RegistrationDesk:
    """Returns the acting learner's registration."""
    return await service.view_desk(uow)


@router.get(f"{PATH}/entry", operation_id="mall_registration_entry")
async def read_entry(uow: Seller) -> EntryView:
    """Returns what the form offers: main categories with deposits, the agreement."""
    return await queries.view_entry(uow)


@router.get(f"{PATH}/name-check", operation_id="mall_registration_name_check")
async def check_name(uow: Seller, name: Annotated[Name, Query()]) -> NameFault:
    """Returns whether a store may be called so."""
    return await service.check_name(uow, name)


@router.post(PATH, operation_id="mall_registration_begin", response_model=RegistrationView, status_code=201)
async def begin(body: RegistrationBegin, uow: SellerWriting, once: Command) -> Response:
    """Begins a registration."""
    return await once.run(uow, body, lambda: service.begin(uow, body))


@router.put(f"{PATH}/subject", operation_id="mall_registration_subject")
async def set_subject(body: SubjectWrite, uow: SellerWriting) -> RegistrationView:
    """Says who sells."""
    return await service.set_subject(uow, body)


@router.put(f"{PATH}/store", operation_id="mall_registration_store")
async def set_store(body: StoreWrite, uow: SellerWriting) -> RegistrationView:
    """Says how the store is called and what it sells."""
    return await service.set_store(uow, body)


@router.put(f"{PATH}/papers", operation_id="mall_registration_papers")
async def set_papers(body: PapersWrite, uow: SellerWriting) -> RegistrationView:
    """Makes mock papers."""
    return await service.set_papers(uow, body)


@router.post(f"{PATH}/deposit", operation_id="mall_registration_deposit", response_model=RegistrationView)
async def pay_deposit(uow: SellerWriting, once: Command) -> Response:
    """Pays the mock deposit."""
    return await once.run(uow, None, lambda: service.pay_deposit(uow), status=200)


@router.put(f"{PATH}/agreement", operation_id="mall_registration_agree")
async def agree(body: AgreementWrite, uow: SellerWriting) -> RegistrationView:
    """Agrees to the agreement."""
    return await service.agree(uow, body)


@router.post(f"{PATH}/submit", operation_id="mall_registration_submit", response_model=RegistrationView)
async def submit(uow: SellerWriting, once: Command) -> Response:
    """Hands the form in."""
    return await once.run(uow, None, lambda: service.submit(uow), status=200)


@router.post(f"{PATH}/take-back", operation_id="mall_registration_take_back")
async def take_back(uow: SellerWriting) -> RegistrationView:
    """Takes a form that waits back."""
    return await service.take_back(uow)


@router.post(f"{PATH}/abandon", operation_id="mall_registration_abandon", status_code=204)
async def abandon(uow: SellerWriting) -> None:
    """Gives a registration up."""
    await service.abandon(uow)


@router.get("/registrations", operation_id="mall_registrations_list")
async def list_waiting(uow: Watcher) -> RegistrationQueue:
    """Returns what waits for the lecturer."""
    return await queries.view_queue(uow)


@router.put("/registrations/approval", operation_id="mall_registrations_approval")
async def set_approval(body: ApprovalWrite, uow: Decider) -> RegistrationQueue:
    """Says who approves from now on."""
    await service.set_approval(uow, body)
    return await queries.view_queue(uow)


@router.post("/registrations/{registration_id}/approve", operation_id="mall_registrations_approve")
async def approve(registration_id: UUID, uow: Decider) -> RegistrationView:
    """Approves a form and opens the store."""
    return await service.approve(uow, registration_id)


@router.post("/registrations/{registration_id}/return", operation_id="mall_registrations_return")
async def send_back(registration_id: UUID, body: RegistrationReturn, uow: Decider) -> RegistrationView:
    """Returns a form with reasons."""
    return await service.send_back(uow, registration_id, body)
