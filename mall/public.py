"""What other packages may call in the mall."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from mall.accounts import service as accounts
from mall.catalog import service as catalog
from mall.catalog.schemas import ProductCreate
from mall.registrations import service as registrations
from mall.search import service as search


async def open_sandbox_books(uow: UnitOfWork) -> None:
    """Opens the platform's money accounts of a new sandbox. Safe twice."""
    await accounts.open_platform_accounts(uow)


async def enrol(uow: UnitOfWork, seat_id: UUID) -> None:
    """Gives a seat its wallets and the starting money of the sandbox's policy. Safe twice."""
    await accounts.open_wallets(uow, seat_id)


async def fill_search(uow: UnitOfWork) -> int:
    """Makes the search entries that are missing or were cut by an older version; returns how many."""
    return await search.fill(uow)


async def open_shop_with_goods(uow: UnitOfWork, *, name: str, intro: str, goods: Iterable[Mapping[str, Any]]) -> UUID:
    """Opens the acting seat's store, without the form and without a deposit, and puts goods on its shelf.

    Each of `goods` has title, category, attributes, art, text, stock and `fen` = price, market price, cost. Instead of the last two
    it may have specs and skus, each as in `ProductCreate`; arts adds more drawings behind the first, merchant_code a code.

    Raises:
        Conflict: the seat has a store already.
        Invalid: a field is out of bounds, or the store's name is taken.

    """
    shop_id = await registrations.open_at_once(uow, name=name, intro=intro)
    for item in goods:
        await catalog.create(uow, ProductCreate.model_validate(_product(item)))
    return shop_id


def _product(item: Mapping[str, Any]) -> dict[str, Any]:
    arts = [item["art"], *item.get("arts", ())]
    return {
        "title": item["title"],
        "category": item["category"],
        "attributes": item["attributes"],
        "pictures": [{"kind": "art", "key": key} for key in arts],
        "detail": [{"kind": "text", "text": item["text"]}] if item["text"] else [],
        "merchant_code": item.get("merchant_code", ""),
        "specs": item.get("specs", []),
        "skus": item["skus"] if "skus" in item else [_only_sku(item)],
        "on_shelf": True,
    }


def _only_sku(item: Mapping[str, Any]) -> dict[str, Any]:
    price, market_price, cost = item["fen"]
    return {"price_fen": price, "market_price_fen": market_price, "cost_fen": cost, "on_hand": item["stock"]}
