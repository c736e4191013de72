"""Randomness is a pure function of the event."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import randomness

SEEDS = st.integers(-(2**63), 2**63 - 1)
ORDINALS = st.lists(st.integers(0, 10**6), max_size=4)
GOLDEN = [0.22970144537731785, 0.08649981350196345, 0.6541448762998135]


class TestDraw:
    def test_never_changes(self) -> None:
        """Golden: a class of last year replays as it was. These numbers may not change."""
        assert [randomness.draw(seed, "courier", 1, 2) for seed in (0, 1, 2)] == GOLDEN

    @given(seed=SEEDS, ordinals=ORDINALS)
    def test_is_in_its_bounds_and_repeats(self, seed: int, ordinals: list[int]) -> None:
        drawn = randomness.draw(seed, "purpose", *ordinals)
        assert 0 <= drawn < 1
        assert drawn == randomness.draw(seed, "purpose", *ordinals)

    def test_tells_seed_purpose_and_every_ordinal_apart(self) -> None:
        drawn = {
            randomness.draw(1, "a"),
            randomness.draw(2, "a"),
            randomness.draw(1, "b"),
            randomness.draw(1, "a", 1),
            randomness.draw(1, "a", 1, 2),
            randomness.draw(1, "a", 2, 1),
            randomness.draw(1, "a", 12),
            randomness.draw(11, "a"),
            randomness.draw(1, "a", 0),
        }
        assert len(drawn) == 9

    def test_spreads_evenly(self) -> None:
        tenths = Counter(int(randomness.draw(7, "spread", number) * 10) for number in range(20_000))
        assert set(tenths) == set(range(10))
        assert all(1_800 < count < 2_200 for count in tenths.values())


class TestInteger:
    @given(seed=SEEDS, low=st.integers(-1000, 1000), span=st.integers(0, 10**6))
    def test_is_between_both_ends(self, seed: int, low: int, span: int) -> None:
        assert low <= randomness.integer(seed, "purpose", low=low, high=low + span) <= low + span

    def test_reaches_both_ends(self) -> None:
        assert {randomness.integer(1, "dice", number, low=1, high=6) for number in range(200)} == set(range(1, 7))


class TestChoice:
    def test_takes_each_now_and_then(self) -> None:
        assert {randomness.choice(1, "pick", number, among="abc") for number in range(50)} == set("abc")

    def test_needs_something_to_choose(self) -> None:
        with pytest.raises(IndexError):
            randomness.choice(1, "pick", among="")
