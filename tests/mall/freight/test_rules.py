"""What sending costs, by template, load and region."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mall.freight.rules import (
    ChargeBy,
    FreeCondition,
    Load,
    Reason,
    RegionTariff,
    Tariff,
    Template,
    freight_of,
    repeated,
)

HANGZHOU, XIAN, URUMQI, HOTAN = "330106", "610113", "650100", "653200"
PIECE = Template(
    ChargeBy.PIECE,
    Tariff(1, 800, 1, 200),
    rows=(RegionTariff(("65", "54"), Tariff(1, 1800, 1, 900)), RegionTariff(("6501",), Tariff(2, 1200, 2, 300))),
    free=(FreeCondition(("33",), 9900, None), FreeCondition((), 20000, 3)),
    not_delivered=("6532", "81"),
)
WEIGHT = Template(ChargeBy.WEIGHT, Tariff(1000, 800, 500, 150))


def of(pieces: int, amount_fen: int = 100, weight_g: int = 600) -> list[Load]:
    return [Load(pieces, weight_g, amount_fen)]


class TestTariff:
    @pytest.mark.parametrize(("grams", "fen"), [(1, 800), (1000, 800), (1001, 950), (1500, 950), (1501, 1100)])
    def test_charges_what_is_begun(self, grams: int, fen: int) -> None:
        assert WEIGHT.tariff.fen(grams) == fen

    @given(st.integers(1, 10**6), st.integers(0, 10**5))
    def test_never_falls_with_more(self, amount: int, further: int) -> None:
        assert WEIGHT.tariff.fen(amount) <= WEIGHT.tariff.fen(amount + further)


class TestFreightOf:
    def test_without_a_template_is_nothing(self) -> None:
        assert (freight_of(None, of(3), XIAN).fen, freight_of(None, of(3), XIAN).reason) == (0, Reason.NO_TEMPLATE)

    def test_counts_pieces_of_all_lines(self) -> None:
        found = freight_of(PIECE, [*of(2), *of(1)], XIAN)
        assert (found.fen, found.reason, found.amount) == (1200, Reason.BY_PIECE, 3)

    def test_weighs_all_lines(self) -> None:
        found = freight_of(WEIGHT, [Load(2, 600, 1), Load(1, 400, 1)], XIAN)
        assert (found.fen, found.reason, found.amount) == (1100, Reason.BY_WEIGHT, 1600)

    def test_takes_the_city_before_its_province(self) -> None:
        assert freight_of(PIECE, of(2), URUMQI).fen == 1200
        assert freight_of(PIECE, of(2), "650200").fen == 2700

    def test_does_not_go_where_it_says_so(self) -> None:
        assert (freight_of(PIECE, of(1), HOTAN).fen, freight_of(PIECE, of(1), HOTAN).reason) == (
            None,
            Reason.NOT_DELIVERED,
        )

    @pytest.mark.parametrize(
        ("pieces", "amount_fen", "region", "reason"),
        [
            (1, 9900, HANGZHOU, Reason.FREE_AMOUNT),
            (1, 9899, HANGZHOU, Reason.BY_PIECE),
            (1, 9900, XIAN, Reason.BY_PIECE),
            (3, 20000, XIAN, Reason.FREE_BOTH),
            (2, 20000, XIAN, Reason.BY_PIECE),
        ],
    )
    def test_is_free_from_a_threshold_on(self, pieces: int, amount_fen: int, region: str, reason: Reason) -> None:
        found = freight_of(PIECE, of(pieces, amount_fen), region)
        assert (found.reason, found.fen == 0) == (reason, reason is not Reason.BY_PIECE)


class TestRepeated:
    def test_names_a_region_that_stands_twice(self) -> None:
        assert (repeated([["65", "54"], ["33"]]), repeated([["65"], ["33", "65"]])) == (None, "65")
