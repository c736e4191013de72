"""Sellers ship: most on the day, some only when the deadline is long past."""

from app.rehearsal.behaviours import passing_time
from app.rehearsal.stage import Learner, Stage

CHANCE_LATE_SELLER = 0.15
DAYS_TO_BE_LATE = 2.1
"""The mall expects shipping within 48 simulated hours. They must run: a jump blames nobody."""


async def ship_for_a_day(stage: Stage, day: int) -> None:
    """Lets every seller ship what waits, except those who miss the deadline of the last day's trades."""
    in_time = [learner for learner in stage.learners if not (day == stage.days and is_late(stage, learner))]
    await stage.everyone(lambda learner: ship_all(stage, learner), in_time)


async def ship_late(stage: Stage) -> None:
    """Lets the deadlines pass, if anybody means to miss one, then ships what waits."""
    if any(is_late(stage, learner) for learner in stage.learners):
        await passing_time.run(stage, DAYS_TO_BE_LATE)
    before = stage.done["shipped"]
    await stage.everyone(lambda learner: ship_all(stage, learner))
    stage.done["shipped late"] = stage.done["shipped"] - before


async def ship_all(stage: Stage, learner: Learner) -> None:
    """Ships everything that waits, each by a carrier of its own."""
    waiting = await learner.selling.sold("wait_ship")
    if not waiting:
        return
    carriers = await learner.selling.carriers()
    for turn, trade in enumerate(sorted(waiting, key=lambda row: str(row["number"]))):
        carrier = carriers[stage.pick("carrier", learner.number, turn, of=len(carriers))]
        await learner.selling.ship(trade["id"], carrier)
        stage.done["shipped"] += 1


def is_late(stage: Stage, learner: Learner) -> bool:
    """Returns whether a seller misses a deadline; in a rehearsal of one day nobody does, so that it stays short."""
    return stage.days > 1 and stage.chance("late", learner.number) < CHANCE_LATE_SELLER
