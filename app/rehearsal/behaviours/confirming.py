"""Buyers confirm what has come; the rest the mall confirms by itself."""

from app.rehearsal.stage import Learner, Stage

CHANCE_CONFIRM = 0.6


async def confirm_for_a_day(stage: Stage, day: int) -> None:
    """Lets every buyer confirm some of what was shipped and may be confirmed."""

    async def confirm(learner: Learner) -> None:
        rows = (await learner.buying.bought("shipped"))["rows"]
        for turn, trade in enumerate(sorted(rows, key=lambda row: str(row["number"]))):
            if "confirm" in trade["actions"] and stage.chance("confirm", learner.number, day, turn) < CHANCE_CONFIRM:
                await learner.buying.confirm(trade["id"])
                stage.done["confirmed"] += 1

    await stage.everyone(confirm)
