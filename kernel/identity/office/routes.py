"""HTTP of the office."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from kernel.http.deps import CurrentRuntime, gate, reader, writer, writing
from kernel.http.fields import Line
from kernel.identity import passwords, regions
from kernel.identity.credentials import service as credentials
from kernel.identity.office import queries, service
from kernel.identity.office.schemas import (
    AccountCreate,
    AccountMade,
    AccountPage,
    AccountState,
    ClassRow,
    GrantGive,
    InstitutionCreate,
    InstitutionRename,
    InstitutionRow,
    RegionView,
)
from kernel.identity.rules import Capability, require
from kernel.unit_of_work import UnitOfWork

router = APIRouter(tags=["office"])

InstitutionManager = Annotated[UnitOfWork, writer(Capability.MANAGE_INSTITUTIONS)]
AccountReader = Annotated[UnitOfWork, reader(Capability.MANAGE_ACCOUNTS)]
AccountManager = Annotated[UnitOfWork, writer(Capability.MANAGE_ACCOUNTS)]
Overseer = Annotated[UnitOfWork, reader(Capability.OVERSEE)]


@router.get("/regions", operation_id="regions_list")
async def list_regions(response: Response) -> list[RegionView]:
    """Returns provinces and prefectures. Open to anybody: the list is public and the first page needs it."""
    response.headers["Cache-Control"] = "public, max-age=3600"
    return [RegionView(code=region.code, name=region.name) for region in regions.regions().values()]


@router.get("/institutions", operation_id="institutions_list")
async def list_institutions(uow: Overseer) -> list[InstitutionRow]:
    """Returns the institutions this person manages or oversees."""
    return await queries.list_institutions(uow)


@router.post("/institutions", operation_id="institutions_add", status_code=201)
async def add_institution(body: InstitutionCreate, uow: InstitutionManager) -> list[InstitutionRow]:
    """Adds an institution and returns them all."""
    await service.add_institution(uow, body)
    return await queries.list_institutions(uow)


@router.put("/institutions/{institution_id}", operation_id="institutions_rename")
async def rename_institution(
    institution_id: UUID, body: InstitutionRename, uow: InstitutionManager
) -> list[InstitutionRow]:
    """Renames an institution and returns them all."""
    await service.rename_institution(uow, institution_id, body.name)
    return await queries.list_institutions(uow)


@router.get("/office/classes", operation_id="office_classes_list")
async def list_classes(uow: Overseer) -> list[ClassRow]:
    """Returns the classes of this person's institution or region."""
    return await queries.list_classes(uow)


@router.get("/accounts", operation_id="accounts_list")
async def list_accounts(
    uow: AccountReader,
    runtime: CurrentRuntime,
    wanted: Annotated[Line, Query(max_length=40, description="Part of a log-in or display name.")] = "",
    page: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> AccountPage:
    """Returns a page of the staff accounts this person manages."""
    return await queries.list_accounts(uow, runtime.keyring, wanted=wanted, page=page)


@router.post("/accounts", operation_id="accounts_add", status_code=201)
async def add_account(
    body: AccountCreate,
    request: Request,
    response: Response,
    _: Annotated[None, gate(Capability.MANAGE_ACCOUNTS)],
) -> AccountMade:
    """Makes an account and shows its temporary password, this once."""
    temporary = credentials.temporary_password()
    password_hash = await passwords.hash_of(temporary)
    async with writing(request) as uow:
        require(uow.actor, Capability.MANAGE_ACCOUNTS)
        made = await service.add_account(uow, body, password=temporary, password_hash=password_hash)
    response.headers["Cache-Control"] = "no-store"
    return made


@router.put("/accounts/{account_id}/state", operation_id="accounts_set_state", status_code=204)
async def set_state(account_id: UUID, body: AccountState, uow: AccountManager) -> None:
    """Closes or opens an account."""
    await service.set_state(uow, account_id, disabled=body.state == "disabled")


@router.post("/accounts/{account_id}/grants", operation_id="accounts_grants_give", status_code=204)
async def give_role(account_id: UUID, body: GrantGive, uow: AccountManager) -> None:
    """Gives an account a further role."""
    await service.give(uow, account_id, body)


@router.delete("/accounts/{account_id}/grants/{grant_id}", operation_id="accounts_grants_take", status_code=204)
async def take_role(account_id: UUID, grant_id: UUID, uow: AccountManager) -> None:
    """Takes a role from an account."""
    await service.take(uow, account_id, grant_id)
