"""What everybody on the stage shares: seed, people, progress, and how many act at the same time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from app.rehearsal.api import Buying, Door, Selling, Teaching
from app.rehearsal.browser import Browser, Refused
from app.rehearsal.meter import Meter
from app.rehearsal.people import Invented
from kernel import randomness

AT_ONCE = 8
"""How many people act in the same moment; a room of thirty is seldom busier."""


@dataclass(slots=True)
class Learner:
    """One learner with a browser. `bought` counts purchases by store, so that the limit per pair is kept."""

    person: Invented
    browser: Browser
    shop_id: str | None = None
    bought: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        return self.person.number

    @property
    def door(self) -> Door:
        return Door(self.browser)

    @property
    def selling(self) -> Selling:
        return Selling(self.browser)

    @property
    def buying(self) -> Buying:
        return Buying(self.browser)


@dataclass(slots=True)
class Stage:
    """One rehearsal under way. `done` counts what the script meant to happen, to be compared with what the mall says."""

    seed: int
    days: int
    lecturer: Browser
    learners: list[Learner]
    meter: Meter
    say: Callable[[str], None]
    done: Counter[str] = field(default_factory=Counter)

    @property
    def teaching(self) -> Teaching:
        return Teaching(self.lecturer)

    def chance(self, purpose: str, *ordinals: int) -> float:
        """Returns a number in [0, 1) fixed by the seed, the purpose and the ordinals."""
        return randomness.draw(self.seed, f"rehearsal.{purpose}", *ordinals)

    def pick(self, purpose: str, *ordinals: int, of: int) -> int:
        """Returns an index below `of`."""
        return randomness.integer(self.seed, f"rehearsal.{purpose}", *ordinals, low=0, high=of - 1)

    async def everyone(
        self, act: Callable[[Learner], Awaitable[None]], learners: Iterable[Learner] | None = None
    ) -> None:
        """Lets learners act side by side. Who is refused stops there; the meter knows, the others go on."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(learner: Learner) -> None:
            async with places:
                try:
                    await act(learner)
                except Refused:
                    self.done["stopped"] += 1

        await asyncio.gather(*map(one, self.learners if learners is None else learners))
