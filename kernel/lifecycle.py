"""State machines as data: state, event, who may do it, target; which states are final and who must act.

Pure. `kernel.sandbox.transitions.transition` executes one step against a table; the UI asks `Machine.offers` and never
guesses which buttons to show.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import Conflict


@dataclass(frozen=True, slots=True)
class State:
    """One state: whether it is final, who must act next, and the name of the deadline he acts under."""

    terminal: bool = False
    must_act: StrEnum | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed change: on `event`, done by one of `parties`, from `source` to `target`."""

    source: str
    event: str
    parties: frozenset[StrEnum]
    target: str


def by(*parties: StrEnum) -> frozenset[StrEnum]:
    """Returns the parties of a step, as its table reads: `by(Party.SELLER)`."""
    return frozenset(parties)


class Machine:
    """A named table of states and steps.

    Raises:
        ValueError: a step names an unknown state, leaves a final one, or repeats another; or a state can't be reached.

    """

    def __init__(self, name: str, *, initial: str, states: Mapping[str, State], steps: tuple[Step, ...]) -> None:
        self.name = name
        self.initial = initial
        self.states = dict(states)
        self.steps = steps
        self._by_source = {(step.source, step.event): step for step in steps}
        self._check()

    def _check(self) -> None:
        reached = {self.initial} | {step.target for step in self.steps}
        if reached != set(self.states):
            raise ValueError(f"{self.name}: states and steps disagree: {reached ^ set(self.states)}")
        if len(self._by_source) != len(self.steps):
            raise ValueError(f"{self.name}: two steps share a state and an event")
        for step in self.steps:
            if self.states[step.source].terminal:
                raise ValueError(f"{self.name}: {step.source} is final but has a step")

    def step(self, state: str, event: str, party: StrEnum) -> Step:
        """Returns the step that `party` may take.

        Raises:
            Conflict: `<machine>.not_possible`: not from this state, or not by this party.

        """
        step = self._by_source.get((state, event))
        if step is None or party not in step.parties:
            raise Conflict(f"{self.name}.not_possible", state=state, event=event)
        return step

    def offers(self, state: str, party: StrEnum) -> list[str]:
        """Returns the events `party` may trigger in `state`, in the order of the table."""
        return [step.event for step in self.steps if step.source == state and party in step.parties]
