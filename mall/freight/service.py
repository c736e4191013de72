"""Writes freight templates: save, copy, make the default, delete what nothing uses."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from kernel.database.violations import constraint_of
from kernel.errors import Conflict, FieldError, Invalid
from kernel.identity import regions
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.freight import queries, rules
from mall.freight.models import FreightTemplate
from mall.freight.rules import Load, freight_of
from mall.freight.schemas import FreightTemplateView, FreightTemplateWrite, FreightTry, FreightView, TariffIn
from mall.members.rules import Duty
from mall.shops import queries as shops

TEMPLATE = table_of(FreightTemplate)
_TERMS = {"tariff", "rows", "free", "not_delivered"}
_COUNT = text("SELECT count(*) FROM mall_freight_template WHERE shop_id = :shop_id")
_UNDEFAULT = text("UPDATE mall_freight_template SET is_default = false WHERE shop_id = :shop_id AND is_default")
_NAMES = text("SELECT name FROM mall_freight_template WHERE shop_id = :shop_id")


async def create(uow: UnitOfWork, command: FreightTemplateWrite) -> FreightTemplateView:
    """Adds a template to the acting store; a store's first one becomes its default.

    Raises:
        NotFound: there is no store.
        Conflict: the store has as many as it may.
        Invalid: fees, regions or conditions contradict each other, or the name is taken.

    """
    shop = await shops.access_shop(uow, Duty.FREIGHT, lock=True)
    _check(command)
    count = (await uow.execute(_COUNT, {"shop_id": shop.id})).scalar_one()
    if count >= rules.TEMPLATES_AT_MOST:
        raise Conflict("mall.freight.too_many", limit=rules.TEMPLATES_AT_MOST)
    return await _add(uow, shop.id, {**_values(command), "is_default": command.is_default or count == 0})


async def change(uow: UnitOfWork, template_id: UUID, command: FreightTemplateWrite) -> FreightTemplateView:
    """Changes a template; trades already placed keep their freight.

    Raises:
        NotFound: absent, or another store's.
        Invalid: as in `create`.

    """
    shop = await shops.access_shop(uow, Duty.FREIGHT, lock=True)
    before = await queries.access_template(uow, shop.id, template_id)
    _check(command)
    is_default = command.is_default or before.is_default
    if is_default and not before.is_default:
        await uow.execute(_UNDEFAULT, {"shop_id": shop.id})
    values = {**_values(command), "is_default": is_default, "updated_sim_at": uow.now.sim_at}
    try:
        await uow.execute(update(TEMPLATE).where(TEMPLATE.c.id == template_id).values(**values))
    except IntegrityError as failure:
        raise _taken(failure, command.name) from failure
    return await queries.access_template(uow, shop.id, template_id)


async def copy(uow: UnitOfWork, template_id: UUID) -> FreightTemplateView:
    """Adds a copy of a template under a name of its own.

    Raises:
        NotFound: absent, or another store's.
        Conflict: the store has as many as it may.

    """
    shop = await shops.access_shop(uow, Duty.FREIGHT, lock=True)
    original = await queries.access_template(uow, shop.id, template_id)
    names = {row.name for row in await uow.execute(_NAMES, {"shop_id": shop.id})}
    if len(names) >= rules.TEMPLATES_AT_MOST:
        raise Conflict("mall.freight.too_many", limit=rules.TEMPLATES_AT_MOST)
    number = next(n for n in range(2, rules.TEMPLATES_AT_MOST + 3) if _numbered(original.name, n) not in names)
    terms = original.model_dump(mode="json", include=_TERMS)
    values = {"name": _numbered(original.name, number), "charge_by": original.charge_by, "terms": terms}
    return await _add(uow, shop.id, {**values, "is_default": False})


async def make_default(uow: UnitOfWork, template_id: UUID) -> FreightTemplateView:
    """Makes a template the one that new goods begin with.

    Raises:
        NotFound: absent, or another store's.

    """
    shop = await shops.access_shop(uow, Duty.FREIGHT, lock=True)
    await queries.access_template(uow, shop.id, template_id)
    await uow.execute(_UNDEFAULT, {"shop_id": shop.id})
    await uow.execute(update(TEMPLATE).where(TEMPLATE.c.id == template_id).values(is_default=True))
    return await queries.access_template(uow, shop.id, template_id)


async def remove(uow: UnitOfWork, template_id: UUID) -> None:
    """Deletes a template that no goods use.

    Raises:
        NotFound: absent, or another store's.
        Conflict: goods use it; the answer says how many.

    """
    shop = await shops.access_shop(uow, Duty.FREIGHT, lock=True)
    template = await queries.access_template(uow, shop.id, template_id)
    if template.products > 0:
        raise Conflict("mall.freight.in_use", products=template.products)
    try:
        await uow.execute(delete(TEMPLATE).where(TEMPLATE.c.id == template_id))
    except IntegrityError as failure:  # goods took it since we looked
        raise Conflict("mall.freight.in_use", products=1) from failure


def preview(command: FreightTry) -> FreightView:
    """Returns what a template would ask for a parcel, saved or not.

    Raises:
        Invalid: the template contradicts itself, or there is no such region.

    """
    _check(command.template, at="/template")
    if command.region_code not in regions.regions():
        raise Invalid.field("/region_code", "mall.freight.unknown_region")
    template = queries.template_of(command.template.charge_by, command.template.model_dump(mode="json"))
    load = Load(command.quantity, command.weight_g, command.amount_fen)
    found = freight_of(template, [load], command.region_code)
    return FreightView(
        fen=found.fen, reason=found.reason, params=found.params, region=regions.name_of(command.region_code)
    )


async def _add(uow: UnitOfWork, shop_id: UUID, values: dict[str, Any]) -> FreightTemplateView:
    if values["is_default"]:
        await uow.execute(_UNDEFAULT, {"shop_id": shop_id})
    template_id = new_id()
    row = {"id": template_id, "sandbox_id": uow.sandbox.id, "shop_id": shop_id, "updated_sim_at": uow.now.sim_at}
    try:
        await uow.execute(insert(TEMPLATE), {**row, **values})
    except IntegrityError as failure:
        raise _taken(failure, values["name"]) from failure
    return await queries.access_template(uow, shop_id, template_id)


def _values(command: FreightTemplateWrite) -> dict[str, Any]:
    terms = command.model_dump(mode="json", include=_TERMS)
    return {"name": command.name, "charge_by": command.charge_by, "terms": terms}


def _check(command: FreightTemplateWrite, at: str = "") -> None:
    errors: list[FieldError] = []
    tariffs: list[tuple[str, TariffIn]] = [(f"{at}/tariff", command.tariff)]
    tariffs += [(f"{at}/rows/{n}", row) for n, row in enumerate(command.rows)]
    for place, tariff in tariffs:
        if tariff.more_fen > tariff.first_fen > 0:
            errors.append(FieldError(f"{place}/more_fen", "mall.freight.more_above_first"))
    for n, one in enumerate(command.free):
        if not one.regions and one.min_fen is None and one.min_pieces is None:
            errors.append(FieldError(f"{at}/free/{n}/regions", "mall.freight.empty_condition"))
    groups = [*(row.regions for row in command.rows), command.not_delivered]
    places = [*(f"{at}/rows/{n}/regions" for n in range(len(command.rows))), f"{at}/not_delivered"]
    twice = rules.repeated(groups)
    if twice is not None:
        place = [place for place, group in zip(places, groups, strict=True) if twice in group][-1]
        params = (("region", regions.name_of(twice)),)
        errors.append(FieldError(place, "mall.freight.region_twice", params))
    places += [f"{at}/free/{n}/regions" for n in range(len(command.free))]
    for place, group in zip(places, [*groups, *(one.regions for one in command.free)], strict=True):
        if any(region.ljust(regions.CODE_DIGITS, "0") not in regions.regions() for region in group):
            errors.append(FieldError(place, "mall.freight.unknown_region"))
    if errors:
        raise Invalid("kernel.request.invalid", errors=errors)


def _taken(failure: IntegrityError, name: str) -> Exception:
    if constraint_of(failure) == "mall_freight_template_name_once":
        return Invalid.field("/name", "mall.freight.name_taken", name=name)
    return failure


def _numbered(name: str, number: int) -> str:
    tail = f" 副本{number - 1}"
    return name[: rules.NAME_LIMIT - len(tail)] + tail
