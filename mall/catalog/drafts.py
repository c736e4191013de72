"""Keeps what is being written in the editor (草稿): of goods that are not there yet, and of changes that nobody sees yet."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.unit_of_work import UnitOfWork
from mall.catalog import contents, desk
from mall.catalog.desk_schemas import DeskProductView, ProductDraft
from mall.catalog.models import ProductState
from mall.catalog.service import PRODUCT
from mall.members.rules import Duty
from mall.shops import queries as shops


async def begin(uow: UnitOfWork, draft: ProductDraft) -> DeskProductView:
    """Adds a product that is only a draft to the acting learner's store.

    Raises:
        NotFound: he has no store, or a picture is not his.
        Invalid: a category, attribute or drawing that there is not.

    """
    shop = await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    values = await contents.of_draft(uow, draft)
    return await _insert(uow, shop.id, values, quality=contents.judge(uow, draft).score)


async def save(uow: UnitOfWork, product_id: UUID, draft: ProductDraft) -> DeskProductView:
    """Keeps the draft of a product; what buyers see stays as it is.

    Raises:
        NotFound: absent, or another store's; as in `begin`.
        Conflict: it lies in the recycle bin.
        Invalid: as in `begin`.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    product = await desk.lock_own_product(uow, product_id)
    if product.state == ProductState.RECYCLED:
        raise Conflict("mall.product.in_recycle_bin")
    values: dict[str, Any] = {"draft": await contents.of_draft(uow, draft), "draft_saved_sim_at": uow.now.sim_at}
    if product.state == ProductState.DRAFT:
        values |= _shown(values["draft"])
        values |= {"quality": contents.judge(uow, draft).score, "updated_sim_at": uow.now.sim_at}
    await uow.execute(update(PRODUCT).where(PRODUCT.c.id == product_id).values(**values))
    return await desk.access_own_product(uow, product_id)


async def discard(uow: UnitOfWork, product_id: UUID) -> DeskProductView:
    """Throws the unpublished changes of a product away.

    Raises:
        NotFound: absent, or another store's.
        Conflict: it has never been anything but a draft.

    """
    await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    product = await desk.lock_own_product(uow, product_id)
    if not desk.was_complete(product):
        raise Conflict("mall.product.still_draft")
    gone = {"draft": None, "draft_saved_sim_at": None}
    await uow.execute(update(PRODUCT).where(PRODUCT.c.id == product_id).values(**gone))
    return await desk.access_own_product(uow, product_id)


async def copy(uow: UnitOfWork, product_id: UUID) -> DeskProductView:
    """Adds a draft with the content of a product, unpublished changes included; codes and stock are not copied.

    Raises:
        NotFound: he has no store; absent, or another store's.

    """
    shop = await shops.access_shop(uow, Duty.GOODS, keep_open=True)
    source = (await desk.access_own_product(uow, product_id)).model_dump(mode="json")
    content = source["draft"] or source
    values = {name: content[name] for name in ProductDraft.model_fields} | {"merchant_code": ""}
    names = ("spec", "price_fen", "market_price_fen", "cost_fen", "weight_g", "picture")
    values["skus"] = [{**{n: sku[n] for n in names}, "code": "", "on_hand": None} for sku in content["skus"]]
    return await _insert(uow, shop.id, values, quality=source["quality"])


async def _insert(uow: UnitOfWork, shop_id: UUID, draft: dict[str, Any], *, quality: int) -> DeskProductView:
    product_id = new_id()
    await uow.execute(
        insert(PRODUCT),
        {
            **_shown(draft),
            "id": product_id,
            "sandbox_id": uow.sandbox.id,
            "shop_id": shop_id,
            "attributes": {},
            "specs": [],
            "pictures": [],
            "detail": [],
            "quality": quality,
            "state": ProductState.DRAFT,
            "draft": draft,
            "draft_saved_sim_at": uow.now.sim_at,
            "sold": 0,
            "listed_sim_at": uow.now.sim_at,
            "updated_sim_at": uow.now.sim_at,
        },
    )
    return await desk.access_own_product(uow, product_id)


def _shown(draft: dict[str, Any]) -> dict[str, Any]:
    """Returns what the seller's table shows of a product that is only a draft."""
    picture = draft["pictures"][0] if draft["pictures"] else None
    return {name: draft[name] for name in ("title", "category", "merchant_code")} | {"picture": picture}
