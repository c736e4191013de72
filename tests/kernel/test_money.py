"""Money: shares lose no fen and favour nobody by more than one."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import FEN_LIMIT, share_bp, split

AMOUNTS = st.integers(-FEN_LIMIT, FEN_LIMIT)
WEIGHTS = st.lists(st.integers(0, FEN_LIMIT), min_size=1, max_size=12)


class TestSplit:
    @pytest.mark.parametrize(
        ("total", "weights", "parts"),
        [
            (100, [1, 1, 1], [34, 33, 33]),
            (101, [1, 1, 1], [34, 34, 33]),
            (-100, [1, 1, 1], [-34, -33, -33]),
            (100, [2, 1], [67, 33]),
            (1, [1, 2], [0, 1]),
            (5, [0, 0], [5, 0]),
            (5, [0, 3, 0], [0, 5, 0]),
            (0, [3, 4], [0, 0]),
            (7, [9], [7]),
        ],
    )
    def test_gives_what_is_left_over_to_the_largest_remainders(
        self, total: int, weights: list[int], parts: list[int]
    ) -> None:
        assert split(total, weights) == parts

    @given(total=AMOUNTS, weights=WEIGHTS)
    def test_sums_to_the_whole(self, total: int, weights: list[int]) -> None:
        assert sum(split(total, weights)) == total

    @given(total=AMOUNTS, weights=WEIGHTS.filter(any))
    def test_stays_within_a_fen_of_the_quota(self, total: int, weights: list[int]) -> None:
        for part, weight in zip(split(total, weights), weights, strict=True):
            assert abs(part - Fraction(total * weight, sum(weights))) < 1
            assert (part != 0) <= (weight != 0)

    @given(total=AMOUNTS, weights=WEIGHTS)
    def test_gives_no_more_for_less(self, total: int, weights: list[int]) -> None:
        parts = sorted(zip(weights, map(abs, split(total, weights)), strict=True))
        if any(weights):
            for (light, less), (heavy, more) in pairwise(parts):
                assert light == heavy or less <= more

    @given(total=AMOUNTS, weights=WEIGHTS)
    def test_of_a_debt_is_the_opposite(self, total: int, weights: list[int]) -> None:
        assert split(-total, weights) == [-part for part in split(total, weights)]

    @pytest.mark.parametrize("weights", [[], [1, -1]])
    def test_refuses_weights_that_make_no_sense(self, weights: list[int]) -> None:
        with pytest.raises(ValueError, match="non-empty and not negative"):
            split(1, weights)


class TestShareBp:
    @pytest.mark.parametrize(
        ("amount", "rate", "share"),
        [(5900, 500, 295), (5990, 500, 300), (10, 500, 1), (9, 500, 0), (1, 5000, 1), (1, 4999, 0), (0, 500, 0)],
    )
    def test_rounds_half_a_fen_up(self, amount: int, rate: int, share: int) -> None:
        assert share_bp(amount, rate) == share

    @given(amount=st.integers(0, FEN_LIMIT), rate=st.integers(0, 10_000))
    def test_stays_within_half_a_fen(self, amount: int, rate: int) -> None:
        off = share_bp(amount, rate) - Fraction(amount * rate, 10_000)
        assert Fraction(-1, 2) < off <= Fraction(1, 2)
        assert 0 <= share_bp(amount, rate) <= amount
