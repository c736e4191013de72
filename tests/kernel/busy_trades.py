"""What the third learner of a busy class has bought: a trade in every state that a command of a seller or a lecturer needs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kernel.ids import new_id
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from tests.world import World

# More trades than a pair of classmates may have: they are there to be acted upon, not to be counted.
_FREE = text("UPDATE mall_classmate_pair SET trades = 0 WHERE buyer_seat_id = :seat_id")
_COUNT = text("UPDATE mall_classmate_pair SET trades = 6 WHERE buyer_seat_id = :seat_id")
_ASK = text("UPDATE mall_trade SET receiver_asked = receiver WHERE id = :id")
_LOSE = text("UPDATE mall_parcel SET state = 'lost' WHERE trade_id = :id RETURNING id")
_NO_STEPS = text("UPDATE kernel_timer SET state = 'cancelled' WHERE subject_id = :id AND state = 'pending'")
_PARCEL = text("SELECT id FROM mall_parcel WHERE trade_id = :id")
_LINE = text("SELECT id FROM mall_trade_line WHERE trade_id = :id")
_OWE = text("""
    INSERT INTO mall_refund (id, sandbox_id, ordinal, number, trade_id, buyer_seat_id, channel, reason, amount_fen, state,
                             tries, created_sim_at)
    SELECT :refund_id, sandbox_id, 1, 'R0001', id, buyer_seat_id, 'card', 'parcel_lost', 1, 'manual', 3, placed_sim_at
      FROM mall_trade WHERE id = :id
""")
_GIVEN_BACK = text("UPDATE mall_trade SET refunded_fen = refunded_fen + 1 WHERE id = :id RETURNING number")


@dataclass(frozen=True, slots=True)
class Thirds:
    """The ids of it all."""

    closing_trade_id: UUID
    cheaper_trade_id: UUID
    asking_trade_id: UUID
    shipped_trade_id: UUID
    line_id: UUID
    new_parcel_id: UUID
    lost_parcel_id: UUID
    other_lost_parcel_id: UUID
    manual_refund_id: UUID


async def buy_for_the_third(world: World, line: dict[str, Any]) -> Thirds:
    """Lets the third learner buy until there is a trade for everything that may be done to one."""
    seller, _, third, *_ = world.learners

    async def placed(*, pay: bool, ship: bool = False) -> UUID:
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await uow.execute(_FREE, {"seat_id": third.seat_id})
        order = await third.post("/mall/trades", {"lines": [line], "expected_total_fen": 5900}, status=201)
        trade_id = UUID(order["trades"][0]["id"])
        if pay:
            await third.post(f"/mall/pay-orders/{order['id']}/pay")
        if ship:
            await seller.post(f"/mall/desk/trades/{trade_id}/ship", {"carrier": "moni"})
        return trade_id

    closing, cheaper = await placed(pay=False), await placed(pay=False)
    asking = await placed(pay=True)
    fresh, lost, other_lost = [await placed(pay=True, ship=True) for _ in range(3)]
    refund_id = new_id()
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        await uow.execute(_COUNT, {"seat_id": third.seat_id})
        await uow.execute(_ASK, {"id": asking})
        first, second = [(await uow.execute(_LOSE, {"id": trade_id})).scalar_one() for trade_id in (lost, other_lost)]
        new_parcel_id = (await uow.execute(_PARCEL, {"id": fresh})).scalar_one()
        for parcel_id in (first, second, new_parcel_id):
            await uow.execute(_NO_STEPS, {"id": parcel_id})
        await uow.execute(_OWE, {"id": asking, "refund_id": refund_id})
        number = (await uow.execute(_GIVEN_BACK, {"id": asking})).scalar_one()
        await accounts.move(
            uow,
            1,
            debit=(AccountKind.ESCROW, world.sandbox_id),
            credit=(AccountKind.REFUNDING, world.sandbox_id),
            cause=TransferCause.REFUND_OPENED,
            cause_id=refund_id,
            number=number,
        )
        line_id = (await uow.execute(_LINE, {"id": cheaper})).scalar_one()
    return Thirds(closing, cheaper, asking, fresh, line_id, new_parcel_id, first, second, refund_id)
