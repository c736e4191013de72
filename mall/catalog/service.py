"""Publishes, edits and shelves goods; drafts of them are in `drafts`, changes of many at once in `batch`.

Every change locks the product's row first; stock is counted after it, SKUs by id. Nobody holds stock and waits for a product.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, text, update

from kernel.errors import Conflict, FieldError, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.unit_of_work import UnitOfWork
from mall.catalog import category, contents, desk, matrix, rules
from mall.catalog.desk_schemas import DeskProductView
from mall.catalog.models import Product, ProductState
from mall.catalog.schemas import ProductCreate, ProductUpdate
from mall.members.rules import Duty
from mall.search import service as search
from mall.shops import queries as shops

PRODUCT = table_of(Product)

_SET_PRICE = text("""
    UPDATE mall_sku SET price_fen = :price_fen
     WHERE id = :sku_id AND retired_sim_at IS NULL AND coalesce(market_price_fen >= :price_fen, true)
    RETURNING product_id
""")


async def create(uow: UnitOfWork, command: ProductCreate) -> DeskProductView:
    """Adds a product with its SKUs and first stock to the acting learner's store.

    Raises:
        NotFound: he has no store, or a picture is not his.
        Invalid: a field is out of bounds, or a word keeps it from the shelf.

    """
    shop = await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    made = await contents.complete(uow, command, for_sale=command.on_shelf)
    product_id = new_id()
    await uow.execute(
        insert(PRODUCT),
        {
            **made.product,
            **matrix.prices_of(made.skus),
            "id": product_id,
            "sandbox_id": uow.sandbox.id,
            "shop_id": shop.id,
            "state": ProductState.ON_SALE if command.on_shelf else ProductState.OFF_SHELF,
            "sold": 0,
            "listed_sim_at": uow.now.sim_at,
            "updated_sim_at": uow.now.sim_at,
        },
    )
    await matrix.write(uow, product_id, made.skus)
    await search.refresh(uow, [product_id])
    return await desk.access_own_product(uow, product_id)


async def change(uow: UnitOfWork, product_id: UUID, command: ProductUpdate) -> DeskProductView:
    """Publishes what the editor holds: a draft becomes goods, goods change; trades already placed keep their snapshot.

    Raises:
        NotFound: absent, or another store's; as in `create`.
        Conflict: it lies in the recycle bin.
        Invalid: as in `create`, or stock below what is promised.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    before = await desk.lock_own_product(uow, product_id)
    if before.state == ProductState.RECYCLED:
        raise Conflict("mall.product.in_recycle_bin")
    state = _state_after(before.state, on_shelf=command.on_shelf)
    made = await contents.complete(uow, command, for_sale=state is ProductState.ON_SALE)
    await matrix.write(uow, product_id, made.skus)
    values = {**made.product, **matrix.prices_of(made.skus), "state": state, "updated_sim_at": uow.now.sim_at}
    if state is ProductState.ON_SALE and before.state != ProductState.ON_SALE:
        values["listed_sim_at"] = uow.now.sim_at
    await uow.execute(update(PRODUCT).where(PRODUCT.c.id == product_id).values(**values))
    await search.refresh(uow, [product_id])
    return await desk.access_own_product(uow, product_id)


def _state_after(state: str, *, on_shelf: bool | None) -> ProductState:
    if on_shelf is not None:
        return ProductState.ON_SALE if on_shelf else ProductState.OFF_SHELF
    return ProductState.OFF_SHELF if state == ProductState.DRAFT else ProductState(state)


async def shelve(uow: UnitOfWork, product_id: UUID, state: ProductState) -> DeskProductView:
    """Puts a product on the shelf or takes it off; doing it twice is harmless.

    Raises:
        NotFound: he has no store; absent, or another store's.
        Conflict: a draft, or in the recycle bin.
        Invalid: something in it keeps it from the shelf.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    product = await desk.lock_own_product(uow, product_id)
    if product.state == ProductState.RECYCLED:
        raise Conflict("mall.product.in_recycle_bin")
    if not desk.was_complete(product):
        raise Conflict("mall.product.still_draft")
    errors = shelf_errors(product) if state is ProductState.ON_SALE else []
    if errors:
        raise Invalid("mall.product.not_for_sale", errors=errors)
    await set_state(uow, [product], state)
    return await desk.access_own_product(uow, product_id)


def shelf_errors(product: Any) -> list[FieldError]:
    """Returns what keeps stored goods from the shelf: words, or attributes that their category asks for by now."""
    leaf = category.find_leaf(product.category)
    if leaf is None:
        return [FieldError("/category", "mall.product.unknown_category")]
    return [*rules.attribute_errors(leaf, product.attributes), *contents.word_errors(product._mapping)]


async def set_state(uow: UnitOfWork, products: list[Any], state: ProductState) -> None:
    """Sets the state of locked products; those that have it already stay as they are."""
    ids = [product.id for product in products if product.state != state]
    values: dict[str, Any] = {"state": state, "updated_sim_at": uow.now.sim_at}
    if state is ProductState.ON_SALE:
        values["listed_sim_at"] = uow.now.sim_at
    if ids:
        await uow.execute(update(PRODUCT).where(PRODUCT.c.id.in_(ids)).values(**values))
        await search.refresh(uow, ids)


async def recycle(uow: UnitOfWork, product_id: UUID) -> DeskProductView:
    """Puts a product into the recycle bin; open trades of it run on.

    Raises:
        NotFound: he has no store; absent, or another store's.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    await set_state(uow, [await desk.lock_own_product(uow, product_id)], ProductState.RECYCLED)
    return await desk.access_own_product(uow, product_id)


async def restore(uow: UnitOfWork, product_id: UUID) -> DeskProductView:
    """Takes a product out of the recycle bin: a draft is a draft again, goods go to the warehouse.

    Raises:
        NotFound: he has no store; absent, or another store's.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    product = await desk.lock_own_product(uow, product_id)
    if product.state == ProductState.RECYCLED:
        await set_state(uow, [product], restored_to(product))
    return await desk.access_own_product(uow, product_id)


def restored_to(product: Any) -> ProductState:
    """Returns the state in which a product leaves the recycle bin."""
    return ProductState.OFF_SHELF if desk.was_complete(product) else ProductState.DRAFT


async def set_price(uow: UnitOfWork, sku_id: UUID, *, price_fen: int) -> DeskProductView:
    """Sets the price of one SKU.

    Raises:
        NotFound: absent, retired, or another store's.
        Invalid: above the market price.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    product_id = await desk.access_product_of(uow, sku_id)
    await desk.lock_own_product(uow, product_id)
    changed = await uow.execute(_SET_PRICE, {"sku_id": sku_id, "price_fen": price_fen})
    if changed.one_or_none() is None:
        raise Invalid.field("/price_fen", "mall.product.price_above_market_price")
    await matrix.refresh_prices(uow, [product_id])
    await uow.execute(update(PRODUCT).where(PRODUCT.c.id == product_id).values(updated_sim_at=uow.now.sim_at))
    await search.refresh(uow, [product_id])
    return await desk.access_own_product(uow, product_id)
