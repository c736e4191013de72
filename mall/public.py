"""What other packages may call in the mall."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kernel.unit_of_work import UnitOfWork
from mall.accounts import service as accounts
from mall.catalog import service as catalog
from mall.catalog.schemas import ProductCreate
from mall.search import service as search
from mall.shops import service as shops
from mall.shops.schemas import ShopOpen


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
    """Opens the acting seat's store and puts goods on its shelf.

    Each of `goods` has title, category, art, text, stock and `fen` = price, market price, cost.

    Raises:
        Conflict: the seat has a store already.
        Invalid: a field is out of bounds, or the store's name is taken.

    """
    shop = await shops.open_shop(uow, ShopOpen(name=name, intro=intro))
    for item in goods:
        price, market_price, cost = item["fen"]
        await catalog.create(
            uow,
            ProductCreate.model_validate(
                {
                    "title": item["title"],
                    "category": item["category"],
                    "description": item["text"],
                    "picture": {"kind": "art", "key": item["art"]},
                    "price_fen": price,
                    "market_price_fen": market_price,
                    "cost_fen": cost,
                    "on_hand": item["stock"],
                    "on_shelf": True,
                }
            ),
        )
    return shop.id
