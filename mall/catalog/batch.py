"""Changes many products at once (批量操作): each that can be, and for each that cannot the reason.

All of them are locked first, in id order, so two batches over the same goods take turns.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import text, update

from kernel.errors import Invalid
from kernel.http.fields import PRICE_LIMIT_FEN
from kernel.unit_of_work import UnitOfWork
from mall.catalog import category, contents, desk, matrix, rules, service
from mall.catalog.category import Leaf
from mall.catalog.desk_schemas import (
    BatchAnswer,
    ChangePrices,
    MoveToCategory,
    ProductBatch,
    PutOnShelf,
    Recycle,
    Refusal,
    RefusedProduct,
    Restore,
    SetFreight,
    SetPrices,
    TakeOffShelf,
)
from mall.catalog.models import ProductState
from mall.members.rules import Duty
from mall.search import service as search
from mall.shops import queries as shops

Why = Callable[[Any], Refusal | None]

# A market price that the new price has passed is no market price any more.
_PRICES = """
    UPDATE mall_sku k SET price_fen = n.fen,
           market_price_fen = CASE WHEN k.market_price_fen >= n.fen THEN k.market_price_fen END
      FROM (SELECT id, {price} AS fen FROM mall_sku WHERE product_id = ANY(:ids) AND retired_sim_at IS NULL) n
     WHERE k.id = n.id
"""
_BY_PERCENT = text(
    _PRICES.format(price="least(greatest((price_fen * (100 + :percent) + 50) / 100, 1), :limit)::bigint")
)
_TO_PRICE = text(_PRICES.format(price="CAST(:price_fen AS bigint)"))


async def run(uow: UnitOfWork, command: ProductBatch) -> BatchAnswer:
    """Carries out one change on many products of the acting learner's store.

    Raises:
        NotFound: he has no store; one of the products is absent or another store's; no such freight template.
        Invalid: there is no such category.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    products = await desk.lock_own_products(uow, command.ids)
    change = command.change
    if isinstance(change, PutOnShelf | TakeOffShelf | Recycle):
        state, why = _STATES[change.kind]
        answer, fit = _sort_out(products, why)
        await service.set_state(uow, fit, state)
    elif isinstance(change, Restore):
        answer, fit = _sort_out(products, _nothing_against)
        await _restore(uow, fit)
    elif isinstance(change, MoveToCategory):
        answer = await _move(uow, products, change.category)
    elif isinstance(change, SetFreight):
        await contents.refuse_foreign_template(uow, change.freight_template_id)
        answer, fit = _sort_out(products, _why_not_goods)
        await _set(uow, fit, freight_template_id=change.freight_template_id)
    else:
        answer, fit = _sort_out(products, _why_not_goods)
        await _price(uow, fit, change)
    return answer


def _sort_out(products: list[Any], why: Why) -> tuple[BatchAnswer, list[Any]]:
    """Returns what the answer is, and the products that are fit for the change."""
    reasons = {product.id: why(product) for product in products}
    refused = [
        RefusedProduct(id=product.id, title=product.title, reason=reason)
        for product in products
        if (reason := reasons[product.id]) is not None
    ]
    fit = [product for product in products if reasons[product.id] is None]
    return BatchAnswer(done=len(fit), refused=refused), fit


def _why_not_goods(product: Any) -> Refusal | None:
    if product.state == ProductState.RECYCLED:
        return Refusal.RECYCLED
    return None if desk.was_complete(product) else Refusal.DRAFT


def _why_not_for_sale(product: Any) -> Refusal | None:
    reason = _why_not_goods(product)
    if reason is not None:
        return reason
    errors = service.shelf_errors(product)
    if any(error.code == "mall.product.banned_word" for error in errors):
        return Refusal.BANNED_WORD
    return Refusal.ATTRIBUTES if errors else None


def _nothing_against(_product: Any) -> Refusal | None:
    return None


_STATES: dict[str, tuple[ProductState, Why]] = {
    "put_on_shelf": (ProductState.ON_SALE, _why_not_for_sale),
    "take_off_shelf": (ProductState.OFF_SHELF, _why_not_goods),
    "recycle": (ProductState.RECYCLED, _nothing_against),
}


async def _restore(uow: UnitOfWork, products: list[Any]) -> None:
    binned = [product for product in products if product.state == ProductState.RECYCLED]
    for state in (ProductState.OFF_SHELF, ProductState.DRAFT):
        await service.set_state(uow, [row for row in binned if service.restored_to(row) is state], state)


async def _move(uow: UnitOfWork, products: list[Any], code: str) -> BatchAnswer:
    """Gives goods another category with those of their attributes that it shares; what is on sale must stay complete."""
    leaf = category.find_leaf(code)
    if leaf is None:
        raise Invalid.field("/change/move_to_category/category", "mall.product.unknown_category")

    def why(product: Any) -> Refusal | None:
        reason = _why_not_goods(product)
        if reason is None and product.state == ProductState.ON_SALE:
            incomplete = rules.attribute_errors(leaf, _shared(leaf, product.attributes))
            return Refusal.ATTRIBUTES if incomplete else None
        return reason

    answer, fit = _sort_out(products, why)
    for product in fit:
        await _set(uow, [product], category=leaf.code, attributes=_shared(leaf, product.attributes))
    return answer


def _shared(leaf: Leaf, attributes: dict[str, Any]) -> dict[str, Any]:
    """Returns the attributes that are sound in a leaf as they are."""
    wrong = {error.pointer.removeprefix("/attributes/") for error in rules.attribute_errors(leaf, attributes)}
    return {code: value for code, value in attributes.items() if code not in wrong}


async def _price(uow: UnitOfWork, products: list[Any], change: ChangePrices | SetPrices) -> None:
    ids = [product.id for product in products]
    if isinstance(change, ChangePrices):
        await uow.execute(_BY_PERCENT, {"ids": ids, "percent": change.percent, "limit": PRICE_LIMIT_FEN})
    else:
        await uow.execute(_TO_PRICE, {"ids": ids, "price_fen": change.price_fen})
    await matrix.refresh_prices(uow, ids)
    await _set(uow, products)


async def _set(uow: UnitOfWork, products: list[Any], **values: UUID | str | dict[str, Any] | None) -> None:
    table = service.PRODUCT
    ids = [product.id for product in products]
    await uow.execute(update(table).where(table.c.id.in_(ids)).values(**values, updated_sim_at=uow.now.sim_at))
    await search.refresh(uow, ids)
