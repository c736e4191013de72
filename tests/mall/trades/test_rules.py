"""The life of a trade as data: every state, event and party, one by one."""

from itertools import product

import pytest

from kernel.errors import Conflict
from mall.trades.rules import TIMELINE_CODES, TRADE, Party

ALLOWED = {
    ("wait_pay", "pay", "buyer"): "wait_ship",
    ("wait_pay", "cancel", "buyer"): "closed",
    ("wait_pay", "time_out", "system"): "closed",
    ("wait_pay", "reset", "lecturer"): "closed",
    ("wait_ship", "reset", "lecturer"): "closed",
    ("wait_ship", "ship", "seller"): "shipped",
    ("shipped", "confirm", "buyer"): "finished",
    ("shipped", "auto_confirm", "system"): "finished",
    ("finished", "seal", "system"): "sealed",
}
STATES = ("wait_pay", "wait_ship", "shipped", "finished", "sealed", "closed")
EVENTS = ("pay", "cancel", "time_out", "reset", "ship", "confirm", "auto_confirm", "seal", "ship_late", "refund")


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
        offers = {(state, party.value): TRADE.offers(state, party) for state in STATES for party in Party}
        assert {key: events for key, events in offers.items() if events} == {
            ("wait_pay", "buyer"): ["pay", "cancel"],
            ("wait_pay", "system"): ["time_out"],
            ("wait_pay", "lecturer"): ["reset"],
            ("wait_ship", "lecturer"): ["reset"],
            ("wait_ship", "seller"): ["ship"],
            ("shipped", "buyer"): ["confirm"],
            ("shipped", "system"): ["auto_confirm"],
            ("finished", "system"): ["seal"],
        }

    def test_names_who_must_act_where_someone_must(self) -> None:
        assert {name: state.must_act for name, state in TRADE.states.items() if state.must_act} == {
            "wait_pay": Party.BUYER,
            "wait_ship": Party.SELLER,
            "shipped": Party.BUYER,
        }

    def test_has_a_timeline_entry_for_every_event(self) -> None:
        assert {step.event for step in TRADE.steps} <= set(TIMELINE_CODES)
