"""Writes the SKUs of a product: a combination of values keeps its SKU for ever, what is taken out retires.

The caller holds the product's row, so that two edits of one product take turns.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, text, update

from kernel.errors import FieldError, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.catalog.models import Sku
from mall.stock import service as stock

SKU = table_of(Sku)
_KNOWN = text("SELECT id, spec, retired_sim_at FROM mall_sku WHERE product_id = :product_id ORDER BY id")
_RETIRE = text("""
    UPDATE mall_sku SET retired_sim_at = :sim_at WHERE id = ANY(:ids) AND retired_sim_at IS NULL
""")
_PRICES = text("""
    UPDATE mall_product p
       SET price_min_fen = k.lowest, price_max_fen = k.highest, market_price_fen = k.market_price_fen
      FROM (SELECT product_id, min(price_fen) AS lowest, max(price_fen) AS highest,
                   (array_agg(market_price_fen ORDER BY price_fen, position, id))[1] AS market_price_fen
              FROM mall_sku WHERE product_id = ANY(:product_ids) AND retired_sim_at IS NULL GROUP BY product_id) k
     WHERE p.id = k.product_id
""")
_UPDATED = ("price_fen", "market_price_fen", "cost_fen", "code", "weight_g", "picture", "spec_text", "position")
_UPDATE = (
    update(SKU)
    .where(SKU.c.id == bindparam("sku_id"))
    .values(**{name: bindparam(f"new_{name}") for name in _UPDATED}, retired_sim_at=None)
)


def prices_of(skus: list[dict[str, Any]]) -> dict[str, Any]:
    """Returns the columns of a product that say what its SKUs cost."""
    cheapest = min(skus, key=lambda sku: sku["price_fen"])
    return {
        "price_min_fen": cheapest["price_fen"],
        "price_max_fen": max(sku["price_fen"] for sku in skus),
        "market_price_fen": cheapest["market_price_fen"],
    }


async def refresh_prices(uow: UnitOfWork, product_ids: list[UUID]) -> None:
    """Brings the prices of products in line with those of their live SKUs."""
    await uow.execute(_PRICES, {"product_ids": product_ids})


async def write(uow: UnitOfWork, product_id: UUID, skus: list[dict[str, Any]]) -> None:
    """Makes a product's SKUs what is given: adds, changes, revives and retires; counts stock where a number is given.

    Raises:
        Invalid: a new SKU without its first stock, or less than is promised to buyers.

    """
    known = {tuple(row.spec): row for row in await uow.execute(_KNOWN, {"product_id": product_id})}
    new: list[dict[str, Any]] = []
    kept: list[tuple[int, UUID, dict[str, Any]]] = []
    for position, given in enumerate(skus):
        values = {**given, "position": position}
        row = known.pop(tuple(given["spec"]), None)
        if row is not None:
            kept.append((position, row.id, values))
            continue
        if given["on_hand"] is None:
            raise Invalid(
                "kernel.request.invalid", errors=[FieldError(f"/skus/{position}/on_hand", "mall.sku.no_stock")]
            )
        new.append({**values, "id": new_id(), "product_id": product_id, "sandbox_id": uow.sandbox.id})
    if known:
        await uow.execute(_RETIRE, {"ids": [row.id for row in known.values()], "sim_at": uow.now.sim_at})
    if kept:
        await uow.execute(
            _UPDATE, [{"sku_id": sku_id, **{f"new_{n}": values[n] for n in _UPDATED}} for _, sku_id, values in kept]
        )
    await _add(uow, new)
    for position, sku_id, values in sorted(kept, key=lambda entry: entry[1]):
        if values["on_hand"] is not None:
            await stock.count(uow, sku_id, on_hand=values["on_hand"], pointer=f"/skus/{position}/on_hand")


async def _add(uow: UnitOfWork, new: list[dict[str, Any]]) -> None:
    if not new:
        return
    rows = [{**{key: value for key, value in sku.items() if key != "on_hand"}, "retired_sim_at": None} for sku in new]
    await uow.execute(insert(SKU), rows)
    await stock.open_levels(uow, [(sku["id"], sku["on_hand"]) for sku in new])
