"""A store in the middle of its life, and what a lecturer does to it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from tests.mall.sales import Sale, line, place
from tests.world import Person, World, item

GRANT, PRICE, TEA = 200_000, 5900, 1000
NET = PRICE - 295
WHY = "商品资料全填错了，重新来过"


@dataclass(frozen=True, slots=True)
class Store:
    """The seller's store with a sale in every state, a line in other carts and purchases of its own learner."""

    world: World
    seller: Person
    buyer: Person
    third: Person
    honey: dict[str, Any]
    tea: dict[str, Any]
    unpaid: Sale
    paid: Sale
    shipped: Sale
    finished: Sale
    bought: Sale

    async def preview(self, *, status: int = 200) -> Any:
        return await self.world.lecturer.get(path_for(self.seller), status=status)

    async def reset(self, *, status: int = 200) -> Any:
        return await reset(self.world, self.seller, status=status)


async def reset(world: World, learner: Person, *, status: int = 200, **options: Any) -> Any:
    """Lets the lecturer reset a learner's store."""
    return await world.lecturer.post(path_for(learner), {"reason": WHY}, status=status, **options)


def path_for(learner: Person) -> str:
    """Returns where a learner's store is reset."""
    return f"/mall/seats/{learner.seat_id}/reset"


async def busy_store(world: World) -> Store:
    """Opens two stores and brings the first one's sales to every state."""
    seller, buyer, third = world.learners
    [honey] = await world.open_shop(seller, "云岭", [item()])
    [tea] = await world.open_shop(third, "茶铺", [item("秋茶", price=TEA)])
    finished = await _sold(world, seller, third, honey)
    await finished.ship()
    await finished.confirm()
    shipped = await _sold(world, seller, third, honey)
    await shipped.ship()
    paid = await _sold(world, seller, buyer, honey)
    unpaid = await place(seller, buyer, world, honey, 2)
    bought = await _sold(world, third, seller, tea)
    await seller.post("/mall/cart/items", line(tea))
    await buyer.post("/mall/cart/items", line(honey))
    return Store(world, seller, buyer, third, honey, tea, unpaid, paid, shipped, finished, bought)


async def _sold(world: World, seller: Person, buyer: Person, goods: dict[str, Any]) -> Sale:
    sale = await place(seller, buyer, world, goods)
    await sale.pay()
    return sale


async def rows(world: World, statement: str, **params: Any) -> list[tuple[Any, ...]]:
    """Returns rows of this class as the database has them: what a learner may no longer see is still there."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        return [tuple(row) for row in await uow.execute(text(statement), params)]


async def last_seq(world: World, table: str) -> int:
    """Returns the number of the newest row of an append-only table."""
    [(seq,)] = await rows(world, f"SELECT coalesce(max(seq), 0) FROM {table}")
    return int(seq)


def uuid(given: str | UUID) -> UUID:
    """Returns an id as the database has it."""
    return UUID(str(given))
