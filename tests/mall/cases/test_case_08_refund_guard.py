"""Case 8: of 100 paid, 99 are refunded, then 2 more are asked: the second is refused. Nor do two at once get past the guard."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from kernel.errors import Conflict
from mall.payments import refunds
from mall.payments.models import RefundReason
from tests.mall.sales import Sale, assert_balanced, balance_of, fingerprint, place
from tests.world import World, item

GRANT = 200_000


async def sale_of_a_hundred(world: World) -> Sale:
    """Returns a paid sale of 100 fen."""
    seller, buyer, _ = world.learners
    [cheap] = await world.open_shop(seller, "云岭", [item(price=100)])
    sale = await place(seller, buyer, world, cheap)
    await sale.pay()
    return sale


async def refund(sale: Sale, fen: int) -> None:
    """Pays back a part of a sale out of escrow."""
    async with sale.world.runtime.enter_sandbox(sale.world.sandbox_id) as uow:
        trade: Any = (await uow.execute(text("SELECT * FROM mall_trade WHERE id = :id"), {"id": sale.trade_id})).one()
        await refunds.of_trade(uow, trade, fen, reason=RefundReason.PARCEL_LOST)


class TestRefund:
    async def test_of_99_and_then_of_2_of_100_is_refused(self, world: World) -> None:
        sale = await sale_of_a_hundred(world)
        await refund(sale, 99)
        assert await balance_of(sale.buyer) == GRANT - 1
        before = await fingerprint(world)
        with pytest.raises(Conflict, match=r"mall\.refund\.more_than_paid"):
            await refund(sale, 2)
        assert await fingerprint(world) == before
        await refund(sale, 1)
        assert await balance_of(sale.buyer) == GRANT
        await assert_balanced(world)

    async def test_of_60_twice_at_once_goes_through_once(self, world: World) -> None:
        sale = await sale_of_a_hundred(world)
        results = await asyncio.gather(refund(sale, 60), refund(sale, 60), return_exceptions=True)
        assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]
        assert await balance_of(sale.buyer) == GRANT - 40
        await assert_balanced(world)

    async def test_of_what_was_never_paid_is_refused(self, world: World) -> None:
        seller, buyer, _ = world.learners
        [cheap] = await world.open_shop(seller, "云岭", [item(price=100)])
        sale = await place(seller, buyer, world, cheap)
        with pytest.raises(Conflict, match=r"mall\.refund\.more_than_paid"):
            await refund(sale, 1)
        await assert_balanced(world)
