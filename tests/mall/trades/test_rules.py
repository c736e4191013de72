"""The life of a trade as data: every state, event and party, one by one."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict
from mall.trades.models import CloseReason
from mall.trades.rules import BUYER_REASONS, SELLER_REASONS, TIMELINE_CODES, TRADE, Party, refund_of

ALLOWED = {
    ("wait_pay", "pay", "buyer"): "wait_ship",
    ("wait_pay", "reprice", "seller"): "wait_pay",
    ("wait_pay", "ask_address", "buyer"): "wait_pay",
    ("wait_pay", "readdress", "seller"): "wait_pay",
    ("wait_pay", "cancel", "buyer"): "closed",
    ("wait_pay", "close", "seller"): "closed",
    ("wait_pay", "time_out", "system"): "closed",
    ("wait_pay", "reset", "lecturer"): "closed",
    ("wait_ship", "ship", "seller"): "shipped",
    ("wait_ship", "ship_part", "seller"): "part_shipped",
    ("wait_ship", "ask_address", "buyer"): "wait_ship",
    ("wait_ship", "readdress", "seller"): "wait_ship",
    ("wait_ship", "reset", "lecturer"): "closed",
    ("part_shipped", "ship", "seller"): "shipped",
    ("part_shipped", "ship_part", "seller"): "part_shipped",
    ("part_shipped", "recall", "seller"): "part_shipped",
    ("part_shipped", "recall_all", "seller"): "wait_ship",
    ("part_shipped", "reset_rest", "lecturer"): "shipped",
    ("part_shipped", "reset", "lecturer"): "closed",
    ("shipped", "confirm", "buyer"): "finished",
    ("shipped", "extend", "buyer"): "shipped",
    ("shipped", "grant", "seller"): "shipped",
    ("shipped", "recall", "seller"): "part_shipped",
    ("shipped", "recall_all", "seller"): "wait_ship",
    ("shipped", "refund_all", "seller"): "closed",
    ("shipped", "auto_confirm", "system"): "finished",
    ("finished", "seal", "system"): "sealed",
}
STATES = ("wait_pay", "wait_ship", "part_shipped", "shipped", "finished", "sealed", "closed")
EVENTS = tuple(sorted({event for _, event, _ in ALLOWED} | {"ship_late", "refund"}))


class TestTable:
    @pytest.mark.parametrize(
        ("state", "event", "party"), sorted(product(STATES, EVENTS, ("buyer", "seller", "lecturer", "system")))
    )
    def test_allows_exactly_what_it_says(self, state: str, event: str, party: str) -> None:
        target = ALLOWED.get((state, event, party))
        if target is not None:
            assert TRADE.step(state, event, Party(party)).target == target
            return
        with pytest.raises(Conflict) as refusal:
            TRADE.step(state, event, Party(party))
        assert (refusal.value.code, refusal.value.params) == (
            "mall.trade.not_possible",
            {"state": state, "event": event},
        )

    def test_has_no_other_state(self) -> None:
        assert tuple(TRADE.states) == STATES
        assert [name for name, state in TRADE.states.items() if state.terminal] == ["sealed", "closed"]

    def test_offers_people_only_what_is_theirs(self) -> None:
        for state, party in product(STATES, Party):
            assert set(TRADE.offers(state, party)) == {
                event for known, event, by in ALLOWED if (known, by) == (state, party.value)
            }

    def test_names_who_must_act_where_someone_must(self) -> None:
        assert {name: state.must_act for name, state in TRADE.states.items() if state.must_act} == {
            "wait_pay": Party.BUYER,
            "wait_ship": Party.SELLER,
            "part_shipped": Party.SELLER,
            "shipped": Party.BUYER,
        }

    def test_has_a_timeline_entry_for_every_event(self) -> None:
        assert {step.event for step in TRADE.steps} <= set(TIMELINE_CODES)

    def test_has_every_reason_for_closing_that_a_person_may_give(self) -> None:
        mine = {reason for reason in CloseReason if reason.value.startswith(("buyer_", "seller_"))}
        assert mine == {*BUYER_REASONS, *SELLER_REASONS}


class TestRefund:
    @given(st.integers(0, 10**9), st.lists(st.integers(1, 9), min_size=1, max_size=8))
    def test_of_all_units_one_after_the_other_is_the_lines_share_to_the_fen(self, share: int, parts: list[int]) -> None:
        quantity, refunded, given_back = sum(parts), 0, 0
        for units in parts:
            fen = refund_of(
                paid_share_fen=share, quantity=quantity, refunded=refunded, refunded_fen=given_back, units=units
            )
            assert fen >= 0
            refunded, given_back = refunded + units, given_back + fen
            assert given_back <= share
        assert given_back == share
