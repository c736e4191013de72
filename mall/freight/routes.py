"""HTTP of the seller's freight templates."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from kernel.http.deps import Command, reader, writer
from kernel.identity.rules import Capability
from kernel.unit_of_work import UnitOfWork
from mall.freight import queries, service
from mall.freight.schemas import (
    FreightTemplateList,
    FreightTemplateView,
    FreightTemplateWrite,
    FreightTry,
    FreightView,
)
from mall.members.rules import Duty
from mall.shops import queries as shops

router = APIRouter(prefix="/desk/freight-templates", tags=["freight"])

Seller = Annotated[UnitOfWork, reader(Capability.SELL)]
SellerWriting = Annotated[UnitOfWork, writer(Capability.SELL)]


@router.get("", operation_id="mall_freight_list")
async def list_templates(uow: Seller) -> FreightTemplateList:
    """Returns the store's templates."""
    shop = await shops.access_shop(uow, Duty.LOOK)
    return await queries.list_of_shop(uow, shop.id)


@router.post("", operation_id="mall_freight_create", response_model=FreightTemplateView, status_code=201)
async def create(body: FreightTemplateWrite, uow: SellerWriting, once: Command) -> Response:
    """Adds a template."""
    return await once.run(uow, body, lambda: service.create(uow, body))


@router.post("/previews", operation_id="mall_freight_preview")
async def preview(body: FreightTry, uow: Seller) -> FreightView:
    """Returns what a template would ask for a parcel. Reads only, although it is a POST: a template fills no address."""
    await shops.access_shop(uow, Duty.LOOK)
    return service.preview(body)


@router.get("/{template_id}", operation_id="mall_freight_read")
async def read(template_id: UUID, uow: Seller) -> FreightTemplateView:
    """Returns one template."""
    shop = await shops.access_shop(uow, Duty.LOOK)
    return await queries.access_template(uow, shop.id, template_id)


@router.put("/{template_id}", operation_id="mall_freight_change")
async def change(template_id: UUID, body: FreightTemplateWrite, uow: SellerWriting) -> FreightTemplateView:
    """Changes a template."""
    return await service.change(uow, template_id, body)


@router.post(
    "/{template_id}/copy", operation_id="mall_freight_copy", response_model=FreightTemplateView, status_code=201
)
async def copy(template_id: UUID, uow: SellerWriting, once: Command) -> Response:
    """Adds a copy of a template."""
    return await once.run(uow, None, lambda: service.copy(uow, template_id))


@router.post("/{template_id}/make-default", operation_id="mall_freight_make_default")
async def make_default(template_id: UUID, uow: SellerWriting) -> FreightTemplateView:
    """Makes a template the one that new goods begin with."""
    return await service.make_default(uow, template_id)


@router.delete("/{template_id}", operation_id="mall_freight_remove", status_code=204)
async def remove(template_id: UUID, uow: SellerWriting) -> None:
    """Deletes a template that no goods use."""
    await service.remove(uow, template_id)
