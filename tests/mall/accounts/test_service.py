"""Moving simulated money: grants once, each cause once, never below zero, and the sum of everything is zero."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.money import share_bp
from kernel.unit_of_work import UnitOfWork
from mall import public as mall
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from tests.mall.sales import STATES, assert_balanced, balance_of, fingerprint, place, sale_in
from tests.manual_clock import ManualClock
from tests.world import Person, World, count_rows, item

GRANT = 200_000


async def settle(uow: UnitOfWork, person: Person, amount_fen: int, *, cause_id: UUID | None = None) -> None:
    """Moves an amount from a learner's buying wallet to his selling wallet."""
    assert person.seat_id is not None
    await accounts.move(
        uow,
        amount_fen,
        debit=(AccountKind.BUYER, person.seat_id),
        credit=(AccountKind.SELLER, person.seat_id),
        cause=TransferCause.SETTLEMENT,
        cause_id=cause_id or new_id(),
        number="M1012000001",
    )


async def transfers_of(world: World) -> list[tuple[str, str, str, int]]:
    """Returns every transfer in order: cause, from, to, amount."""
    async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
        rows = await uow.execute(
            text("""
                SELECT t.cause, d.kind AS debit, c.kind AS credit, t.amount_fen FROM mall_transfer t
                  JOIN mall_money_account d ON d.id = t.debit_id JOIN mall_money_account c ON c.id = t.credit_id
                 ORDER BY t.seq
            """)
        )
        return [(row.cause, row.debit, row.credit, row.amount_fen) for row in rows]


class TestGrant:
    async def test_is_given_once_however_often_a_seat_is_enrolled(self, world: World) -> None:
        learner = world.learners[0]
        assert learner.seat_id is not None
        before = await fingerprint(world)
        for _ in range(2):
            async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                await mall.open_sandbox_books(uow)
                await mall.enrol(uow, learner.seat_id)
        assert await fingerprint(world) == before
        assert await transfers_of(world) == [("grant", "issue", "buyer", GRANT)] * 3
        assert await balance_of(learner) == GRANT

    async def test_is_given_once_when_two_enrol_a_new_seat_at_the_same_time(self, world: World) -> None:
        seat_id = new_id()

        async def enrol() -> None:
            async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                await mall.enrol(uow, seat_id)

        await asyncio.gather(enrol(), enrol(), enrol())
        assert await transfers_of(world) == [("grant", "issue", "buyer", GRANT)] * 4
        await assert_balanced(world)


class TestMove:
    async def test_refuses_more_than_there_is_and_moves_nothing(self, world: World) -> None:
        before = await fingerprint(world)
        with pytest.raises(Conflict) as refusal:
            async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                await settle(uow, world.learners[0], GRANT + 1)
        assert (refusal.value.code, refusal.value.params) == (
            "mall.wallet.insufficient",
            {"balance_fen": GRANT, "amount_fen": GRANT + 1},
        )
        assert await fingerprint(world) == before

    async def test_empties_a_wallet_to_the_last_fen(self, world: World) -> None:
        learner = world.learners[0]
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await settle(uow, learner, GRANT)
        assert await balance_of(learner) == 0
        assert await transfers_of(world) == [
            *([("grant", "issue", "buyer", GRANT)] * 3),
            ("settlement", "buyer", "seller", GRANT),
        ]

    async def test_of_nothing_leaves_no_line(self, world: World) -> None:
        before = await fingerprint(world)
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await settle(uow, world.learners[0], 0)
        assert await fingerprint(world) == before

    async def test_refuses_a_cause_that_has_moved_money_before(self, world: World) -> None:
        learner, cause_id = world.learners[0], new_id()
        async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
            await settle(uow, learner, 100, cause_id=cause_id)
        before = await fingerprint(world)
        with pytest.raises(IntegrityError, match="mall_transfer_once"):
            async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                await settle(uow, learner, 100, cause_id=cause_id)
        assert await fingerprint(world) == before

    async def test_never_overdraws_however_many_take_at_once(self, world: World) -> None:
        learner = world.learners[0]

        async def take() -> object:
            try:
                async with world.runtime.enter_sandbox(world.sandbox_id) as uow:
                    await settle(uow, learner, 30_000)
            except Conflict as refusal:
                return refusal.params
            return "taken"

        taken = await asyncio.gather(*(take() for _ in range(15)))
        assert taken.count("taken") == 6
        assert taken.count({"balance_fen": 20_000, "amount_fen": 30_000}) == 9
        assert await balance_of(learner) == 20_000
        assert await count_rows(world.runtime, world.sandbox_id, "mall_transfer") == 3 + 6


class TestEscrow:
    @pytest.mark.parametrize("state", STATES)
    async def test_holds_exactly_the_paid_unfinished_trades(self, world: World, wall: ManualClock, state: str) -> None:
        await sale_in(world, wall, state, quantity=2)
        paid = [("payment", "buyer", "escrow", 11800)]
        settled = [*paid, ("settlement", "escrow", "seller", 11210), ("commission", "escrow", "commission", 590)]
        expected = {"wait_pay": [], "closed": [], "wait_ship": paid, "shipped": paid}.get(state, settled)
        assert (await transfers_of(world))[3:] == expected
        seller = (await world.learners[0].get("/mall/wallet"))["seller"]
        assert seller["in_escrow_fen"] == (11800 if state in {"wait_ship", "shipped"} else 0)
        await assert_balanced(world)

    async def test_of_several_trades_is_their_sum(self, world: World) -> None:
        seller, buyer, other = world.learners
        [honey] = await world.open_shop(seller, "云岭", [item()])
        for person, quantity in ((buyer, 1), (other, 2), (buyer, 3)):
            await (await place(seller, person, world, honey, quantity)).pay()
        assert (await seller.get("/mall/wallet"))["seller"]["in_escrow_fen"] == 6 * 5900
        await assert_balanced(world)

    async def test_settles_one_fen_without_commission(self, world: World) -> None:
        """5 % of one fen is less than half a fen: nothing to move, and no line that says so."""
        seller, buyer, _ = world.learners
        [pin] = await world.open_shop(seller, "云岭", [item(price=1, cost=0)])
        sale = await place(seller, buyer, world, pin)
        await sale.pay()
        await sale.ship()
        await sale.confirm()
        assert (await transfers_of(world))[3:] == [
            ("payment", "buyer", "escrow", 1),
            ("settlement", "escrow", "seller", 1),
        ]
        await assert_balanced(world)


class TestWallet:
    async def test_lists_entries_newest_first_for_each_side(self, world: World, wall: ManualClock) -> None:
        sale = await sale_in(world, wall, "finished", quantity=2)
        number = (await sale.bought())["number"]
        entries = (await sale.buyer.get("/mall/wallet"))["entries"]
        assert [(e["kind"], e["title_code"], e["amount_fen"], e["number"]) for e in entries] == [
            ("buyer", "money.payment", -11800, number),
            ("buyer", "money.grant", GRANT, ""),
        ]
        earned = (await sale.seller.get("/mall/wallet"))["entries"]
        assert [(e["kind"], e["title_code"], e["amount_fen"], e["number"]) for e in earned] == [
            ("seller", "money.settlement", 11210, number),
            ("buyer", "money.grant", GRANT, ""),
        ]

    async def test_is_a_learners(self, world: World) -> None:
        assert (await world.lecturer.get("/mall/wallet", status=403))["code"] == "kernel.identity.not_allowed"


class TestCommission:
    @given(goods_fen=st.integers(0, 10**12), rate_bp=st.integers(0, 10_000))
    def test_is_the_share_rounded_half_up_and_never_more_than_the_goods(self, goods_fen: int, rate_bp: int) -> None:
        commission_fen = share_bp(goods_fen, rate_bp)
        assert 0 <= commission_fen <= goods_fen
        assert -5_000 < commission_fen * 10_000 - goods_fen * rate_bp <= 5_000
