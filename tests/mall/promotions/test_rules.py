"""The quote: shares sum to what is paid, stores keep the order of the cart, the explanation adds up."""

from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mall.promotions.rules import Quote, Wanted, quote

SHOPS = [UUID(int=number) for number in range(1, 5)]
CARTS = st.lists(
    st.tuples(st.sampled_from(SHOPS), st.integers(1, 10**12), st.integers(1, 999)), min_size=1, max_size=50
)


def cart_of(drawn: list[tuple[UUID, int, int]]) -> list[Wanted]:
    return [
        Wanted(UUID(int=1000 + place), shop_id, f"店铺{shop_id.int}", price_fen, quantity)
        for place, (shop_id, price_fen, quantity) in enumerate(drawn)
    ]


def check_amounts(priced: Quote, lines: list[Wanted]) -> None:
    wanted = {line.sku_id: line for line in lines}
    for shop in priced.shops:
        for line in shop.lines:
            assert (line.price_fen, line.quantity) == (wanted[line.sku_id].price_fen, wanted[line.sku_id].quantity)
            assert line.amount_fen == line.price_fen * line.quantity
            assert 0 <= line.paid_share_fen <= line.amount_fen
        assert shop.goods_fen == sum(line.amount_fen for line in shop.lines)
        assert shop.goods_fen == sum(line.paid_share_fen for line in shop.lines)
        assert shop.total_fen == shop.goods_fen + shop.freight_fen
    assert priced.total_fen == sum(line.price_fen * line.quantity for line in lines)


class TestQuote:
    @given(CARTS)
    def test_pays_exactly_the_sum_of_its_shares(self, drawn: list[tuple[UUID, int, int]]) -> None:
        lines = cart_of(drawn)
        check_amounts(quote(lines), lines)

    @given(CARTS)
    def test_keeps_stores_and_lines_in_the_order_of_the_cart(self, drawn: list[tuple[UUID, int, int]]) -> None:
        lines = cart_of(drawn)
        priced = quote(lines)
        assert [shop.shop_id for shop in priced.shops] == list(dict.fromkeys(line.shop_id for line in lines))
        for shop in priced.shops:
            own = [line.sku_id for line in lines if line.shop_id == shop.shop_id]
            assert [line.sku_id for line in shop.lines] == own
            assert shop.shop_name == f"店铺{shop.shop_id.int}"

    @given(CARTS)
    def test_explains_the_total_step_by_step(self, drawn: list[tuple[UUID, int, int]]) -> None:
        priced = quote(cart_of(drawn))
        assert [(step.layer, step.rule, step.applied) for step in priced.trace] == [
            ("goods", "list_price", True),
            *(("freight", "no_template", True) for _ in priced.shops),
        ]
        assert priced.trace[0].base_fen == sum(price * quantity for _, price, quantity in drawn)
        assert priced.trace[0].change_fen == 0
        for step in priced.trace:
            assert step.subtotal_fen == step.base_fen + step.change_fen
        for before, after in pairwise(priced.trace):
            assert after.base_fen == before.subtotal_fen
        assert priced.trace[-1].subtotal_fen == priced.total_fen

    @given(CARTS, st.randoms(use_true_random=False))
    def test_costs_the_same_in_any_order(self, drawn: list[tuple[UUID, int, int]], random: object) -> None:
        lines = cart_of(drawn)
        shuffled = list(lines)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        first = {shop.shop_id: shop.total_fen for shop in quote(lines).shops}
        assert {shop.shop_id: shop.total_fen for shop in quote(shuffled).shops} == first

    @pytest.mark.parametrize(
        "lines",
        [
            [],
            cart_of([(SHOPS[0], 100, 0)]),
            cart_of([(SHOPS[0], 100, 1), (SHOPS[0], 100, -1)]),
            cart_of([(SHOPS[0], 100, 1)]) * 2,
        ],
    )
    def test_refuses_what_callers_must_have_checked(self, lines: list[Wanted]) -> None:
        with pytest.raises(ValueError, match=r"^(a quote needs lines|each SKU stands once)"):
            quote(lines)
