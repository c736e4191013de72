"""State machines as data: a table that makes no sense is refused, and a step is allowed or it is a conflict."""

from enum import StrEnum
from itertools import product

import pytest

from kernel.errors import Conflict
from kernel.lifecycle import Machine, State, Step
from mall.fulfilment.rules import PARCEL
from mall.trades.rules import TRADE


class Who(StrEnum):
    ANNA = "anna"
    BO = "bo"


ANNA: frozenset[StrEnum] = frozenset({Who.ANNA})
BOTH: frozenset[StrEnum] = frozenset({Who.ANNA, Who.BO})
STATES = {"new": State(must_act=Who.ANNA), "open": State(), "done": State(terminal=True)}
STEPS = (
    Step("new", "open", ANNA, "open"),
    Step("open", "close", BOTH, "done"),
    Step("new", "drop", frozenset({Who.BO}), "done"),
)
THING = Machine("test.thing", initial="new", states=STATES, steps=STEPS)


def machine(**changed: object) -> Machine:
    """Returns the machine of this file with something else in it."""
    parts: dict[str, object] = {"initial": "new", "states": STATES, "steps": STEPS, **changed}
    return Machine("test.thing", **parts)  # type: ignore[arg-type]


class TestTable:
    @pytest.mark.parametrize(
        "changed",
        [
            {"states": {**STATES, "lost": State()}},
            {"steps": (*STEPS, Step("open", "vanish", ANNA, "nowhere"))},
            {"steps": (*STEPS, Step("new", "open", BOTH, "done"))},
            {"steps": (*STEPS, Step("done", "reopen", ANNA, "open"))},
            {"initial": "nowhere"},
        ],
        ids=["unreachable state", "unknown target", "two steps for one event", "step out of the end", "unknown start"],
    )
    def test_that_makes_no_sense_is_refused(self, changed: dict[str, object]) -> None:
        with pytest.raises(ValueError, match=r"test\.thing"):
            machine(**changed)


class TestStep:
    def test_is_the_one_of_the_table_or_a_conflict(self) -> None:
        allowed = {(step.source, step.event, party): step for step in STEPS for party in step.parties}
        for state, event, party in product(STATES, ("open", "close", "drop", "fly"), Who):
            if (state, event, party) in allowed:
                assert THING.step(state, event, party) == allowed[state, event, party]
                continue
            with pytest.raises(Conflict) as refusal:
                THING.step(state, event, party)
            assert refusal.value.code == "test.thing.not_possible"
            assert refusal.value.params == {"state": state, "event": event}


class TestOffers:
    def test_are_the_events_of_a_party_in_the_tables_order(self) -> None:
        assert THING.offers("new", Who.ANNA) == ["open"]
        assert THING.offers("new", Who.BO) == ["drop"]
        assert THING.offers("open", Who.ANNA) == THING.offers("open", Who.BO) == ["close"]
        assert THING.offers("done", Who.ANNA) == []

    @pytest.mark.parametrize("real", [TRADE, PARCEL], ids=["trade", "parcel"])
    def test_of_the_mall_agree_with_its_steps(self, real: Machine) -> None:
        parties = {party for step in real.steps for party in step.parties}
        for state, party in product(real.states, parties):
            for event in real.offers(state, party):
                assert real.step(state, event, party).source == state
        for name, state_of in real.states.items():
            assert state_of.terminal == (not [step for step in real.steps if step.source == name])
