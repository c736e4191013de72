"""Reads of freight templates."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.errors import NotFound
from kernel.unit_of_work import UnitOfWork
from mall.freight.rules import TEMPLATES_AT_MOST, ChargeBy, FreeCondition, RegionTariff, Tariff, Template
from mall.freight.schemas import FreightTemplateList, FreightTemplateView

_VIEW = """
    SELECT t.id, t.name, t.charge_by, t.terms, t.is_default, t.updated_sim_at,
           (SELECT count(*) FROM mall_product p WHERE p.freight_template_id = t.id) AS products
      FROM mall_freight_template t
"""
_OF_SHOP = text(f"{_VIEW} WHERE t.shop_id = :shop_id ORDER BY t.is_default DESC, t.name, t.id LIMIT 100")
_ONE = text(f"{_VIEW} WHERE t.id = :template_id AND t.shop_id = :shop_id")
_LOAD = text("SELECT id, charge_by, terms FROM mall_freight_template WHERE id = ANY(:ids)")


async def list_of_shop(uow: UnitOfWork, shop_id: UUID) -> FreightTemplateList:
    """Returns a store's templates, the default one first."""
    rows = [_view(row) for row in await uow.execute(_OF_SHOP, {"shop_id": shop_id})]
    return FreightTemplateList(rows=rows, at_most=TEMPLATES_AT_MOST)


async def access_template(uow: UnitOfWork, shop_id: UUID, template_id: UUID) -> FreightTemplateView:
    """Returns a template of a store.

    Raises:
        NotFound: absent, or another store's.

    """
    row = (await uow.execute(_ONE, {"template_id": template_id, "shop_id": shop_id})).one_or_none()
    if row is None:
        raise NotFound("mall.freight.not_found")
    return _view(row)


async def load(uow: UnitOfWork, ids: Iterable[UUID | None]) -> dict[UUID, Template]:
    """Returns templates as they decide, by id; asks nothing when there is none to ask for."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    return {row.id: template_of(row.charge_by, row.terms) for row in await uow.execute(_LOAD, {"ids": wanted})}


def template_of(charge_by: str, terms: dict[str, Any]) -> Template:
    """Returns the deciding form of a stored template."""
    return Template(
        charge_by=ChargeBy(charge_by),
        tariff=_tariff(terms["tariff"]),
        rows=tuple(RegionTariff(tuple(row["regions"]), _tariff(row)) for row in terms["rows"]),
        free=tuple(FreeCondition(tuple(one["regions"]), one["min_fen"], one["min_pieces"]) for one in terms["free"]),
        not_delivered=tuple(terms["not_delivered"]),
    )


def _tariff(terms: dict[str, Any]) -> Tariff:
    return Tariff(terms["first"], terms["first_fen"], terms["more"], terms["more_fen"])


def _view(row: Any) -> FreightTemplateView:
    known = {name: value for name, value in row._mapping.items() if name != "terms"}
    return FreightTemplateView(**known, **row.terms)
