"""Lists, edits and shelves goods."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from kernel.errors import FieldError, Invalid
from kernel.ids import new_id
from kernel.sandbox.transitions import table_of
from kernel.storage import queries as stored_files
from kernel.storage.rules import urls
from kernel.unit_of_work import UnitOfWork
from mall.catalog import pictures, queries
from mall.catalog.models import Product, ProductState, Sku
from mall.catalog.schemas import DeskProductView, DrawnPicture, PictureChoice, ProductCreate, ProductUpdate
from mall.search import service as search
from mall.shops import queries as shops
from mall.stock import service as stock

PRODUCT = table_of(Product)
SKU = table_of(Sku)


async def create(uow: UnitOfWork, command: ProductCreate) -> DeskProductView:
    """Adds a product with its one SKU and first stock to the acting learner's store.

    Raises:
        NotFound: he has no store.
        Invalid: unknown category or drawing, or a market price below the price.

    """
    shop = await shops.access_own(uow, keep_open=True)
    _check(command)
    product_id, sku_id = new_id(), new_id()
    await uow.execute(
        insert(PRODUCT),
        {
            "id": product_id,
            "sandbox_id": uow.sandbox.id,
            "shop_id": shop.id,
            "title": command.title,
            "category": command.category,
            "description": command.description,
            "picture": await _picture(uow, command.picture),
            "state": ProductState.ON_SALE if command.on_shelf else ProductState.OFF_SHELF,
            "sold": 0,
            "listed_sim_at": uow.now.sim_at,
            "updated_sim_at": uow.now.sim_at,
        },
    )
    await uow.execute(
        insert(SKU),
        {
            "id": sku_id,
            "sandbox_id": uow.sandbox.id,
            "product_id": product_id,
            "price_fen": command.price_fen,
            "market_price_fen": command.market_price_fen,
            "cost_fen": command.cost_fen,
        },
    )
    await stock.open_level(uow, sku_id, on_hand=command.on_hand)
    await search.refresh(uow, [product_id])
    return await queries.access_own_product(uow, product_id)


async def change(uow: UnitOfWork, product_id: UUID, command: ProductUpdate) -> DeskProductView:
    """Changes a product; trades already placed keep their snapshot.

    Raises:
        NotFound: absent, or another store's.
        Invalid: as in `create`.

    """
    product = await queries.access_own_product(uow, product_id)
    _check(command)
    await uow.execute(
        update(PRODUCT)
        .where(PRODUCT.c.id == product_id)
        .values(
            title=command.title,
            category=command.category,
            description=command.description,
            picture=await _picture(uow, command.picture),
            updated_sim_at=uow.now.sim_at,
        )
    )
    await uow.execute(
        update(SKU)
        .where(SKU.c.id == product.sku_id)
        .values(price_fen=command.price_fen, market_price_fen=command.market_price_fen, cost_fen=command.cost_fen)
    )
    await search.refresh(uow, [product_id])
    return await queries.access_own_product(uow, product_id)


async def shelve(uow: UnitOfWork, product_id: UUID, state: ProductState) -> DeskProductView:
    """Puts a product on the shelf or takes it off; doing it twice is harmless.

    Raises:
        NotFound: he has no store; absent, or another store's.

    """
    await shops.access_own(uow, keep_open=True)
    await queries.access_own_product(uow, product_id)
    values: dict[str, Any] = {"state": state, "updated_sim_at": uow.now.sim_at}
    if state is ProductState.ON_SALE:
        values["listed_sim_at"] = uow.now.sim_at
    await uow.execute(update(PRODUCT).where(PRODUCT.c.id == product_id, PRODUCT.c.state != state).values(**values))
    await search.refresh(uow, [product_id])
    return await queries.access_own_product(uow, product_id)


def _check(command: ProductCreate | ProductUpdate) -> None:
    errors: list[FieldError] = []
    if command.category not in pictures.category_codes():
        errors.append(FieldError("/category", "mall.product.unknown_category"))
    if isinstance(command.picture, DrawnPicture) and command.picture.key not in pictures.drawing_keys():
        errors.append(FieldError("/picture/key", "mall.product.unknown_drawing"))
    if command.market_price_fen is not None and command.market_price_fen < command.price_fen:
        errors.append(FieldError("/market_price_fen", "mall.product.market_price_below_price"))
    if errors:
        raise Invalid("kernel.request.invalid", errors=errors)


async def _picture(uow: UnitOfWork, choice: PictureChoice) -> dict[str, str]:
    if isinstance(choice, DrawnPicture):
        return {"kind": "art", "key": choice.key}
    await stored_files.access_file(uow, choice.file_id)
    url, thumb_url = urls(choice.file_id)
    return {"kind": "file", "file_id": str(choice.file_id), "url": url, "thumb_url": thumb_url}
