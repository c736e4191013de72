"""Generated receivers: the same person each time, at a place whose code is its own."""

from kernel.identity import regions
from mall.trades.receivers import receiver_of


class TestReceiver:
    def test_of_a_seat_is_always_the_same(self) -> None:
        assert receiver_of(7, 3) == receiver_of(7, 3)

    def test_lies_in_the_region_of_its_code(self) -> None:
        for seat_number in range(1, 60):
            receiver = receiver_of(1, seat_number)
            assert regions.name_of(f"{receiver.region_code[:4]}00") == receiver.province + receiver.city
            assert receiver.region_code[4:] != "00"

    def test_is_kept_by_a_trade_with_its_region(self) -> None:
        kept = receiver_of(1, 1).snapshot()
        assert kept["region"] == kept["province"] + kept["city"] + kept["district"]
        assert len(kept["region_code"]) == 6
