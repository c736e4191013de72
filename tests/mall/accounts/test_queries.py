"""What a learner's wallet page tells: his own entries, newest first, each once."""

from kernel.ids import new_id
from mall.accounts import service as accounts
from mall.accounts.models import AccountKind, TransferCause
from tests.world import Person, World


async def settle(world: World, person: Person, amount_fen: int, number: str) -> None:
    """Moves an amount from a learner's buying wallet to his selling wallet."""
    assert person.seat_id is not None
    async with world.runtime.enter_sandbox(world.sandbox_id, actor=person.actor) as uow:
        await accounts.move(
            uow,
            amount_fen,
            debit=(AccountKind.BUYER, person.seat_id),
            credit=(AccountKind.SELLER, person.seat_id),
            cause=TransferCause.SETTLEMENT,
            cause_id=new_id(),
            number=number,
        )


class TestEntries:
    async def test_between_ones_own_wallets_is_one_entry(self, world: World) -> None:
        one, other = world.learners[:2]
        await settle(world, one, 300, "M1")
        entries = (await one.get("/mall/wallet"))["entries"]
        assert [(entry["number"], entry["kind"], entry["amount_fen"]) for entry in entries] == [
            ("M1", "buyer", -300),
            ("", "buyer", 200_000),
        ]
        assert [entry["number"] for entry in (await other.get("/mall/wallet"))["entries"]] == [""]

    async def test_are_the_newest_hundred(self, world: World) -> None:
        one = world.learners[0]
        for number in range(101):
            await settle(world, one, 1, f"M{number}")
        entries = (await one.get("/mall/wallet"))["entries"]
        assert [entry["number"] for entry in entries] == [f"M{number}" for number in range(100, 0, -1)]
