"""Sellers ship: most on the day, some let the deadline pass and ship late."""

from app.rehearsal.stage import Learner, Stage

CHANCE_LATE_SELLER = 0.15
LATE_DAYS = 3
"""The mall expects shipping within 48 simulated hours; on the third day it is late."""


async def ship_for_a_day(stage: Stage, day: int) -> None:
    """Lets every seller ship what waits; a late seller only every third day."""

    async def ship(learner: Learner) -> None:
        if is_late(stage, learner) and day % LATE_DAYS != 0:
            return
        await ship_all(stage, learner)

    await stage.everyone(ship)


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
        stage.done["shipped late"] += int(is_late(stage, learner))


def is_late(stage: Stage, learner: Learner) -> bool:
    """Returns whether a seller takes his time."""
    return stage.chance("late", learner.number) < CHANCE_LATE_SELLER
