"""The parts of the rank and their sum."""

import pytest

from mall.search import rules
from mall.search.rules import Part


class TestParts:
    @pytest.mark.parametrize(("sold", "expected"), [(0, 0), (1, 12), (10, 42), (299, 99), (300, 100), (10**6, 100)])
    def test_of_sales_are_logarithmic(self, sold: int, expected: int) -> None:
        assert rules.sales_part(sold) == expected


class TestScore:
    def test_is_the_weighted_sum_less_the_penalty(self) -> None:
        parts = dict.fromkeys(Part, 100)
        assert rules.score(parts) == 100 * (50 + 15 + 15 + 10 + 10 - 30)

    def test_lets_no_other_part_outweigh_words_in_the_title(self) -> None:
        weights = rules.ranks().weights
        assert (
            weights[Part.TEXT]
            >= weights[Part.QUALITY] + weights[Part.SALES] + weights[Part.FRESHNESS] + weights[Part.TURN]
        )


class TestSearchFor:
    def test_asks_nothing_of_signs(self) -> None:
        assert rules.search_for("，。 !?") is None

    def test_asks_for_every_word_and_its_synonyms(self) -> None:
        search = rules.search_for("胡桃 500克")
        assert search is not None
        assert search.words == ("500g", "胡桃")
        assert search.full == "('500g':ABC) & ('胡桃':ABC | '核桃':ABC)"
        assert search.partly == "'500g' | '胡桃' | '核桃'"

    def test_narrows_by_eight_words_at_most(self) -> None:
        search = rules.search_for(" ".join(f"word{number}" for number in range(12)))
        assert search is not None
        assert len(search.words) == 8
